/** A time in words. */
export const seconds = (count: number): string => `${count} ${count === 1 ? 'second' : 'seconds'}`;

/** Refusals and failures that are told by an error stanza. */
export const errors = {
  // Of every stanza
  internal: 'The gateway failed to do this.',
  shuttingDown: 'The gateway is shutting down.',
  notAllowedHere: 'You may not use this gateway.',
  notInRoom: 'You are not in this room.',
  iqShape: 'An iq is a get or a set, with one child.',
  storeTrouble: 'The gateway cannot store anything at the moment. Try again a little later.',
  tooManyRequests: 'Too many requests wait for their answer.',
  tooManyMessagesWaiting: 'Too many messages are waiting to be sent.',
  unknownNetwork: 'No such network.',
  networkGone: (network: string): string => `The network ${network} is not served here any more.`,

  // Limits
  tryAgainIn: (refusal: string, count: number): string => `${refusal} Try again in ${seconds(count)}.`,
  joinsTooOften: 'You join and leave too often.',
  renamesTooOften: 'You change your nickname too often.',
  comesTooOften: 'You come and go too often.',
  tooManyUsers: 'The gateway has no room for more users now.',
  tooManyClients: 'Too many of your clients are in this room.',
  tooManyRooms: 'You are in too many rooms of this gateway.',

  // What SILC answers
  about: (text: string, subject: string): string => `${text}: ${subject}`,
  silcStatus: (status: string): string => `SILC: ${status}`,
  wrongPassphrase: 'The channel wants a passphrase, and this one is not it',
  notInvited: 'The channel is for invited users only',
  bannedFromChannel: 'You are banned from this channel',
  bannedFromServer: 'The SILC server has banned this gateway',
  channelIsFull: 'The channel is full',
  badNickname: 'This is no nickname that SILC can carry',
  badChannel: 'This is no channel name that SILC can carry',
  resourceLimit:
    'The SILC server grants no more (e.g. channels for one user, or connections for this gateway)',
  operatorsOnly: 'Only an operator of the channel may do this',
  founderOnly: 'Only the founder of the channel may do this, and nobody can change the founder',
  noSuchNick: 'Nobody of that name is on the SILC network',
  userIsGone: 'This user is no longer on the SILC network',
  keyUnknown: (jid: string): string => `The key of ${jid} is not known.`,
  keyNotListed: 'The channel admits only holders of a key on its list',
  channelAuthFailed: 'The channel did not accept the authentication',
  serverKeyChanged: 'The key of the SILC server is not the one that is known: the connection was refused',
  networkRefusesGateway: 'The SILC network does not let this gateway in',
  silcTimeout: 'The SILC network did not answer in time',
  keyExchangeFailed: 'The key exchange with the SILC server failed',
  connectionLost: 'The connection to the SILC network is lost',
  untrustworthy: 'The SILC server sent something that cannot be trusted',
  tooMuchWaiting: 'Too much is waiting to be sent to the SILC network',
  tooLong: 'This is longer than SILC can carry',
  badCharacters: 'This holds characters that SILC does not allow',
  impossibleHere: 'SILC cannot do this here',
  notOffered: 'The SILC network does not offer this',
  refused: 'The SILC network refused',
  killed: 'You were removed from the SILC network',
  sessionEnded: 'The SILC session has ended.',
  linkLost: 'The SILC link is lost.',
  noSuchNode: 'There is no such node.',

  // Sessions
  tooManyOfServer: 'Too many new users of your server came to this gateway lately.',
  tooManyNewcomers: 'Too many new users come at this moment. Try again later.',
  otherServerKey: (server: string, now: string, known: string): string =>
    `The key of the SILC server ${server} has changed: ${now} instead of ${known}. Somebody may be listening in. The operator of this gateway must accept the new key.`,
  nicknameNotTaken: (nickname: string): string => `The SILC server does not take the nickname ${nickname}.`,
};
