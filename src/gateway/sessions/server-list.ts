import { sharedAbort } from '../../util/shared-abort.js';
import type { ServerConfig } from '../config-types.js';
import type { ConnectPacer } from './connect-pacing.js';

/** A server of a network, as the configuration has it. */
export interface ListedServer extends ServerConfig {
  /** Host and port: what it is known by. */
  readonly address: string;
  readonly pacer: ConnectPacer;
  /** Aborted when the configuration has it no more, or with another key. */
  readonly gone: AbortSignal;
}

interface Entry {
  readonly server: ListedServer;
  readonly end: AbortController;
}

/** The servers of a network, in the order in which they are tried. */
export class ServerList {
  readonly #newPacer: () => ConnectPacer;
  readonly #onChanged = new Set<() => void>();
  #entries: readonly Entry[] = [];
  #all: readonly ListedServer[] = [];

  constructor(newPacer: () => ConnectPacer, servers: readonly ServerConfig[]) {
    this.#newPacer = newPacer;
    this.replace(servers);
  }

  /** Another list as soon as anything has changed. */
  get all(): readonly ListedServer[] {
    return this.#all;
  }

  at(address: string): ListedServer | undefined {
    return this.#all.find((server) => server.address === address);
  }

  /** Others are to be used from now on. What is known of how much a server bears outlasts that. @returns those that are gone */
  replace(servers: readonly ServerConfig[]): readonly ListedServer[] {
    const before = this.#entries;
    this.#entries = servers.map(({ host, port, fingerprint }) => {
      const address = `${host}:${port}`;
      const known = before.find(({ server }) => server.address === address);
      if (known !== undefined && known.server.fingerprint === fingerprint) return known;
      const end = sharedAbort();
      const pacer = known?.server.pacer ?? this.#newPacer();
      return { server: { host, port, fingerprint, address, pacer, gone: end.signal }, end };
    });
    if (isSame(this.#entries, before)) return [];
    this.#all = this.#entries.map(({ server }) => server);
    const gone = before.filter((entry) => !this.#entries.includes(entry));
    for (const { end } of gone)
      end.abort(new ServerGoneError('the configuration of the SILC server is another one'));
    for (const told of [...this.#onChanged]) told();
    return gone.map(({ server }) => server);
  }

  /** Calls back once, when a server is there again that was not, or the list is another one; @returns takes that back */
  onPresent(callback: () => void): () => void {
    const stops = this.#all.map(({ pacer }) => pacer.onPresent(callback));
    this.#onChanged.add(callback);
    return () => {
      this.#onChanged.delete(callback);
      for (const stop of stops) stop();
    };
  }
}

const isSame = <T>(one: readonly T[], other: readonly T[]): boolean =>
  one.length === other.length && one.every((item, i) => item === other[i]);

/** An attempt on a server that is not to be used any more, or not with the key that was expected. */
class ServerGoneError extends Error {
  override readonly name = 'ServerGoneError';
}
