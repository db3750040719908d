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

  // Adding
  contactsTitle: 'My SILC contacts: list them, or add some',
  contactsDetails:
    'Lists the SILC users who are your contacts, or gets others into your list: it is written where your server lets me, else your client is offered them, else each asks for your presence and you add who you want.',
  listForm: 'SILC contacts',
  listOption: 'List my contacts',
  addOption: 'Add contacts',
  listEmpty: 'You have no SILC contacts.',
  stateLabel: 'State',
  stateOnline: 'online',
  stateOffline: 'offline',
  stateIgnored: 'ignored',
  addForm: 'Add SILC contacts',
  addHint:
    'One address or nickname a line. Those are here whom you have written to or verified; take out whom you do not want.',
  peopleLabel: 'Whom to add',
  tooManyAtOnce: (most: string): string => `No more than ${most} at once, please.`,
  isThere: (address: string): string => `${address} is in your list already.`,
  isAdded: (address: string): string => `${address} is in your list now.`,
  isOffered: (address: string): string => `${address} was offered to your client.`,
  isAsked: (address: string): string => `${address} asks for your presence: accept, and add the contact.`,

  // Status of a contact
  page: 'Page me',
  noPrivateMessages: 'Takes no private messages',
  killed: 'Was put off the network by an operator',
  serverGone: 'The server has left the network',
  otherNickname: 'Has another nickname now',
};
