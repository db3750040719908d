import type { ClientIdentity } from '../mapping/identity.js';
import { occupantId } from '../mapping/occupant-id.js';
import { toHex, utf8 } from '../silc/bytes.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import type { SecretRepository } from '../store/types.js';

/** The keyed ids that the gateway hands out. The same input gives the same id for every user, and after a restart. */
export interface Ids {
  /**
   * XEP-0359 id of a message, 32 hex digits: a keyed hash, so that ids tell nothing.
   * @param room - room address; of a private message the receiver's bare JID
   * @param source - `Message.digest` of a message from SILC; of a local line, which has an id before it has octets, something random
   */
  stanzaId(room: string, source: string): string;
  /** XEP-0421 id; see `occupantId` in `mapping/occupant-id.ts`. */
  occupantId(network: string, channelName: string, identity: ClientIdentity): string;
  /** Neutral nickname of a user who has not chosen one; says nothing about the Jabber address. */
  guestNick(user: string): string;
}

/** Loads the secrets (made on first use) and returns the id functions. */
export async function createIds(secrets: SecretRepository, backend: CryptoBackend): Promise<Ids> {
  const [stanzaKey, occupantKey, guestKey] = await Promise.all([
    secrets.obtain('stanza-id'),
    secrets.obtain('occupant-id'),
    secrets.obtain('guest-nick'),
  ]);
  const keyed = (key: Uint8Array, octets: number, ...parts: readonly string[]): string =>
    toHex(backend.hmac('sha256', key, utf8(parts.join('\0')))).slice(0, octets * 2);
  return {
    stanzaId: (room, source) => keyed(stanzaKey, 16, room, source),
    occupantId: (network, channelName, identity) => occupantId(occupantKey, network, channelName, identity),
    guestNick: (user) => `guest-${keyed(guestKey, 3, user)}`,
  };
}
