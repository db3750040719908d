/** Files of Jabber users that are offered to SILC users. */
export const fileOffers = {
  title: 'Send a file to a SILC user',
  details:
    'Takes the address (https) of a file, as your client gets it when it uploads one. The SILC user gets the address, and the file is offered as SILC clients do it among each other; the conversation tells you how it goes on. The setting “files” does the same with every file that you send to a SILC user.',
  url: 'Address of the file (https)',
  sent: (file: string, jid: string): string => `${file} is offered to ${jid}, who has the link too.`,
  badLink: 'That is no address that begins with https://.',
  isLocal: (jid: string): string =>
    `${jid} is a user of this gateway: send the file from your client, it arrives as it is.`,

  // How it goes on
  offered: (file: string): string => `${file} is offered: the receiver has five minutes to take it`,
  taken: (file: string): string => `${file} is on its way to its receiver`,
  arrived: (file: string): string => `${file} has arrived`,
  notArrived: (file: string, reason: string): string =>
    `${file} has not arrived as a file, the link has been sent: ${reason}`,

  // Why not
  off: 'files are not offered to SILC users here',
  tooMany: 'too many files are offered at the moment',
  tooFast: 'you send too many files',
  notFetched: 'it cannot be fetched from its web server',
  noSession: 'you are not connected to SILC',
  aborted: 'it was ended on this side',
  receiverAborted: 'its receiver has ended it',
  notTaken: 'nobody has taken it',
  receiverGone: 'its receiver is gone',
  notConnected: 'its receiver cannot be reached',
  addressRefused: 'the address of its receiver is not allowed here',
  noListener: 'the gateway has no port that its receiver could connect to',
  receiverKey: 'its receiver has shown another key than that of the user',
  keyExchange: 'the key exchange with its receiver failed',
  protocol: 'its receiver does not follow the protocol',
  timeout: 'it took too long',
  notGiven: 'its web server did not give all of it',
};
