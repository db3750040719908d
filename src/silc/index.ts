/**
 * A SILC engine: client sessions, an embedded server, keys and key files. It stands on its own and knows nothing of
 * XMPP.
 *
 * ```ts
 * import { connectSession, generateKeyPair, nodeBackend } from 'silc-xmpp-gateway/silc';
 *
 * const keyPair = await generateKeyPair(nodeBackend, { bits: 2048, identifier: { UN: 'alice', HN: 'example.org' } });
 * const session = await connectSession({
 *   host: 'silc.example.org',
 *   keyPair,
 *   nickname: 'alice',
 *   username: 'alice',
 *   verifyServerKey: (key, fingerprint) => fingerprint === expected,
 * });
 * session.subscribe((event) => {
 *   if (event.type === 'channel-message') show(event.sender.nickname, event.message.text);
 * });
 * const { channel } = await session.join('lounge');
 * await session.say(channel.id, 'Hello');
 * ```
 *
 * @packageDocumentation
 */

// Sessions
export {
  decodeDetachedSession,
  encodeDetachedSession,
  type DetachedChannel,
  type DetachedMember,
  type DetachedSession,
} from './client/detached-session.js';
export type { UnacknowledgedReason } from './client/types.js';
export type {
  AnsweredAttributes,
  AttributeSignature,
  KillOutcome,
  PresenceEvent,
  PresenceSession,
  UserAttribute,
  WatchedOfflineCause,
  WatchedPerson,
  Watching,
  WatchingOptions,
  WatchTarget,
  WhoisByIdOptions,
  WhoisOptions,
} from './client/types.js';
export { defaultAttributes, type DeviceDescription } from './client/people/default-attributes.js';
export { SilcResumeError } from './client/resuming.js';
export {
  detachAll,
  endDetached,
  type DetachAllOptions,
  type DetachAllResult,
} from './client/session-ends.js';
export type { KeyAgreement } from './packets/key-agreement.js';
export type { NegotiatedAlgorithms } from './ke/negotiation.js';
export type { AttributeValue } from './packets/attribute-value.js';
export { ALL_ATTRIBUTES, AttributeType } from './packets/attributes.js';
export { SessionSharing } from './client/shared/session-sharing.js';
export { connectSession, DEFAULT_PORT, SilcConnectionDroppedError } from './client/connect.js';
export type {
  Actor,
  AlgorithmProposal,
  Channel,
  ChannelKeyRef,
  ChannelModeChange,
  ChannelProtection,
  ConnectionAuth,
  ConnectOptions,
  DepartureCause,
  JoinOptions,
  JoinResult,
  KeyPair,
  ListedChannel,
  Member,
  Message,
  MessageOptions,
  PrivateKeyInfo,
  Protection,
  SentMessage,
  SessionEvent,
  SessionEventOf,
  SessionState,
  SignatureState,
  SilcSession,
  User,
  WhoisChannel,
  WhoisResult,
} from './client/types.js';
export type {
  AccessEntry,
  AccessListName,
  ChannelControl,
  ChannelPrivateKeyInfo,
  ChannelPrivateKeyOptions,
  ChannelSettings,
  ChannelStatistics,
  JoinKeyChange,
  UndecryptableReason,
} from './client/types.js';
export type {
  ChannelTarget,
  ChannelUsers,
  FormerUser,
  Identity,
  IdentifyTarget,
  NetworkLookup,
  ServerInfo,
  ServerTarget,
  ServiceAnswer,
} from './client/types.js';
export type { OperatorCommands, OperatorProof, ServerLink } from './client/types.js';
export type {
  AcceptKeyAgreementOptions,
  KeyAgreementControl,
  KeyAgreementOffer,
  KeyAgreementOptions,
  StandingKeyAgreement,
} from './client/types.js';
export type {
  MimeDestination,
  MimeOptions,
  MultimediaAbout,
  MultimediaEvent,
  MultimediaOffer,
  OwnMultimediaOffer,
} from './client/types.js';
export {
  encodeMime,
  mimeField,
  multipartMime,
  parseMime,
  type MimeEntity,
  type MimeField,
} from './messages/mime.js';
export {
  mimeContentType,
  mimeEntity,
  readMimeContents,
  type MimeContent,
  type ReceivedMimeContent,
} from './messages/mime-content.js';

// What sessions speak of
export type { Statistics } from './commands/stats.js';
export {
  SilcCommandError,
  SilcDisconnectError,
  SilcError,
  SilcKeyExchangeError,
  SilcKilledError,
  type CommandErrorObject,
  type SilcErrorCode,
} from './errors.js';
export type { ChannelId, ClientId, ServerId } from './ids.js';
export { MessageFlag } from './messages/message-flag.js';
export { ChannelMode, ChannelUserMode, UserMode } from './modes.js';
export { Status, statusText } from './status.js';
export { prepareChannelName, prepareHost, prepareNickname } from './stringprep/index.js';

// File transfer
export { publicAddresses, type AddressPolicy } from './peer/addresses.js';
export { SilcTransferError, type TransferFailure } from './transfer/errors.js';
export { FileTransfers, type OfferOptions } from './transfer/file-transfers.js';
export type { TransferLimits } from './transfer/limits.js';
export type { ListenOptions } from './peer/listener.js';
export type { MeetingOptions, PeerAddress, PeerKey } from './peer/meeting.js';
export { SilcPeerError, type PeerFailure } from './peer/errors.js';
export type {
  FileSink,
  FileSource,
  FileTransferOptions,
  FileWriter,
  IncomingFile,
  IncomingOffer,
  OfferEvent,
  Transfer,
  TransferEvent,
  TransferSession,
  TransferState,
} from './transfer/types.js';

// Keys
export type { CipherName, HmacName } from './crypto/algorithms.js';
export type {
  CipherFamily,
  CipherStream,
  CryptoBackend,
  DiffieHellman,
  DiffieHellmanGroupName,
  HashName,
  RsaPrivateNumbers,
  RsaPublicNumbers,
} from './crypto/backend.js';
export { nobleBackend } from './crypto/backend-noble.js';
export { nodeBackend } from './crypto/backend-node.js';
export { babbleprint, displayFingerprint, fingerprint, fingerprintBytes } from './crypto/fingerprint.js';
export {
  keyFileForm,
  readPrivateKeyFile,
  readPublicKeyFile,
  writePrivateKeyFile,
  writePublicKeyFile,
  type KeyFileEncoding,
  type KeyFileForm,
} from './crypto/key-file.js';
export { generateKeyPair, joinKeyPair, type KeyPairOptions } from './crypto/key-pair.js';
export type { SilcPrivateKey } from './crypto/private-key.js';
export {
  decodePublicKey,
  encodePublicKey,
  type KeyIdentifier,
  type SilcPublicKey,
} from './crypto/public-key.js';

// Streams
export { streamPair, type MemoryStreamOptions } from './memory-stream.js';
export type { ByteStream } from './stream.js';
export { connectTcp, streamOfSocket } from './tcp.js';

// Embedded server
export type { RekeyPolicy } from './ke/rekey-trigger.js';
export {
  SilcServer,
  type ServerOperator,
  type SilcServerEvent,
  type SilcServerLimits,
  type SilcServerOptions,
} from './server/index.js';
