import { StanzaError } from '../../component/stanza.js';
import type { ConnectionAuth, KeyPair } from '../../silc/client/types.js';
import { SilcConnectionDroppedError } from '../../silc/client/connect.js';
import type { DetachedSession } from '../../silc/client/detached-session.js';
import { SilcDisconnectError, SilcError, type SilcErrorCode, SilcKilledError } from '../../silc/errors.js';
import { SessionSharing } from '../../silc/client/shared/session-sharing.js';
import { Status } from '../../silc/status.js';
import { monotonicMs } from '../../util/clock.js';
import { linkedAbort } from '../../util/linked-abort.js';
import { delay } from '../../util/race.js';
import type { NetworkConfig } from '../config-types.js';
import type { GatewayContext } from '../context.js';
import type { ChatSession } from './chat-session.js';
import { ConnectPacer, type PlaceRequest, type Verdict } from './connect-pacing.js';
import { Crowd } from './crowd.js';
import { OwnClients } from './own-clients.js';
import { type ListedServer, ServerList } from './server-list.js';
import type { ServerStatus } from './server-status.js';
import { text } from '../../text/text.js';
import { UnknownNicknames } from './unknown-nicknames.js';

const LEAST_TIMEOUT_MS = 5_000;

/** Whose session is wanted. */
export interface ConnectRequest extends PlaceRequest {
  readonly keyPair: KeyPair;
  readonly nickname: string;
  /** A detached session to go on with, in place of a new one. */
  readonly resume?: DetachedSession;
  /** In place of the configured one. */
  readonly realName?: string;
  readonly negotiatePrivateKeys?: boolean;
  /** For servers that want one, in place of the configured one. */
  readonly passphrase?: string | undefined;
}

/** What is known of the key of a server. */
export interface ServerKeys {
  /** Host and port. */
  readonly address: string;
  readonly known: string | undefined;
  /** It stands in the configuration. */
  readonly isConfigured: boolean;
  readonly refused: string | undefined;
}

interface Link {
  readonly server: ListedServer;
  /** Of the key that it has shown. */
  readonly fingerprint: string;
}

/** A session on a server that it is not to be on. */
export interface Misfit {
  readonly server: string;
  /** For the log. */
  readonly why: SilcError;
}

/** One SILC network: opens connections, each at its turn, on the first server that answers. */
export class Network {
  readonly name: string;
  readonly ownClients = new OwnClients();
  readonly unknownNicknames = new UnknownNicknames();
  /** Sessions that are being opened, or opened again. */
  readonly crowd = new Crowd();
  /** What sessions on one server of the network know in common. */
  readonly #sharing = new SessionSharing();
  readonly #context: GatewayContext;
  readonly #servers: ServerList;
  /** On which server a session was opened, and which key that has shown. */
  readonly #links = new WeakMap<ChatSession, Link>();
  #config: NetworkConfig;
  /** Ends of the checks of server keys so far, by server address. */
  readonly #keyChecks = new Map<string, Promise<unknown>>();

  /** Keys that were not the known ones when they were met last, by server address. */
  readonly #refused = new Map<string, string>();

  constructor(name: string, config: NetworkConfig, context: GatewayContext) {
    this.name = name;
    this.#config = config;
    this.#context = context;
    const spacingMs = (): number => context.config.timeouts.connect_spacing_ms;
    this.#servers = new ServerList(() => new ConnectPacer({ judge: verdictOf, spacingMs }), config.servers);
  }

  get config(): NetworkConfig {
    return this.#config;
  }

  /**
   * Another configuration holds for whatever is opened from now on, and for attempts under way.
   * @returns whether there may be sessions open that `misfit` has something to say of
   */
  reconfigure(config: NetworkConfig): boolean {
    this.#config = config;
    const gone = this.#servers.replace(config.servers);
    for (const { address } of gone) this.#refused.delete(address);
    return gone.length > 0;
  }

  /** Why a session is not to go on where it is: its server is none of the network's any more, or has another key than it should. */
  async misfit(silc: ChatSession): Promise<Misfit | undefined> {
    const link = this.#links.get(silc);
    if (link === undefined || !link.server.gone.aborted) return undefined;
    const { address } = link.server;
    const server = this.#servers.at(address);
    if (server === undefined)
      return { server: address, why: new SilcError('closed', 'it is no server of the network any more') };
    const known = await this.#knownKey(server).catch((error: unknown) => {
      this.#context.log.error({ network: this.name, server: address, err: error }, 'a key could not be read');
      return undefined;
    });
    if (known === undefined || known === link.fingerprint) return undefined;
    return { server: address, why: new SilcError('closed', 'its key is not the configured one') };
  }

  /**
   * Opens a session.
   * @throws StanzaError cancel/policy-violation when a server's key is not the known one; otherwise the SilcError of the
   * last server that was tried, or the signal's reason. SilcResumeError when every server that answers has refused to resume.
   */
  async connect(request: ConnectRequest): Promise<ChatSession> {
    for (;;) {
      const servers = this.#servers.all;
      try {
        return await this.#connectToOne(servers, request);
      } catch (error) {
        // Where the configuration has changed meanwhile, what was tried before it says nothing.
        if (request.signal.aborted || servers === this.#servers.all) throw error;
      }
    }
  }

  async #connectToOne(servers: readonly ListedServer[], request: ConnectRequest): Promise<ChatSession> {
    let failure: unknown = new SilcError('closed', 'no server is configured');
    // In their order, those last that were not there a moment ago.
    const order = servers.map((server) => ({ server, isAbsent: server.pacer.isAbsent }));
    order.sort((a, b) => Number(a.isAbsent) - Number(b.isAbsent));
    for (const { server } of order) {
      const { signal, release } = linkedAbort(request.signal, server.gone);
      const one = { ...request, signal };
      try {
        return await server.pacer.run(() => this.#attempt(server, one), one);
      } catch (error) {
        failure = error;
        request.signal.throwIfAborted();
        if (isFinal(error)) throw error;
      } finally {
        release();
      }
    }
    throw failure;
  }

  /** Servers in their order: the key that each is known by, and the one that was refused last. Fingerprints. @throws StoreError */
  async serverKeys(): Promise<readonly ServerKeys[]> {
    return Promise.all(
      this.#servers.all.map(async (server) => ({
        address: server.address,
        known: await this.#knownKey(server),
        isConfigured: server.fingerprint !== undefined,
        refused: this.#refused.get(server.address),
      })),
    );
  }

  /** The server has this key from now on. @throws StoreError */
  async acceptKey(address: string, fingerprint: string): Promise<void> {
    await this.#context.store.serverKeys.pin(this.name, address, fingerprint);
    this.#refused.delete(address);
    this.#context.log.warn({ network: this.name, server: address, fingerprint }, 'server key accepted');
  }

  /** A pause between two tries: it ends early when a server that was not there is back, or there are others. @throws the signal's reason */
  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const back = new AbortController();
    const stop = this.#servers.onPresent(() => back.abort());
    try {
      await delay(ms, AbortSignal.any([signal, back.signal]));
    } catch {
      signal.throwIfAborted();
    } finally {
      stop();
    }
  }

  /** Servers in their order, as they were at the last attempts. */
  servers(): readonly ServerStatus[] {
    return this.#servers.all.map(({ address, pacer }) => ({
      address,
      isAway: pacer.isAbsent,
      hasOtherKey: this.#refused.has(address),
    }));
  }

  async #attempt(server: ListedServer, request: ConnectRequest): Promise<ChatSession> {
    try {
      return await this.#connectTo(server, request);
    } catch (error) {
      if (request.signal.aborted) throw error;
      this.#context.metrics.increment('silc_connect_failures');
      if (!isFinal(error)) {
        this.#context.log.warn(
          { network: this.name, server: server.host, err: error },
          'connecting to a SILC server failed',
        );
      }
      throw error;
    }
  }

  async #connectTo(
    server: ListedServer,
    { keyPair, nickname, signal, resume, realName, negotiatePrivateKeys, passphrase }: ConnectRequest,
  ): Promise<ChatSession> {
    let refusal: unknown;
    let shown = '';
    const since = monotonicMs();
    const ended = (result: string): void => {
      this.#context.metrics.count('silc_handshakes', { network: this.name, result });
    };
    try {
      this.#context.metrics.increment('silc_connects');
      const { users } = this.#context.config;
      const session = await this.#context.host.connect({
        host: server.host,
        port: server.port,
        keyPair,
        ...(resume && { resume }),
        auth: authOf(this.#config, passphrase),
        nickname,
        username: users.username,
        realName: realName ?? users.real_name,
        ...(negotiatePrivateKeys !== undefined && { negotiatePrivateKeys }),
        // What has arrived is for the user's clients to say.
        answerAcknowledgements: 'by-application',
        backend: this.#context.backend,
        sharing: this.#sharing,
        ...(this.#config.algorithms && { proposal: this.#config.algorithms }),
        timeoutMs: this.#timeoutMs(),
        signal,
        verifyServerKey: async (_key, fingerprint) => {
          shown = fingerprint;
          // A store that cannot tell is no mismatch of keys.
          refusal = await this.#keyVerdict(server, fingerprint).catch((error: unknown) => error);
          return refusal === undefined;
        },
      });
      if (server.gone.aborted) void session.quit();
      server.gone.throwIfAborted();
      this.#links.set(session, { server, fingerprint: shown });
      ended('ok');
      this.#context.metrics.took('silc_handshake_seconds', monotonicMs() - since);
      return session;
    } catch (error) {
      if (!signal.aborted) ended(resultOf(refusal ?? error));
      throw refusal ?? (resume === undefined ? refusedNickname(error, nickname) : undefined) ?? error;
    }
  }

  #timeoutMs(): number {
    const { join_ms } = this.#context.config.timeouts;
    return Math.max(LEAST_TIMEOUT_MS, Math.floor((join_ms * 0.9) / this.#servers.all.length));
  }

  /**
   * As `#checkServerKey`, one after the other for each server: of several connections at first use only one sees the
   * first key, and the others are held to it.
   */
  #keyVerdict(server: ListedServer, fingerprint: string): Promise<StanzaError | undefined> {
    const { address } = server;
    const before = this.#keyChecks.get(address) ?? Promise.resolve();
    const verdict = before.then(() => this.#checkServerKey(server, fingerprint));
    this.#keyChecks.set(
      address,
      verdict.catch(() => undefined),
    );
    return verdict;
  }

  /** The configured key, else the pinned one. @throws StoreError */
  async #knownKey({ address, fingerprint }: ListedServer): Promise<string | undefined> {
    return fingerprint ?? (await this.#context.store.serverKeys.find(this.name, address))?.fingerprint;
  }

  /** Undefined when the key is the right one; pinned when it is the first one seen. */
  async #checkServerKey(server: ListedServer, fingerprint: string): Promise<StanzaError | undefined> {
    const { store, log } = this.#context;
    const { address } = server;
    const known = await this.#knownKey(server);
    if (known === undefined) {
      await store.serverKeys.pin(this.name, address, fingerprint);
      log.info({ network: this.name, server: address, fingerprint }, 'server key seen for the first time');
      return undefined;
    }
    if (known === fingerprint) {
      this.#refused.delete(address);
      return undefined;
    }
    this.#refused.set(address, fingerprint);
    log.error({ network: this.name, server: address, known, fingerprint }, 'server key is not the known one');
    return new StanzaError(
      'cancel',
      'policy-violation',
      text(({ errors }) => errors.otherServerKey(address, spaced(fingerprint), spaced(known))),
    );
  }
}

/** A server that does not take the nickname ends the registration with this status. */
function refusedNickname(error: unknown, nickname: string): StanzaError | undefined {
  if (!(error instanceof SilcDisconnectError) || error.status !== Status.incompleteInformation) {
    return undefined;
  }
  return new StanzaError(
    'modify',
    'jid-malformed',
    text(({ errors }) => errors.nicknameNotTaken(nickname)),
  );
}

/** Failures after which the server may be gone, or have too much to do. */
const silences: ReadonlySet<SilcErrorCode> = new Set(['closed', 'disconnected', 'timeout', 'malformed']);

/** In one word, for the figures. */
function resultOf(error: unknown): string {
  if (error instanceof StanzaError)
    return error.condition === 'policy-violation' ? 'server-key' : error.condition;
  return error instanceof SilcError ? error.code : 'internal';
}

/** What a failed attempt says of the server. */
function verdictOf(error: unknown): Verdict {
  if (isFinal(error) || !(error instanceof SilcError)) return 'answered';
  if (error instanceof SilcDisconnectError && error.status === Status.resourceLimit) return 'refused';
  // A silcd that is full, or busy with the end of a connection, drops the next one.
  if (error instanceof SilcConnectionDroppedError) return 'refused';
  return silences.has(error.code) ? 'silent' : 'answered';
}

/**
 * True for failures that neither another server nor a retry can help, and for the one after which nothing may be retried: who was
 * killed comes back when the user wants it.
 */
export function isFinal(error: unknown): boolean {
  if (error instanceof StanzaError || error instanceof SilcKilledError) return true;
  if (error instanceof SilcDisconnectError) {
    return error.status === Status.bannedFromServer;
  }
  return (
    error instanceof SilcError &&
    (error.code === 'server-key' || error.code === 'auth-failed' || error.code === 'bad-string')
  );
}

function authOf(config: NetworkConfig, own: string | undefined): ConnectionAuth {
  const { auth } = config;
  if (auth.method !== 'passphrase') return auth;
  return { method: 'passphrase', passphrase: own ?? auth.passphrase ?? '' };
}

/** A fingerprint as SILC clients show it: groups of four digits. */
function spaced(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{1,4}/g) ?? []).join(' ');
}
