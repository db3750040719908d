/** Where a user is connected, and what is encrypted with what. */
export const hops = {
  title: 'Where I am connected, and what is encrypted with what',
  client: 'From your client to your Jabber server: as your client tells you.',
  gateway:
    'In the gateway: in clear. Whoever runs it can read what you write, unless your client encrypts it.',
  servers:
    'Between SILC servers and to SILC users: encrypted by SILC from hop to hop; channel messages under the key of the channel, which the servers know.',
  notConnected: (network: string): string => `Network ${network}: not connected.`,
  underWay: (network: string, nickname: string): string =>
    `Network ${network}: on the way as ${nickname}; there is no connection now.`,
  connected: (network: string, nickname: string, how: string): string =>
    `Network ${network}: connected as ${nickname}. From the gateway to the SILC server: ${how}.`,
  algorithms: (ciphers: string, exchange: string): string => `encrypted with ${ciphers}; keys by ${exchange}`,
  key: (key: string): string => `Your key there: ${key}.`,
  rooms: (rooms: string, others: number): string =>
    `Rooms: ${rooms}${others === 0 ? '' : ` and ${others} more`}.`,
};
