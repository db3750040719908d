import { fromHex, Reader, toHex, Writer } from './bytes.js';
import { SilcError } from './errors.js';

/**
 * SILC IDs (draft spec-09, 3.4). In memory an ID is the lower-case hex of its raw octets, branded by its type, so that
 * it can be a map key and be compared with `===`. IDs are opaque: nothing is derived from their inside, except that
 * the leading 4 (IPv4) or 16 (IPv6) octets say on which server it lives.
 */
/** ID of a server: 8 octets (IPv4) or 20 (IPv6) as lower-case hex. */
export type ServerId = string & { readonly __id: 'server' };
/** ID of a registered client: 16 octets (IPv4) or 28 (IPv6) as lower-case hex. It changes with the nickname. */
export type ClientId = string & { readonly __id: 'client' };
/** ID of a channel: 8 octets (IPv4) or 20 (IPv6) as lower-case hex. */
export type ChannelId = string & { readonly __id: 'channel' };
export type SilcId = ServerId | ClientId | ChannelId;

/** ID type octet of packet headers and ID payloads. */
export const IdType = { none: 0, server: 1, client: 2, channel: 3 } as const;
export type IdType = (typeof IdType)[keyof typeof IdType];

/** Longest raw ID: an IPv6 Client ID. */
export const MAX_ID_LENGTH = 28;

const lengths: Record<1 | 2 | 3, readonly number[]> = { 1: [8, 20], 2: [16, 28], 3: [8, 20] };

/** An ID with its type, as packet headers and ID payloads carry it. `none` has no octets. */
export type TypedId =
  | { readonly type: 0 }
  | { readonly type: 1; readonly id: ServerId }
  | { readonly type: 2; readonly id: ClientId }
  | { readonly type: 3; readonly id: ChannelId };

export const NO_ID: TypedId = { type: 0 };

export const serverId = (id: ServerId): TypedId => ({ type: 1, id });
export const clientId = (id: ClientId): TypedId => ({ type: 2, id });
export const channelId = (id: ChannelId): TypedId => ({ type: 3, id });

/** Raw octets of an ID; empty for `none`. */
export function idBytes(id: SilcId | TypedId): Uint8Array {
  if (typeof id === 'string') return fromHex(id);
  return id.type === 0 ? new Uint8Array(0) : fromHex(id.id);
}

/** IDs that came lately, so many at most. */
const KNOWN = 1024;
/** The last that came of those whose last octets are alike, their raw octets, and how many of them. */
const known = new Array<TypedId>(KNOWN).fill(NO_ID);
const knownOctets = new Uint8Array(KNOWN * MAX_ID_LENGTH);
const knownLengths = new Uint8Array(KNOWN);

/**
 * Makes a typed ID of raw octets: `octets`, or the part of it from `start` to before `end`. What is about a channel, or from somebody
 * on it, comes once for each session on it, so IDs are kept a while instead of made anew.
 * @throws SilcError `malformed` when the type is above 3 or the length is not one that the type has.
 */
export function parseId(type: number, octets: Uint8Array, start = 0, end = octets.length): TypedId {
  const slot = (((octets[end - 2] ?? 0) << 8) | (octets[end - 1] ?? 0)) % KNOWN;
  const id = known[slot];
  if (id?.type === type && isKnown(slot, octets, start, end)) return id;
  const raw = octets.subarray(start, end);
  const made = makeId(type, raw);
  if (made.type !== IdType.none) {
    known[slot] = made;
    knownLengths[slot] = raw.length;
    knownOctets.set(raw, slot * MAX_ID_LENGTH);
  }
  return made;
}

function isKnown(slot: number, octets: Uint8Array, start: number, end: number): boolean {
  if (knownLengths[slot] !== end - start) return false;
  const offset = slot * MAX_ID_LENGTH - start;
  for (let i = start; i < end; i++) if (knownOctets[offset + i] !== octets[i]) return false;
  return true;
}

function makeId(type: number, raw: Uint8Array): TypedId {
  if (type === 0) {
    if (raw.length > 0) throw new SilcError('malformed', 'ID type none with octets');
    return NO_ID;
  }
  if (type !== 1 && type !== 2 && type !== 3) throw new SilcError('malformed', `ID type ${type}`);
  if (!lengths[type].includes(raw.length)) {
    throw new SilcError('malformed', `ID type ${type} with ${raw.length} octets`);
  }
  const hex = toHex(raw);
  if (type === 1) return { type, id: hex as ServerId };
  if (type === 2) return { type, id: hex as ClientId };
  return { type, id: hex as ChannelId };
}

/** As {@link parseId}, for one type only. @throws SilcError `malformed` */
export function parseIdOf(type: 1, raw: Uint8Array): ServerId;
export function parseIdOf(type: 2, raw: Uint8Array): ClientId;
export function parseIdOf(type: 3, raw: Uint8Array): ChannelId;
export function parseIdOf(type: 1 | 2 | 3, raw: Uint8Array): SilcId {
  return idOf(type, parseId(type, raw));
}

function idOf(type: 1 | 2 | 3, id: TypedId): SilcId {
  if (id.type !== type) throw new SilcError('malformed', `ID of type ${id.type}, ${type} wanted`);
  return id.id;
}

/** ID Payload (draft pp-09, 2.3.2.1): `type u16, length u16, id`. */
export const idPayload = {
  decode(reader: Reader): TypedId {
    const type = reader.u16('ID type');
    return parseId(type, reader.block16('ID', MAX_ID_LENGTH));
  },
  encode(id: TypedId, writer: Writer): void {
    writer.u16(id.type).block16(idBytes(id));
  },
};

/** Reads exactly one ID payload of the given type. @throws SilcError `malformed` on any other. */
export function decodeIdPayload(bytes: Uint8Array, type: 1): ServerId;
export function decodeIdPayload(bytes: Uint8Array, type: 2): ClientId;
export function decodeIdPayload(bytes: Uint8Array, type: 3): ChannelId;
export function decodeIdPayload(bytes: Uint8Array, type: 1 | 2 | 3): SilcId {
  const reader = new Reader(bytes);
  const id = idPayload.decode(reader);
  reader.end('ID payload');
  return idOf(type, id);
}

/** The octets of one ID payload. */
export function encodeIdPayload(id: TypedId): Uint8Array {
  const writer = new Writer(4 + MAX_ID_LENGTH);
  idPayload.encode(id, writer);
  return writer.finish();
}
