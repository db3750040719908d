import { toHex } from '../bytes.js';
import { provesPublicKey } from '../authentication.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { decodePublicKey, type SilcPublicKey } from '../crypto/public-key.js';
import { fingerprint } from '../crypto/fingerprint.js';
import { SilcError } from '../errors.js';
import type { ClientId } from '../ids.js';
import { authenticationPayload, type AuthenticationPayload } from '../packets/authentication-payload.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../packets/public-key-payload.js';
import type { ListEntry } from '../commands/values.js';
import { ListAction } from '../commands/values.js';
import { Status } from '../status.js';

/** Proofs about channels: whoever holds the founder key, or a key of the channel's list. */

/** Octets of a SHA-1 fingerprint: the random data of a channel authentication begins with the one of its key. */
const FINGERPRINT_LENGTH = 20;

/** Keys of one channel and their octets: the reply of JOIN has to hold all of them. */
const MAX_KEYS = 64;
const MAX_KEY_OCTETS = 16_384;

/** A key of a Public Key Payload; undefined where it is none, or one of another type. */
export function decodeKeyPayload(payload: Uint8Array): SilcPublicKey | undefined {
  try {
    const { type, data } = decodePayload(publicKeyPayload, payload);
    return type === PublicKeyType.silc ? decodePublicKey(data) : undefined;
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}

export function encodeKeyPayload({ encoded }: SilcPublicKey): Uint8Array {
  return encodePayload(publicKeyPayload, { type: PublicKeyType.silc, data: encoded });
}

/** Whether the octets are an Authentication Payload of this client with this key. Always SHA-1. */
export function holdsKey(
  backend: CryptoBackend,
  client: { readonly id: ClientId },
  key: SilcPublicKey | undefined,
  payload: Uint8Array | undefined,
): boolean {
  const proof = payload === undefined ? undefined : decodeProof(payload);
  return key !== undefined && proof !== undefined && provesPublicKey(backend, key, 'sha1', client.id, proof);
}

/** Public keys with which one may join a channel with +C. */
export class ChannelKeyList {
  readonly #keys = new Map<string, SilcPublicKey>();

  get size(): number {
    return this.#keys.size;
  }

  /** The list as replies carry it; undefined when it is empty. */
  get reply(): readonly ListEntry[] | undefined {
    if (this.#keys.size === 0) return undefined;
    return [...this.#keys.values()].map((key) => ({ type: ListAction.add, data: encodeKeyPayload(key) }));
  }

  /** Adds (0) and deletes (1). @returns 0, or the status of the first entry that could not be taken */
  edit(backend: CryptoBackend, entries: readonly ListEntry[]): number {
    for (const { type, data } of entries) {
      const key = decodeKeyPayload(data);
      if (key === undefined) return Status.unsupportedPublicKey;
      const id = fingerprint(backend, key);
      if (type === ListAction.delete) this.#keys.delete(id);
      else if (type !== ListAction.add) return Status.notEnoughParams;
      else if (!this.#hasRoomFor(id, key)) return Status.resourceLimit;
      else this.#keys.set(id, key);
    }
    return 0;
  }

  clear(): void {
    this.#keys.clear();
  }

  /** Whether the client holds the key that its payload names. */
  admits(
    backend: CryptoBackend,
    client: { readonly id: ClientId },
    payload: Uint8Array | undefined,
  ): boolean {
    const proof = payload === undefined ? undefined : decodeProof(payload);
    if (proof === undefined) return false;
    const key = this.#keys.get(toHex(proof.random.subarray(0, FINGERPRINT_LENGTH)));
    return key !== undefined && provesPublicKey(backend, key, 'sha1', client.id, proof);
  }

  #hasRoomFor(id: string, key: SilcPublicKey): boolean {
    if (this.#keys.has(id)) return true;
    const octets = [...this.#keys.values()].reduce((sum, { encoded }) => sum + encoded.length, 0);
    return this.#keys.size < MAX_KEYS && octets + key.encoded.length <= MAX_KEY_OCTETS;
  }
}

function decodeProof(payload: Uint8Array): AuthenticationPayload | undefined {
  try {
    return decodePayload(authenticationPayload, payload);
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
