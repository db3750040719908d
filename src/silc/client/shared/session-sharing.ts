import { toHex } from '../../bytes.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { ServerId } from '../../ids.js';
import { SharedServer } from './shared-server.js';

/**
 * What sessions of one process share, as far as they are on the same server: same Server ID, and same public key. On each
 * channel the first of them keeps the members for all, and a message that one has opened is not opened again by those
 * who hold the same key. Sessions on different servers that share an object of this class tell each other only which of them
 * was killed.
 */
export class SessionSharing {
  readonly #servers = new Map<string, SharedServer>();

  /**
   * What the sessions on one server share; for the engine only.
   * @internal
   */
  server(id: ServerId, key: SilcPublicKey): SharedServer {
    // The whole key: a server that shows another one is another server.
    const name = `${id} ${toHex(key.encoded)}`;
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const onEmpty = (): void => void this.#servers.delete(name);
    const server = new SharedServer(onEmpty, () => this.#servers.values());
    this.#servers.set(name, server);
    return server;
  }
}
