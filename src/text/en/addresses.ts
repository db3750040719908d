/** What is wrong with an address, and what to type for one. */
export const addresses = {
  noAddress: 'This is no address',
  notHere: 'This address is none of this gateway',
  oneMark: 'An address has one % or one ! at most',
  namesNetwork: (example: string): string => `An address names its network here: ${example}`,
  noNetwork: (network: string, others: string): string =>
    `There is no network ${network} here; there is ${others}`,

  // What to type for a contact
  typeWithNetwork: (networks: string): string =>
    `Nickname of the SILC user, or # and the name of a channel, with the network behind an @ where needed (${networks})`,
  typeNickname: 'Nickname of the SILC user, or # and the name of a channel',
  silcNickname: 'SILC nickname',
  nothingTyped: 'Type the nickname of a SILC user, or # and the name of a channel',
  notUser: 'This is no address of a SILC user',
  sayNetwork: (example: string): string => `Say on which network: ${example}`,
  noSuchNickname: 'SILC has no such nicknames',
};
