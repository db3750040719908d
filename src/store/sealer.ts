import { createCipheriv, createDecipheriv, hkdfSync, randomFillSync } from 'node:crypto';

import { StoreError } from './errors.js';

/** Layout of a sealed secret: `version u8 (1) || nonce (12) || ciphertext || tag (16)`, AES-256-GCM. */
const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const HEAD_LENGTH = 1 + NONCE_LENGTH;
/** Nonces that are made at once. */
const NONCES = 256;

/**
 * Encrypts secrets before they reach SQL. `place` (table, column, row key) is bound as associated data, so that a
 * sealed value moved to another row or column does not open.
 */
export class Sealer {
  readonly #key: Uint8Array;
  /** Fetching randomness costs as much as sealing a line: it is fetched for many at once. Nonces are no secret. */
  readonly #nonces = new Uint8Array(NONCES * NONCE_LENGTH);
  #nextNonce = NONCES;

  /** @param storeKey the 32 octets of the key file; what encrypts is derived from it (HKDF-SHA-256, RFC 5869). */
  constructor(storeKey: Uint8Array) {
    this.#key = new Uint8Array(
      hkdfSync('sha256', storeKey, new Uint8Array(0), 'silc-xmpp-gateway store secrets 1', 32),
    );
  }

  seal(secret: Uint8Array, place: readonly string[]): Uint8Array {
    const nonce = this.#nonce();
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_LENGTH });
    cipher.setAAD(associatedData(place));
    const body = cipher.update(secret);
    cipher.final();
    const out = Buffer.allocUnsafe(HEAD_LENGTH + body.length + TAG_LENGTH);
    out[0] = VERSION;
    out.set(nonce, 1);
    out.set(body, HEAD_LENGTH);
    out.set(cipher.getAuthTag(), HEAD_LENGTH + body.length);
    return out;
  }

  #nonce(): Uint8Array {
    if (this.#nextNonce === NONCES) {
      randomFillSync(this.#nonces);
      this.#nextNonce = 0;
    }
    const start = this.#nextNonce++ * NONCE_LENGTH;
    return this.#nonces.subarray(start, start + NONCE_LENGTH);
  }

  /** @throws StoreError `corrupt` when the value is damaged, from another place, or sealed with another key. */
  open(sealed: Uint8Array, place: readonly string[]): Uint8Array {
    const where = place.slice(0, 2).join('.');
    if (sealed.length < HEAD_LENGTH + TAG_LENGTH || sealed[0] !== VERSION) {
      throw new StoreError('corrupt', `stored secret in ${where} is not readable`);
    }
    const bodyEnd = sealed.length - TAG_LENGTH;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(1, HEAD_LENGTH), {
        authTagLength: TAG_LENGTH,
      });
      decipher.setAAD(associatedData(place));
      decipher.setAuthTag(sealed.subarray(bodyEnd));
      const body = decipher.update(sealed.subarray(HEAD_LENGTH, bodyEnd));
      decipher.final();
      const secret = new Uint8Array(body);
      body.fill(0);
      return secret;
    } catch (cause) {
      throw new StoreError('corrupt', `stored secret in ${where} does not verify`, { cause });
    }
  }

  /** The same; undefined for what does not open: one such row must not keep all others from being read. */
  openIfWhole(sealed: Uint8Array, place: readonly string[]): Uint8Array | undefined {
    try {
      return this.open(sealed, place);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return undefined;
    }
  }

  /** Overwrites the key. Nothing can be sealed or opened afterwards. */
  wipe(): void {
    this.#key.fill(0);
  }
}

/** Unambiguous octets of a place, whatever characters its parts hold. */
function associatedData(place: readonly string[]): Uint8Array {
  return Buffer.from(JSON.stringify(place), 'utf8');
}
