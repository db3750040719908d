/** Of SILC users in the lists of Jabber users. */
export const contacts = {
  // Refusals
  tooMany: (most: string): string =>
    `You have ${most} contacts on this network, which is the most. Remove one first.`,
  addressIs: (address: string): string => `The address of this contact is ${address}.`,
  refused: (address: string, why: string): string => `${address} cannot be your contact. ${why}`,

  // Blocking
  ignoreTitle: 'Ignore a SILC user',
  ignoreDetails:
    'What the user writes and invites to does not reach you, under whatever nickname, and the user is shown as offline. In rooms you hear everybody.',
  ignored: (addresses: string): string =>
    addresses === '' ? 'You ignore nobody.' : `You ignore ${addresses}.`,
  ignoreLabel: 'Ignore this user',
  isIgnored: (address: string): string => `You do not hear ${address} any more.`,
  isHeard: (address: string): string => `You hear ${address}.`,
  blockedByYou: 'You ignore this user. Nothing was sent.',

  // Status of a contact
  page: 'Page me',
  noPrivateMessages: 'Takes no private messages',
  killed: 'Was put off the network by an operator',
  serverGone: 'The server has left the network',
  otherNickname: 'Has another nickname now',
};
