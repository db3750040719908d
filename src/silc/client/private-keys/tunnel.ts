import type { CryptoBackend } from '../../crypto/backend.js';
import { SilcError } from '../../errors.js';
import { PacketDecoder, PacketEncoder, type Packet } from '../../frame.js';
import type { ClientId } from '../../ids.js';
import { clientId } from '../../ids.js';
import { encodeMessage, MessageFlag } from '../../messages/index.js';
import type { Supported } from '../../ke/negotiation.js';
import { PacketType } from '../../packets/packet-type.js';

/*
 * The key exchange between two clients runs in packets inside private messages (the drafts do not
 * know it): each is a whole SILC packet in the clear, addressed from client to client, that is the data of a message
 * with the PACKET flag.
 */

/** What the toolkit proposes, and all it takes. */
export const TUNNEL_ALGORITHMS: Supported = {
  groups: ['diffie-hellman-group2'],
  ciphers: ['aes-256-ctr'],
  hashes: ['sha256'],
  hmacs: ['hmac-sha256-96'],
};

/** The same as names: of a rekey, which negotiates nothing. */
export const TUNNEL_NAMES = {
  group: 'diffie-hellman-group2',
  cipher: 'aes-256-ctr',
  hash: 'sha256',
  hmac: 'hmac-sha256-96',
} as const;

/** A packet with a key of 16384 bits and its signature is far below. */
const MAX_TUNNELLED = 16_384;

/** The types that a key exchange consists of; there are no SUCCESS packets in it. */
export type TunnelledType =
  | typeof PacketType.keyExchange
  | typeof PacketType.keyExchange1
  | typeof PacketType.keyExchange2
  | typeof PacketType.failure;

/** A packet of a key exchange between two clients. */
export interface Tunnelled {
  readonly type: TunnelledType;
  readonly payload: Uint8Array;
}

/** The message payload that carries a packet, without protection. */
export function encodeTunnelled(
  backend: CryptoBackend,
  { type, payload }: Tunnelled,
  sender: ClientId,
  receiver: ClientId,
): Uint8Array {
  const packet: Packet = {
    type,
    flags: 0,
    source: clientId(sender),
    destination: clientId(receiver),
    payload,
  };
  const data = new PacketEncoder(backend).encode(packet);
  return encodeMessage(backend, { flags: MessageFlag.packet, data });
}

/**
 * The packet in the data of a message with the PACKET flag; undefined where it is none of a key exchange, or tells
 * another sender than the message does.
 * @throws SilcError `malformed`, `limit`
 */
export function decodeTunnelled(
  backend: CryptoBackend,
  data: Uint8Array,
  sender: ClientId,
): Tunnelled | undefined {
  if (data.length > MAX_TUNNELLED)
    throw new SilcError('limit', `packet of ${data.length} octets in a message`);
  const decoder = new PacketDecoder(backend);
  decoder.push(data);
  const packet = decoder.next();
  if (packet === undefined) throw new SilcError('malformed', 'packet in a message is cut short');
  const { type, payload, source, destination } = packet;
  if (source.type !== 2 || source.id !== sender || destination.type !== 2) return undefined;
  return isTunnelledType(type) ? { type, payload } : undefined;
}

function isTunnelledType(type: number): type is TunnelledType {
  return (
    type === PacketType.keyExchange ||
    type === PacketType.keyExchange1 ||
    type === PacketType.keyExchange2 ||
    type === PacketType.failure
  );
}
