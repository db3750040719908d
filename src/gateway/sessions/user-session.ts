import type { BareJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { SessionEvent } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import { Backoff } from '../../util/backoff.js';
import { monotonicMs } from '../../util/clock.js';
import { Deferred } from '../../util/deferred.js';
import { startGrowingTimer } from '../../util/growing-timer.js';
import { abortable } from '../../util/race.js';
import type { ChannelRegistry } from '../channels/channel-registry.js';
import type { GatewayContext } from '../context.js';
import { errorFor, reportInternalError } from '../failures.js';
import type { RoomSession } from '../rooms/room-session.js';
import type { RoomView } from '../rooms/room-view.js';
import { UserRoom } from '../rooms/user-room.js';
import { DirectMessages, type DirectSession } from './direct-messages.js';
import type { EndCause } from './end-cause.js';
import type { Identities } from './identities.js';
import { isFinal, type Network } from './network.js';
import type { ChatSession } from './chat-session.js';
import { MessagesInDoubt } from './messages-in-doubt.js';

type State =
  | { readonly kind: 'idle' }
  /** For the first time. */
  | { readonly kind: 'connecting'; readonly ready: Deferred<ChatSession> }
  | { readonly kind: 'ready'; readonly silc: ChatSession; readonly since: number }
  /** The link is lost, while the rooms stay shown. */
  | { readonly kind: 'reconnecting'; readonly ready: Deferred<ChatSession> }
  | { readonly kind: 'ended'; readonly error: StanzaError };

/** Who has said something within this time is connected again before those who listen. */
const TALKING_MS = 600_000;

/** Whoever keeps the sessions, as a session needs it. */
export interface SessionOwner {
  readonly channels: ChannelRegistry;
  /** The session has ended and must not be used any more; it is off the network when `offline` resolves. */
  ended(session: UserSession, offline: Promise<unknown>): void;
}

/** The one SILC session of a Jabber user on a network, shared by all clients (resources) of that user. */
export class UserSession implements RoomSession, DirectSession {
  readonly user: BareJid;
  readonly network: Network;
  readonly context: GatewayContext;
  /** By room address. */
  readonly rooms = new Map<string, UserRoom>();
  readonly inDoubt: MessagesInDoubt;
  #direct: DirectMessages | undefined;
  readonly #identities: Identities;
  readonly #owner: SessionOwner;
  readonly #previous: Promise<unknown>;
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  #state: State = { kind: 'idle' };
  #nickname = '';
  #fingerprint: string | undefined;
  #lostAt = -Infinity;
  #usedAt = -Infinity;
  #spokeAt = -Infinity;
  /** Who has more to pass on than the Jabber server takes. */
  readonly #heldBy = new Set<object>();
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
    this.#backoff = new Backoff(context.reconnect);
    this.inDoubt = new MessagesInDoubt(context);
    this.#identities = identities;
    this.#owner = owner;
    this.#previous = previous;
  }

  /** Private messages; made when the first one is exchanged. */
  get direct(): DirectMessages {
    this.#direct ??= new DirectMessages(this);
    return this.#direct;
  }

  /** Private messages were exchanged a short while ago, or are being exchanged. */
  get isUsedDirectly(): boolean {
    return this.#direct !== undefined && this.#lingerMs() > 0;
  }

  get silc(): ChatSession | undefined {
    return this.#state.kind === 'ready' ? this.#state.silc : undefined;
  }

  get isOver(): boolean {
    return this.#state.kind === 'ended';
  }

  /** Display form of the own nickname, or what it is going to be. */
  get nickname(): string {
    return this.silc?.self.nickname ?? this.#nickname;
  }

  get fingerprint(): string | undefined {
    return this.#fingerprint;
  }

  get graceMs(): number {
    return Math.max(0, this.#lostAt + this.#graceLimitMs - monotonicMs());
  }

  /** The more sessions come back, the longer it may take. */
  get #graceLimitMs(): number {
    return this.context.config.timeouts.grace_ms + this.network.crowd.extraMs;
  }

  /** Who talks, or has something waiting, is connected first; then those with clients in rooms. */
  get #urgency(): number {
    if (monotonicMs() < Math.max(this.#spokeAt, this.#usedAt) + TALKING_MS) return 2;
    return [...this.rooms.values()].some(({ clientCount }) => clientCount > 0) ? 1 : 0;
  }

  spoke(): void {
    this.#spokeAt = monotonicMs();
  }

  /**
   * The connected session: opened with `nickname` when this is the first use, awaited while it is being opened or restored.
   * @throws StanzaError, SilcError when it cannot be opened or has ended.
   */
  open(nickname: string): Promise<ChatSession> {
    switch (this.#state.kind) {
      case 'idle': {
        const ready = new Deferred<ChatSession>();
        this.#state = { kind: 'connecting', ready };
        this.#nickname = nickname;
        void this.#connectFirst();
        return ready.promise;
      }
      case 'connecting':
      case 'reconnecting':
        return this.#state.ready.promise;
      case 'ready':
        return Promise.resolve(this.#state.silc);
      case 'ended':
        return Promise.reject(this.#state.error);
    }
  }

  holdReading(by: object, held: boolean): void {
    const wasHeld = this.#heldBy.size > 0;
    if (held) this.#heldBy.add(by);
    else this.#heldBy.delete(by);
    const isHeld = this.#heldBy.size > 0;
    if (isHeld !== wasHeld) this.silc?.setReadPaused(isHeld);
  }

  /** Tells that a private message was exchanged: keeps a session without rooms for a while. */
  touch(): void {
    this.#usedAt = monotonicMs();
    this.release();
  }

  /** The room of a channel, made when it is not there yet. @param jid - canonical room address @param name - prepared name of the channel */
  room(jid: string, name: string): UserRoom {
    const known = this.rooms.get(jid);
    if (known !== undefined) return known;
    const channel = this.#owner.channels.ensure(
      { network: this.network.name, jid, name },
      this.network.ownClients,
    );
    const room = new UserRoom(this, channel);
    this.rooms.set(jid, room);
    this.context.metrics.adjust('rooms', 1);
    return room;
  }

  roomClosed(room: RoomView): void {
    if (this.rooms.get(room.jid) !== room) return;
    this.rooms.delete(room.jid);
    this.context.metrics.adjust('rooms', -1);
    this.release();
  }

  isOnlyUse(room: RoomView): boolean {
    const others = [...this.rooms.values()].some((other) => other !== room);
    return !others && this.#lingerMs() <= 0;
  }

  /** Ends the session when nothing needs it, now or after the idle time. */
  release(): void {
    clearTimeout(this.#idleTimer);
    if (this.isOver || this.rooms.size > 0) return;
    const linger = this.#lingerMs();
    if (linger <= 0) void this.end({ kind: 'unused' });
    else this.#idleTimer = setTimeout(() => this.release(), linger);
  }

  #lingerMs(): number {
    if (this.#direct?.busy === true) return this.context.config.timeouts.idle_ms;
    return this.#usedAt + this.context.config.timeouts.idle_ms - monotonicMs();
  }

  /** Ends the session; resolves when the SILC server has closed it (bounded by the engine). */
  end(cause: EndCause): Promise<void> {
    this.#ending ??= this.#end(cause);
    return this.#ending;
  }

  async #end(cause: EndCause): Promise<void> {
    const before = this.#state;
    const error = errorOfEnd(cause);
    this.#retireClient();
    this.#state = { kind: 'ended', error };
    clearTimeout(this.#idleTimer);
    if (before.kind === 'connecting' || before.kind === 'reconnecting') before.ready.reject(error);
    this.#direct?.close();
    // A session that is not used any more has no rooms.
    if (cause.kind !== 'unused') for (const room of [...this.rooms.values()]) room.end(cause);
    this.#abort.abort(error);
    const quit = before.kind === 'ready' ? before.silc.quit() : this.#previous;
    this.#owner.ended(this, quit);
    await quit;
    this.inDoubt.close();
  }

  async #connectFirst(): Promise<void> {
    const arrived = this.network.crowd.enter();
    try {
      await this.#previous;
      this.#adopt(await this.#connect(this.#abort.signal));
    } catch (error) {
      await this.#fail(error);
    } finally {
      arrived();
    }
  }

  async #connect(signal: AbortSignal): Promise<ChatSession> {
    signal.throwIfAborted();
    const keyPair = await this.#identities.keyPair(this.user);
    this.#fingerprint = this.#identities.fingerprint(keyPair);
    signal.throwIfAborted();
    const silc = await this.network.connect({
      ...{ keyPair, nickname: this.nickname, signal },
      urgency: () => this.#urgency,
      group: this.user.slice(this.user.indexOf('@') + 1),
    });
    if (this.isOver || signal.aborted) {
      void silc.quit();
      throw new SilcError('closed', 'the session ended while it was being opened');
    }
    return silc;
  }

  #adopt(silc: ChatSession): void {
    const before = this.#state;
    this.#state = { kind: 'ready', silc, since: monotonicMs() };
    this.#nickname = silc.self.nickname ?? this.#nickname;
    this.network.ownClients.add(silc.self.clientId);
    this.#heldBy.clear();
    // Whoever waits for the session is told even if it is lost already: then `silc` refuses what it is asked.
    if (before.kind === 'connecting' || before.kind === 'reconnecting') before.ready.resolve(silc);
    silc.subscribe((event) => {
      if (this.silc === silc) this.#withErrorBoundary(event, () => this.#onEvent(event));
    });
    if (silc.state === 'closed') {
      this.#onDisconnected(new SilcError('closed', 'the connection was lost'));
      return;
    }
    this.context.log.info({ user: this.user, network: this.network.name }, 'SILC session is ready');
    for (const room of [...this.rooms.values()]) void room.onReconnected(silc);
    this.release();
  }

  #onEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'closed':
        this.#onDisconnected(event.error);
        return;
      case 'private-message':
        this.direct.received(event);
        return;
      case 'private-message-undecryptable':
        this.direct.receivedUndecryptable(event);
        return;
      case 'delivery-failed':
        if (event.clientId !== undefined) this.#direct?.deliveryFailed(event.clientId);
        return;
      case 'invited':
        this.direct.invited(event);
        return;
      case 'nick-changed':
        if (event.self) {
          this.#nickname = event.user.nickname ?? this.#nickname;
          this.network.ownClients.retire(event.oldClientId);
          this.network.ownClients.add(event.user.clientId);
        }
        this.#direct?.userChanged(event.oldClientId, event.user.clientId);
        break;
      default:
        break;
    }
    for (const room of this.rooms.values()) this.#withErrorBoundary(event, () => room.onEvent(event), room);
  }

  /** What goes wrong with an event in one room reaches no other. */
  #withErrorBoundary({ type }: SessionEvent, work: () => void, room?: UserRoom): void {
    try {
      work();
    } catch (error) {
      reportInternalError(this.context, error, 'an event was not handled', { event: type, room: room?.jid });
    }
  }

  #retireClient(): void {
    if (this.#state.kind === 'ready') this.network.ownClients.retire(this.#state.silc.self.clientId);
  }

  #onDisconnected(error: SilcError | undefined): void {
    if (this.#state.kind !== 'ready') return;
    const heldMs = monotonicMs() - this.#state.since;
    this.#nickname = this.nickname;
    this.#retireClient();
    this.#lostAt = monotonicMs();
    this.#state = { kind: 'reconnecting', ready: new Deferred() };
    this.inDoubt.linkLost();
    this.context.metrics.increment('silc_links_lost');
    this.context.log.warn({ user: this.user, network: this.network.name, err: error }, 'SILC link lost');
    for (const room of [...this.rooms.values()]) room.onDisconnected();
    if (this.rooms.size === 0 || isFinal(error)) return void this.#fail(error);
    void this.#reconnect(error, heldMs);
  }

  /** Connects again, with growing pauses, until the grace period is over. */
  async #reconnect(lost: SilcError | undefined, heldMs: number): Promise<void> {
    const arrived = this.network.crowd.enter();
    const grace = new AbortController();
    const late = (): void => grace.abort(new SilcError('timeout', 'restoring the SILC link took too long'));
    const stopTimer = startGrowingTimer(() => this.#graceLimitMs, late);
    const signal = AbortSignal.any([grace.signal, this.#abort.signal]);
    let failure: unknown = lost;
    let stableMs = heldMs;
    while (!signal.aborted) {
      try {
        await this.network.pause(this.#backoff.next(stableMs), signal);
        stableMs = 0;
        const silc = await abortable(this.#connect(signal), signal);
        stopTimer();
        arrived();
        this.#adopt(silc);
        return;
      } catch (error) {
        if (isAborted(signal)) break;
        failure = error;
        if (isFinal(error)) break;
      }
    }
    stopTimer();
    arrived();
    await this.#fail(failure);
  }

  async #fail(cause: unknown): Promise<void> {
    if (this.isOver) return;
    const error = errorFor(cause ?? new SilcError('closed', 'connection lost'), 'join', this.#nickname);
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
