import { seconds } from './errors.js';

/** Files and messages of MIME. */
export const files = {
  octets: (count: number): string => `${count} octets`,
  kib: (count: string): string => `${count} KiB`,
  mib: (count: string): string => `${count} MiB`,

  // Names and sizes
  unnamed: 'file',
  file: (name: string, type: string, size: string): string => `${name} (${type}, ${size})`,
  missing: (file: string, reason: string): string => `[${file}: ${reason}]`,
  furtherParts: (count: number): string => `[${count} further parts of this message are not shown]`,
  cannotBeRead: 'cannot be read',
  openPgp: '[This message is encrypted with OpenPGP.]',
  smime: '[This message is encrypted with S/MIME.]',
  smimeSigned: '[This message is signed with S/MIME.]',
  noPlace: 'there is no place for files here',
  emptyMessage: '[an empty message]',
  mimeMessage: 'MIME message',

  // Why a file does not arrive
  tooManyWait: 'too many files wait at the moment',
  tooManyCome: 'too many files come at the moment',
  upTo: (size: string): string => `files up to ${size} are passed on`,
  uploadTooLong: 'the upload took too long',
  uploadFailed: 'the upload failed',
  stopping: 'the gateway stops',
  senderTooFast: (count: number): string =>
    `its sender sends too many files; the next one is taken in ${seconds(count)}`,
  'share-used-up-user': (count: number): string =>
    `too many files come for you; the next one is taken in ${seconds(count)}`,
  'share-used-up-domain': (count: number): string =>
    `too many files come for the users of your server; the next one is taken in ${seconds(count)}`,
  'share-used-up-all': (count: number): string =>
    `too many files come through this gateway; the next one is taken in ${seconds(count)}`,
  badUploadAddress: 'the upload service names an address that is not allowed',
  noService: 'there is no upload service',
  serviceRefuses: 'the upload service does not serve this gateway',
  tooLargeForService: 'it is too large for the upload service',
  noUsablePlace: 'the upload service gave no place that can be used',
  serviceSilent: 'the upload service does not answer',
  notTaken: 'it is too large, or of a kind that the upload service does not take',
  serviceFull: 'the upload service takes no more at the moment',
  serviceGone: 'the upload service is not there',
  aFile: 'a file',
  progress: (file: string, percent: number): string => `${file}: ${percent} %`,
  noSize: 'its size is not known',
  onItsWay: (file: string): string => `${file} is on its way`,
  notTakenHere: 'file transfers are not taken here',
  notArriving: (file: string, reason: string): string => `${file} was offered and does not arrive: ${reason}`,

  // Why a transfer between SILC clients has failed
  transferAborted: 'it was ended on this side',
  peerAborted: 'its sender has ended it',
  notAnswered: 'its sender did not answer in time',
  peerGone: 'its sender is gone',
  notConnected: 'its sender cannot be reached',
  addressRefused: 'the address of its sender is not allowed here',
  noListener: 'neither side can be connected to',
  peerKey: 'its sender has shown another key than that of the user',
  keyExchange: 'the key exchange with its sender failed',
  protocol: 'its sender does not follow the protocol',
  limit: 'it is larger than was told, or needs too much',
  timeout: 'it took too long',
  senderRefused: 'its sender has refused it',
  unreadable: 'it could not be read',
  notStored: 'it could not be taken',
  transferFailed: 'the transfer failed',
  noSuchBits: 'There is no such data any more.',
};
