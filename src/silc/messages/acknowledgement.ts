import { hmac, hmacs, type HmacName } from '../crypto/algorithms.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { MessageFlag } from './message-flag.js';

/*
 * Acknowledgements of private messages (draft flags-payloads-04, 3.5). A message asks for one by the ACK flag, without
 * NOREPLY; the acknowledgement has ACK, AUTOREPLY and NOREPLY, and is never acknowledged itself. What it says is a MAC of
 * the message's own MAC, by the same key: so only messages under a key can be acknowledged.
 */

/** The flags of an acknowledgement. */
export const ACKNOWLEDGEMENT = MessageFlag.ack | MessageFlag.autoreply | MessageFlag.noreply;

/** Automatic messages ask for nothing, whatever they say: two could go on for ever. */
export function asksForAcknowledgement(flags: number): boolean {
  return (flags & ACKNOWLEDGEMENT) === MessageFlag.ack;
}

export function isAcknowledgement(flags: number): boolean {
  return (flags & ACKNOWLEDGEMENT) === ACKNOWLEDGEMENT;
}

/**
 * The data of the acknowledgement of a message.
 * @param key the one that the message is under, which is its sender's
 * @param payload the message as it was sent: its MAC is at the end
 */
export function acknowledgementOf(
  backend: CryptoBackend,
  key: { readonly hmac: HmacName; readonly hmacKey: Uint8Array },
  payload: Uint8Array,
): Uint8Array {
  const mac = payload.subarray(Math.max(0, payload.length - hmacs[key.hmac].length));
  return hmac(backend, key.hmac, key.hmacKey, mac);
}
