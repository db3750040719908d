import type { BareJid } from '../component/jid.js';
import { StanzaError } from '../component/stanza.js';
import { type XmppError, xmppError } from '../mapping/errors.js';
import type { SessionEvent, SilcSession } from '../silc/client/types.js';
import { SilcError } from '../silc/errors.js';
import { Backoff } from '../util/backoff.js';
import { monotonicMs } from '../util/clock.js';
import { Deferred } from '../util/deferred.js';
import { abortable, deadline, delay } from '../util/race.js';
import type { GatewayContext } from './context.js';
import type { Identities } from './identities.js';
import { reportFault } from './failures.js';
import { isFinal, type Network } from './network.js';
import { PrivateMessages } from './private-messages.js';
import { Room } from './room.js';

/** Why a session is over. */
export type EndCause =
  | { readonly kind: 'unused' }
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'failed'; readonly error: XmppError };

/** `lost`: the link broke and is being mended, while the rooms stay shown. */
export type SessionPhase = 'idle' | 'connecting' | 'ready' | 'lost' | 'ended';

/** Pauses between attempts to mend a link. */
const BACKOFF = { minMs: 1_000, maxMs: 30_000, stableMs: 60_000 };

export interface SessionOwner {
  /** The session has ended and must not be used any more; it is off the network when `offline` resolves. */
  ended(session: UserSession, offline: Promise<unknown>): void;
}

/** The one SILC session of a Jabber user on a network, shared by all clients (resources) of that user. */
export class UserSession {
  readonly user: BareJid;
  readonly network: Network;
  readonly context: GatewayContext;
  /** By room address. */
  readonly rooms = new Map<string, Room>();
  readonly privates: PrivateMessages;
  readonly #identities: Identities;
  readonly #owner: SessionOwner;
  readonly #previous: Promise<unknown>;
  readonly #abort = new AbortController();
  #phase: SessionPhase = 'idle';
  #silc: SilcSession | undefined;
  #ready = new Deferred<SilcSession>();
  #nickname = '';
  #fingerprint: string | undefined;
  readonly #backoff = new Backoff(BACKOFF);
  #readySince = 0;
  #lostAt = -Infinity;
  #usedAt = -Infinity;
  #idleTimer: NodeJS.Timeout | undefined;
  #ending: Promise<void> | undefined;

  /** @param previous - the end of the user's session before, which must be off the network when this one comes */
  constructor(
    user: BareJid,
    network: Network,
    context: GatewayContext,
    identities: Identities,
    owner: SessionOwner,
    previous: Promise<unknown>,
  ) {
    this.user = user;
    this.network = network;
    this.context = context;
    this.#identities = identities;
    this.#owner = owner;
    this.#previous = previous;
    this.privates = new PrivateMessages(this);
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  /** The SILC session while it is connected. */
  get silc(): SilcSession | undefined {
    return this.#phase === 'ready' ? this.#silc : undefined;
  }

  /** Display form of the own nickname, or what it is going to be. */
  get nickname(): string {
    return this.#silc?.self.nickname ?? this.#nickname;
  }

  /** Fingerprint of the user's own key; undefined before the first connection. */
  get fingerprint(): string | undefined {
    return this.#fingerprint;
  }

  /** What is left of the grace period that began when the link was lost last, in milliseconds. */
  get graceMs(): number {
    return Math.max(0, this.#lostAt + this.context.config.timeouts.grace_ms - monotonicMs());
  }

  /**
   * The connected session: opened with `nickname` when this is the first use, awaited while it is being opened or mended.
   * @throws StanzaError, SilcError when it cannot be opened or has ended.
   */
  open(nickname: string): Promise<SilcSession> {
    if (this.#phase === 'idle') {
      this.#phase = 'connecting';
      this.#nickname = nickname;
      void this.#connectFirst();
    }
    return this.#ready.promise;
  }

  /** Tells that a private message was exchanged: keeps a session without rooms for a while. */
  touch(): void {
    this.#usedAt = monotonicMs();
    this.release();
  }

  /** The room of a channel, made when it is not there yet. */
  room(jid: string, channelName: string): Room {
    const known = this.rooms.get(jid);
    if (known !== undefined) return known;
    const room = new Room(this, jid, channelName);
    this.rooms.set(jid, room);
    this.context.metrics.adjust('rooms', 1);
    return room;
  }

  /** Called by a room that is over. */
  roomClosed(room: Room): void {
    if (this.rooms.get(room.jid) !== room) return;
    this.rooms.delete(room.jid);
    this.context.metrics.adjust('rooms', -1);
    this.release();
  }

  /** True when this room is all that holds the session: then QUIT replaces LEAVE. */
  isOnlyUse(room: Room): boolean {
    const others = [...this.rooms.values()].some((other) => other !== room);
    return !others && this.#lingerMs() <= 0;
  }

  /** Ends the session when nothing needs it, now or after the idle time. */
  release(): void {
    clearTimeout(this.#idleTimer);
    if (this.#phase === 'ended' || this.rooms.size > 0) return;
    const linger = this.#lingerMs();
    if (linger <= 0) void this.end({ kind: 'unused' });
    else this.#idleTimer = setTimeout(() => this.release(), linger);
  }

  #lingerMs(): number {
    if (this.privates.busy) return this.context.config.timeouts.idle_ms;
    return this.#usedAt + this.context.config.timeouts.idle_ms - monotonicMs();
  }

  /** Ends the session; resolves when the SILC server has closed it (bounded by the engine). */
  end(cause: EndCause): Promise<void> {
    this.#ending ??= this.#end(cause);
    return this.#ending;
  }

  async #end(cause: EndCause): Promise<void> {
    const silc = this.#silc;
    this.#phase = 'ended';
    this.#silc = undefined;
    clearTimeout(this.#idleTimer);
    const error = errorOfEnd(cause);
    this.#ready.reject(error);
    // A session that is not used any more has no rooms.
    if (cause.kind !== 'unused') for (const room of [...this.rooms.values()]) room.end(cause);
    this.#abort.abort(error);
    const quit = silc?.quit() ?? this.#previous;
    this.#owner.ended(this, quit);
    await quit;
  }

  async #connectFirst(): Promise<void> {
    try {
      await this.#previous;
      this.#adopt(await this.#connect(this.#abort.signal));
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #connect(signal: AbortSignal): Promise<SilcSession> {
    signal.throwIfAborted();
    const keyPair = await this.#identities.keyPair(this.user);
    this.#fingerprint = this.#identities.fingerprint(keyPair);
    signal.throwIfAborted();
    const silc = await this.network.connect({ keyPair, nickname: this.nickname, signal });
    if (this.#phase === 'ended' || signal.aborted) {
      void silc.quit();
      throw new SilcError('closed', 'the session ended while it was being opened');
    }
    return silc;
  }

  #adopt(silc: SilcSession): void {
    this.#silc = silc;
    this.#phase = 'ready';
    this.#readySince = monotonicMs();
    // Whoever waits for the session is told even if it is lost already: then `silc` refuses what it is asked.
    this.#ready.resolve(silc);
    silc.subscribe((event) => {
      if (this.#silc === silc) this.#behindWall(event, () => this.#onEvent(event));
    });
    if (silc.state === 'closed') {
      this.#onLost(new SilcError('closed', 'the connection was lost'));
      return;
    }
    this.context.log.info({ user: this.user, network: this.network.name }, 'SILC session is ready');
    for (const room of [...this.rooms.values()]) void room.linkRestored(silc);
    this.release();
  }

  #onEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'closed': {
        this.#onLost(event.error);
        return;
      }
      case 'private-message': {
        this.privates.received(event);
        return;
      }
      case 'private-message-undecryptable': {
        this.privates.receivedUndecryptable(event);
        return;
      }
      case 'delivery-failed':
        if (event.clientId !== undefined) this.privates.deliveryFailed(event.clientId);
        return;
      case 'invited': {
        this.privates.invited(event);
        return;
      }
      case 'nick-changed':
        if (event.self) this.#nickname = event.user.nickname ?? this.#nickname;
        this.privates.userChanged(event.oldClientId, event.user.clientId);
        break;
      default:
        break;
    }
    for (const room of [...this.rooms.values()]) this.#behindWall(event, () => room.onEvent(event), room);
  }

  /** What goes wrong with an event in one room reaches no other. */
  #behindWall({ type }: SessionEvent, work: () => void, room?: Room): void {
    try {
      work();
    } catch (error) {
      reportFault(this.context, error, 'an event was not handled', { event: type, room: room?.jid });
    }
  }

  #onLost(error: SilcError | undefined): void {
    if (this.#phase !== 'ready') return;
    this.#nickname = this.nickname;
    this.#silc = undefined;
    this.#phase = 'lost';
    this.#lostAt = monotonicMs();
    this.#ready = new Deferred();
    this.context.metrics.increment('silc_links_lost');
    this.context.log.warn({ user: this.user, network: this.network.name, err: error }, 'SILC link lost');
    for (const room of [...this.rooms.values()]) room.linkLost();
    if (this.rooms.size === 0 || isFinal(error)) return void this.#fail(error);
    void this.#mend(error, this.#lostAt - this.#readySince);
  }

  /** Connects again, with growing pauses, until the grace period is over. */
  async #mend(lost: SilcError | undefined, heldMs: number): Promise<void> {
    const late = (): SilcError => new SilcError('timeout', 'mending the SILC link took too long');
    const grace = deadline(this.context.config.timeouts.grace_ms, late);
    const signal = AbortSignal.any([grace.signal, this.#abort.signal]);
    let failure: unknown = lost;
    let stableMs = heldMs;
    while (!signal.aborted) {
      try {
        await delay(this.#backoff.next(stableMs), signal);
        stableMs = 0;
        const silc = await abortable(this.#connect(signal), signal);
        grace.clear();
        this.#adopt(silc);
        return;
      } catch (error) {
        if (isAborted(signal)) break;
        failure = error;
        if (isFinal(error)) break;
      }
    }
    grace.clear();
    await this.#fail(failure);
  }

  async #fail(cause: unknown): Promise<void> {
    if (this.#phase === 'ended') return;
    const error = xmppError(cause ?? new SilcError('closed', 'connection lost'), 'join', this.#nickname);
    this.context.log.warn(
      { user: this.user, network: this.network.name, condition: error.condition, err: cause },
      'SILC session failed',
    );
    await this.end({ kind: 'failed', error });
  }
}

/** Asked anew each time: the compiler takes the answer of the loop's head for granted. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

function errorOfEnd(cause: EndCause): StanzaError {
  switch (cause.kind) {
    case 'failed':
      return new StanzaError(cause.error.type, cause.error.condition, cause.error.text);
    case 'shutdown':
      return new StanzaError('wait', 'service-unavailable', 'The gateway is shutting down.');
    case 'unused':
      return new StanzaError('wait', 'recipient-unavailable', 'The SILC session has ended.');
  }
}
