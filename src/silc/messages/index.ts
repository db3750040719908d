export {
  ACKNOWLEDGEMENT,
  acknowledgementOf,
  asksForAcknowledgement,
  isAcknowledgement,
} from './acknowledgement.js';
export { MessageFlag, messageKind, messageText, PRIVATE_FLAGS } from './message-flag.js';
export {
  channelKeyCandidates,
  channelMessageKey,
  channelPrivateKey,
  openWithAny,
  staticMessageKeys,
  wipeMessageKey,
  type MessageAlgorithms,
  type MessageKeyPair,
} from './message-keys.js';
export {
  decodeMessage,
  encodeMessage,
  type MessagePayload,
  type OutgoingMessage,
} from './message-payload.js';
export {
  NegotiatedReceiver,
  NegotiatedSender,
  openMessage,
  protectMessage,
  tryOpenMessage,
  type MacForm,
  type MessageKey,
  type MessageParties,
  type NegotiatedKey,
  type OpenedMessage,
} from './protection.js';
export { verifyMessage, type MessageSignature, type MessageSigner } from './signed-part.js';
export { encodeMime, mimeField, multipartMime, parseMime, type MimeEntity, type MimeField } from './mime.js';
export {
  fragmentInfo,
  fragmentMime,
  MimeAssembler,
  type AssembledMime,
  type FragmentInfo,
} from './mime-fragments.js';
