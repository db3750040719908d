import { channelKeyPayload } from './channel-key.js';
import { commandPayload } from './command.js';
import { connectionAuthRequestPayload } from './connection-auth-request.js';
import { connectionAuthPayload } from './connection-auth.js';
import { disconnectPayload } from './disconnect.js';
import { fileTransferPayload } from './file-transfer.js';
import { newIdPayload } from './id-payload.js';
import { keyAgreementPayload } from './key-agreement.js';
import { keyExchangeStartPayload } from './key-exchange-start.js';
import { keyExchangePayload } from './key-exchange.js';
import { newClientPayload } from './new-client.js';
import { notifyPayload } from './notify-payload.js';
import { PacketType } from './packet-type.js';
import { privateMessageKeyPayload } from './private-message-key.js';
import { resumeClientPayload } from './resume-client.js';
import { statusPayload } from './status-payload.js';

export { PacketFlag, PacketType } from './packet-type.js';
export { decodePayload, encodePayload, type Codec } from './codec.js';
export { decodeNotify, encodeNotify } from './notify.js';
export type { Notify } from './notify-event.js';

/**
 * The table: packet type to the codec of its payload. Message payloads are not here because what they need to be read
 * is not in the packet (`messages/`); rekey packets and heartbeats have none.
 */
export const packetCodecs = {
  [PacketType.disconnect]: disconnectPayload,
  [PacketType.success]: statusPayload,
  [PacketType.failure]: statusPayload,
  [PacketType.notify]: notifyPayload,
  [PacketType.channelKey]: channelKeyPayload,
  [PacketType.privateMessageKey]: privateMessageKeyPayload,
  [PacketType.command]: commandPayload,
  [PacketType.commandReply]: commandPayload,
  [PacketType.keyExchange]: keyExchangeStartPayload,
  [PacketType.keyExchange1]: keyExchangePayload,
  [PacketType.keyExchange2]: keyExchangePayload,
  [PacketType.connectionAuthRequest]: connectionAuthRequestPayload,
  [PacketType.connectionAuth]: connectionAuthPayload,
  [PacketType.newId]: newIdPayload,
  [PacketType.newClient]: newClientPayload,
  [PacketType.keyAgreement]: keyAgreementPayload,
  [PacketType.fileTransfer]: fileTransferPayload,
  [PacketType.resumeClient]: resumeClientPayload,
} as const;
