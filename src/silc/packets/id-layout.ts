import { Writer } from '../bytes.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { IdType, parseIdOf, type ChannelId, type ClientId, type ServerId } from '../ids.js';

/*
 * Inside of IDs (draft spec-09, 3.4), for servers, which make them; nobody else looks inside:
 *   Server and Channel ID: IP address 4 or 16 | port u16 | random u16
 *   Client ID: IP address 4 or 16 | random u8 | nickname hash 11
 */

/** Octets of the nickname hash. */
export const NICKNAME_HASH_LENGTH = 11;

/** @param ip the server's address, 4 or 16 octets. @throws SilcError `malformed` on other lengths */
export function makeServerId(ip: Uint8Array, port: number, random: number): ServerId {
  return parseIdOf(IdType.server, withPort(ip, port, random));
}

/** @param ip the server's address, 4 or 16 octets. @throws SilcError `malformed` on other lengths */
export function makeChannelId(ip: Uint8Array, port: number, random: number): ChannelId {
  return parseIdOf(IdType.channel, withPort(ip, port, random));
}

/**
 * @param ip the server's address, 4 or 16 octets
 * @param random what tells clients of one nickname apart, one octet
 * @param hash `nicknameHash`
 * @throws SilcError `malformed` on other lengths
 */
export function makeClientId(ip: Uint8Array, random: number, hash: Uint8Array): ClientId {
  return parseIdOf(IdType.client, new Writer(28).bytes(ip).u8(random).bytes(hash).finish());
}

/** First 88 bits of the MD5 of a prepared nickname's UTF-8. */
export function nicknameHash(backend: CryptoBackend, prepared: Uint8Array): Uint8Array {
  return backend.hash('md5', prepared).subarray(0, NICKNAME_HASH_LENGTH);
}

function withPort(ip: Uint8Array, port: number, random: number): Uint8Array {
  return new Writer(20).bytes(ip).u16(port).u16(random).finish();
}
