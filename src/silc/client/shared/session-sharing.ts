import { toHex } from '../../bytes.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import type { ServerId } from '../../ids.js';
import { SharedServer } from './shared-server.js';

/**
 * What sessions of one process share, as far as they are on the same server: same Server ID, and same public key. On each
 * channel the first of them keeps the members for all, and a message that one has opened is not opened again by those
 * who hold the same key. Sessions on different servers that share an object of this class tell each other only which of them
 * was killed, and which server is there no longer because another one has taken its place.
 */
export class SessionSharing {
  readonly #servers = new Map<string, SharedServer>();

  /**
   * What the sessions on one server share; for the engine only.
   * @internal
   */
  server(id: ServerId, key: SilcPublicKey): SharedServer {
    // The whole key: a server that shows another one is another server.
    const keyName = toHex(key.encoded);
    const name = `${id} ${keyName}`;
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const onEmpty = (): void => void this.#servers.delete(name);
    // Its address and port, without the random part of the Server ID.
    const place = `${id.slice(0, -4)} ${keyName}`;
    const server = new SharedServer(onEmpty, () => this.#servers.values(), place);
    this.#servers.set(name, server);
    return server;
  }
}
