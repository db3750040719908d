import { provesPublicKey } from '../authentication.js';
import { constantTimeEqual, utf8 } from '../bytes.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { SilcError } from '../errors.js';
import { authenticationPayload } from '../packets/authentication-payload.js';
import type { AuthenticationPayload } from '../packets/authentication-payload.js';
import { decodePayload } from '../packets/codec.js';
import { AuthMethod } from '../packets/connection-auth-request.js';
import type { CryptoBackend } from '../crypto/backend.js';
import type { ServerClient } from './client.js';
import { LruMap } from '../../util/lru-map.js';
import { monotonicMs } from '../../util/clock.js';

/** Who may become an operator: whoever knows the passphrase or holds the key; with neither nobody. */
export interface ServerOperator {
  readonly passphrase?: string;
  readonly publicKey?: SilcPublicKey;
  /** May become router operator too, and so may KILL: a server without links is its own router. Default false. */
  readonly router?: boolean;
}

/** Failed attempts from one host; afterwards it is refused whatever it shows, until it has been quiet for so long. */
const MAX_FAILURES = 10;
const FORGET_MS = 600_000;

/** Hosts that are remembered; the one that has been quiet for longest is forgotten first. */
const MAX_HOSTS = 1_000;

interface Failures {
  readonly count: number;
  /** Monotonic milliseconds of the last one. */
  readonly at: number;
}

/** The operators of a server, by user name. */
export class Operators {
  readonly #backend: CryptoBackend;
  readonly #operators: ReadonlyMap<string, ServerOperator>;
  /** By host, since a client can come back as another one; in the order of the last failure. */
  readonly #failures = new LruMap<string, Failures>(MAX_HOSTS);

  constructor(backend: CryptoBackend, operators: ReadonlyMap<string, ServerOperator> = new Map()) {
    this.#backend = backend;
    this.#operators = operators;
  }

  /** The operator that a client says to be; undefined where there is none, or where its host has guessed too often. */
  named(username: string, client: ServerClient): ServerOperator | undefined {
    return this.#failuresOf(client) < MAX_FAILURES ? this.#operators.get(username) : undefined;
  }

  /** Whether an Authentication Payload is the operator's. Over the client's ID, with the hash of its key exchange. */
  proves(operator: ServerOperator, client: ServerClient, auth: Uint8Array): boolean {
    const payload = decoded(auth);
    const proven = payload !== undefined && this.#matches(operator, client, payload);
    if (!proven) this.#countFailure(client);
    return proven;
  }

  #failuresOf({ hostname }: ServerClient): number {
    const failures = this.#failures.peek(hostname);
    return failures === undefined || monotonicMs() - failures.at > FORGET_MS ? 0 : failures.count;
  }

  #countFailure(client: ServerClient): void {
    const count = this.#failuresOf(client) + 1;
    this.#failures.set(client.hostname, { count, at: monotonicMs() });
  }

  #matches(
    { passphrase, publicKey }: ServerOperator,
    client: ServerClient,
    payload: AuthenticationPayload,
  ): boolean {
    if (payload.method === AuthMethod.passphrase) {
      const wanted = passphrase !== undefined && passphrase !== '';
      return wanted && constantTimeEqual(payload.data, utf8(passphrase));
    }
    if (publicKey === undefined) return false;
    return provesPublicKey(this.#backend, publicKey, client.exchangeHash, client.id, payload);
  }
}

function decoded(auth: Uint8Array): AuthenticationPayload | undefined {
  try {
    return decodePayload(authenticationPayload, auth);
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
