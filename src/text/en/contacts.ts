/** Of SILC users in the lists of Jabber users. */
export const contacts = {
  // Refusals
  tooMany: (most: string): string =>
    `You have ${most} contacts on this network, which is the most. Remove one first.`,
  addressIs: (address: string): string => `The address of this contact is ${address}.`,
  refused: (address: string, why: string): string => `${address} cannot be your contact. ${why}`,

  // Status of a contact
  page: 'Page me',
  noPrivateMessages: 'Takes no private messages',
  killed: 'Was put off the network by an operator',
  serverGone: 'The server has left the network',
  otherNickname: 'Has another nickname now',
};
