/** What is refused to who uses up too much. Followed by the time to wait. */
export const quotas = {
  user: (kind: string): string => `You use up too much: ${kind}.`,
  domain: (kind: string): string => `The users of your server use up too much: ${kind}.`,
  all: (kind: string): string => `The gateway is used too much at the moment: ${kind}.`,
  joins: 'rooms that are entered',
  messages: 'messages',
  octets: 'text of messages',
  invitations: 'invitations',
  registrations: 'registrations',
  lookups: 'questions about people',
  uploads: 'files',
  'rooms-full-domain': 'The users of your server are in too many rooms of this gateway.',
  'rooms-full-all': 'The gateway has no room for more users in rooms now.',
  'key-pairs-full-domain': 'This gateway takes no more new users of that server.',
  'key-pairs-full-all': 'This gateway takes no more new users.',
  noNetworkForYou: (network: string): string => `You may not use the network ${network}.`,
  networkFull: (network: string): string =>
    `The gateway has no room for more users on the network ${network} now.`,
};
