/** What rooms say, and why they refuse. */
export const rooms = {
  avatarOwnersOnly: 'Only owners are allowed to set avatars.',

  // Messages that cannot be read or carried
  unknownKey: '[encrypted with a key that is not known here]',
  unreadable: (reason: string): string => `Messages on this channel cannot be shown: ${reason}.`,
  noKey: 'the SILC server has given no key for this channel',
  cipherNotKnown: 'its cipher is not known here',
  privateKeyNotKnown: 'they are encrypted with a private key of the channel, which is not known here',
  wrongKey: 'they are under another key, or were changed on their way',
  noMessage: 'what they hold is no message',
  unseenEncrypted:
    'SILC cannot carry messages that are encrypted end to end by XMPP. The users of this gateway in the room get them; SILC users do not, and nothing of them was sent to SILC.',
  unseen:
    'SILC has no form for this kind of message. The users of this gateway in the room get it; SILC users do not.',
  silcChannel: (name: string): string => `SILC channel ${name}`,

  // Roles and affiliations
  noOwnerLeft: 'The room would have no owner any more.',
  moderatorInstead: 'On a moderated SILC channel only operators can talk: make the user moderator instead.',
  oneFounder: 'SILC has one founder. Owners beside it are Jabber accounts, on channels founded by one.',
  nobodyKnown: 'Nobody of that name is known.',
  userKeyNotKnown: 'The key of this user is not known.',
  tooManyAffiliations: 'The room has too many affiliations.',
  noAccount: 'This is no account.',
  nothingKnown: (name: string): string => `Nothing is known of ${name}.`,
  noAddress: 'This is no address.',
  notOfNetwork: 'This is no user of the same SILC network.',
  noSuchOccupant: 'There is no such occupant.',
  neitherRoleNorAffiliation: 'The item names neither role nor affiliation.',
  itemOfNobody: 'An item names nobody.',
  badItem: 'An item is not understood.',
  noRightsInRoom: 'You have not got the rights in this room.',
  notBelowYours: 'The affiliation of this user is not below yours.',
  notYourself: 'You cannot ban yourself.',
  noRights: 'You have not got the rights on this channel.',

  // Coming, going and being put out
  takenOff: 'The SILC server has taken you off this channel.',
  removedFromNetwork: 'Removed from the SILC network',
  serverGone: 'The SILC server of this user is gone.',
  mayHaveLeft: 'The gateway was away, and you may have left meanwhile. Join again.',
  linesMayBeLost: 'The link to your Jabber server broke, and what you said last may be lost. Join again.',
  wereAwayJoin: 'You were away when the gateway came back. Join again.',
  notDelivered: 'What happened in this room could not be delivered to you. Join again.',
  accountJoins: 'A client joins, not an account.',
  noChannelName: 'This is no name of a channel.',
  passphraseTooLong: 'The passphrase is too long.',
  isGateway: 'This is the address of the gateway, not of a room.',
  giveNickname: (room: string): string => `Give a nickname: ${room}/nickname.`,
  isUser: 'This is the address of a user, not of a room.',
  roomAddress: (address: string): string => `The address of this room is ${address}.`,
  nicknameNotCarried: (nickname: string): string =>
    `Nothing of the nickname ${nickname} can be carried by SILC, which knows no blanks and few signs.`,
  notInRoomJoin: 'You are not in this room. Join it again.',
  joinToTalk: 'This is a room: join it to talk in it.',
  groupchatToRoom: 'Messages of type groupchat go to the room.',
  noClientInRoom: 'This user has no client in the room at the moment.',
  nicknameReserved: 'Somebody has reserved this nickname in this room.',
  tooManyReserved: 'Too many nicknames are reserved in this room.',
  lateSession: 'No connection to the SILC network could be made in time.',
  lateKeyPair:
    'Your SILC key pair is not ready yet, as when many newcomers come at once. Join again in a moment.',
  lateTurn: 'The join could not be sent to the SILC network in time.',
  lateAnswer: 'The SILC network did not answer in time.',

  // Closing, settings, moderation
  ownerCloses: 'Only an owner of a channel can close it.',
  noVenue: 'The alternative room is no address.',
  comesAgain: 'Somebody comes in again and again; the channel is invite-only now.',
  oneMessage: 'A moderator takes one message away, by its stanza-id.',
  moderatorsOnly: 'Only moderators take messages of others away.',
  noSuchMessage: 'This room has no such message.',

  // Invitations
  declinesTooOften: 'You decline too often.',
  noInviter: 'This is no address of somebody who invited you.',
  inviterGone: 'Whoever invited you is not there.',
  operatorInvites: 'Only an operator invites into an invite-only channel.',
  alreadyIn: 'This user is in the room already.',
  isBanned: 'This user is banned from the room.',

  // Voice
  mayTalk: 'You may talk already.',
  noOperatorThere: 'No operator of the channel is there.',
  askedAlready: (seconds: number): string =>
    `You have asked already. Ask again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
  operatorsAnswer: 'Only operators of the channel answer requests for voice.',
  noLongerIn: 'This user is no longer in the room.',
  onlyVoiceGiven: 'Voice is all that can be asked for and given here.',
  makeModerator:
    'The channel is moderated: on SILC only its operators talk there. Make the user a moderator.',
  onlyVoice: 'Voice is all that can be asked for here.',
  lineInDoubt:
    'Users of this gateway have this message. Whether SILC users have it is not known: the link to the SILC server broke just then.',
  privateKeyLost:
    'This was not sent: it was meant for those who have the private key of this channel, which uses none now. Send it again if everybody there may read it.',
  noVoice: 'You have no voice on this channel.',
  lineNotOnSilc: (why: string): string =>
    `Users of this gateway have this message, SILC users have not. ${why}`,
  occupantsOnly: 'Only occupants of a room may ask about others in it.',
  notThere: (nickname: string): string => `There is no ${nickname} in this room.`,
  joinInstead: 'This is a room: join it instead.',

  // Staying
  tooManyStays: 'You have said this of too many rooms.',
  stayIn: (room: string): string => `Staying in ${room}`,
  stayHint:
    'Who stays is in the room without a client, too: the room has the history, lines with the own nickname and private messages wait for the next login.',
  stayLabel: 'Stay when my last client leaves',
  bookmarkAsBefore: 'Your bookmark of it could not be changed, and counts when you come online.',
  stays: 'You stay in this room.',
  leaves: 'You leave this room with your last client.',
  stayForm: 'Staying in a room',
  addressOfRoom: 'Address of the room',
  notRoomHere: 'This is not the address of a room here.',
  stayTitle: 'Stay in a room without a client',

  // What protects a channel
  passphrase: 'a passphrase',
  invitedOnly: 'invited users only',
  keysOnly: 'users with certain keys only',
  userLimit: 'a limit of users',
  ownKeys: "the members' own keys",
  private: 'private',
  secret: 'secret',
  moderated: 'moderated',
  silencedOperators: 'silenced operators',
  unprotected: (lost: string): string =>
    `The SILC server has forgotten how this channel was protected (${lost}), and the gateway could not put that back: the channel is open now as far as that goes.`,
  wereAway: 'You were away when the gateway came back.',
  destroyed: 'This room was destroyed.',
  leftMeanwhile: 'The room was left meanwhile.',
  tooManySettings: 'You have settings of too many rooms.',
};
