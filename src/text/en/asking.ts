/** What many commands ask for. */
export const asking = {
  notConfirmed: 'Nothing was changed: it was not confirmed.',
  network: 'Network',
  contact: 'Address or nickname of a SILC user',
  room: 'Address or name of a room',
  noUser: (typed: string): string => `“${typed}” is no SILC user of this gateway.`,
  noRoom: (typed: string): string => `“${typed}” is no room of this gateway.`,
  formOnly: 'What this command asks for is secret and belongs in no conversation. Use a client with forms.',
};
