import type { BareJid } from '../../component/jid.js';
import type { SessionEvent } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import * as detachedSession from '../../silc/client/detached-session.js';
import { Backoff } from '../../util/backoff.js';
import { monotonicMs } from '../../util/clock.js';
import { Deferred } from '../../util/deferred.js';
import { turns } from '../../util/turn-scheduler.js';
import type { GatewayContext } from '../context.js';
import { errorFor, handleEvent } from '../failures.js';
import type { KeptSession } from '../restarts/state.js';
import type { RoomSession } from '../rooms/room-session.js';
import type { RoomView } from '../rooms/room-view.js';
import { UserRoom } from '../rooms/user-room.js';
import { isDirectEvent } from './direct-events.js';
import { DirectMessages, type DirectSession } from './direct-messages.js';
import { type EndCause, errorOfEnd } from './end-cause.js';
import type { Identities } from './identities.js';
import { connectAgain } from './connect-again.js';
import { isFinal, type Network } from './network.js';
import { connect, detached, leaveOthers } from './detached.js';
import { ReadingHolds } from './reading-holds.js';
import type { SessionOwner } from './session-owner.js';
import type { SessionState } from './session-state.js';
import type { ChatSession } from './chat-session.js';
import { MessagesInDoubt } from './messages-in-doubt.js';
import { urgencyOf } from './urgency.js';
import { Use } from './use.js';

/** The one SILC session of a Jabber user on a network, shared by all clients (resources) of that user. */
export class UserSession implements RoomSession, DirectSession {
  readonly user: BareJid;
  readonly network: Network;
  readonly context: GatewayContext;
  /** By room address. */
  readonly rooms = new Map<string, UserRoom>();
  readonly inDoubt: MessagesInDoubt;
  /** Who needs the session beside rooms and private messages; `release` is to be called when one goes. */
  readonly uses = new Set<object>();
  farewell: string | undefined;
  #direct: DirectMessages | undefined;
  readonly #identities: Identities;
  readonly #owner: SessionOwner;
  readonly #previous: Promise<unknown>;
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  #state: SessionState = { kind: 'idle' };
  #nickname = '';
  #fingerprint: string | undefined;
  /** What the server keeps of it, until it is resumed. */
  #detached: detachedSession.DetachedSession | undefined;
  #isSuspending = false;
  #lostAt = -Infinity;
  readonly #use: Use;
  readonly #holds = new ReadingHolds();
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
    this.#use = new Use(() => context.config.timeouts.idle_ms);
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

  get progress(): SessionState['kind'] {
    return this.#state.kind;
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

  get #isNeeded(): boolean {
    return this.rooms.size > 0 || this.uses.size > 0;
  }

  spoke(): void {
    this.#use.spoke();
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
      case 'suspended':
      case 'ended':
        return Promise.reject(this.#state.error);
    }
  }

  /** What another process has to know to go on with it; undefined where there is nothing to go on with. */
  keep(): KeptSession | undefined {
    const rooms = [...this.rooms.values()].flatMap((room) => room.keep() ?? []);
    if (this.isOver || (rooms.length === 0 && this.#detached === undefined)) return undefined;
    const detached = this.#detached && detachedSession.encodeDetachedSession(this.#detached);
    return { nickname: this.nickname, isSuspended: this.#isSuspending, rooms, detached };
  }

  /** The session of an earlier process, as after a lost link; `takeUp` brings it back. */
  restore({ nickname, detached }: KeptSession): void {
    this.#nickname = nickname;
    this.#detached = detached && detachedSession.decodeDetachedSession(detached);
    this.#state = { kind: 'reconnecting', ready: new Deferred() };
  }

  takeUp(): void {
    this.#lostAt = monotonicMs();
    if (this.#state.kind === 'reconnecting') void this.#reconnect(undefined, 0, true);
  }

  /**
   * The process ends, and another one goes on: the SILC session is detached, or quits where that cannot be. Nobody in its
   * rooms is told.
   */
  async suspend(): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'ready' && state.kind !== 'reconnecting') return this.end({ kind: 'shutdown' });
    if (!this.#isNeeded && this.#detached === undefined) return this.end({ kind: 'unused' });
    const error = errorOfEnd({ kind: 'shutdown' });
    this.#isSuspending = true;
    this.#use.stop();
    for (const room of [...this.rooms.values()]) room.suspend(error);
    if (state.kind === 'ready') {
      this.#detached = await detached(state.silc, this.context.log);
      if (this.#detached === undefined) await state.silc.quit();
      this.#onDisconnected(undefined);
    } else state.ready.reject(error);
    this.inDoubt.close();
    if (this.isOver) return;
    this.context.changes.session(this.user, this.network.name);
    this.#state = { kind: 'suspended', error };
    this.#direct?.close();
    this.#abort.abort(error);
  }

  /** The link is given up for another one: its server is not to be used any more. Resolves when SILC has closed it. */
  async relink(why: SilcError): Promise<void> {
    const { silc } = this;
    if (silc === undefined) return;
    this.#onDisconnected(why);
    await silc.quit();
  }

  holdReading(by: object, held: boolean): void {
    const isHeld = this.#holds.set(by, held);
    if (isHeld !== undefined) this.silc?.setReadPaused(isHeld);
  }

  /** Tells that a private message was exchanged: keeps a session without rooms for a while. */
  touch(): void {
    this.#use.used();
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
    this.farewell = undefined;
    this.rooms.set(jid, room);
    this.#owner.roomsChanged(this.user, 1);
    return room;
  }

  roomClosed(room: RoomView): void {
    if (this.rooms.get(room.jid) !== room || !this.rooms.delete(room.jid)) return;
    this.#owner.roomsChanged(this.user, -1);
    this.release();
  }

  isOnlyUse(room: RoomView): boolean {
    const others = [...this.rooms.values()].some((other) => other !== room);
    return !others && this.uses.size === 0 && this.#lingerMs() <= 0;
  }

  /** Ends the session when nothing needs it, now or after the idle time. */
  release(): void {
    this.#use.stop();
    // What the server keeps has to be taken up first: nobody else can end it.
    if (this.isOver || this.#isSuspending || this.#isNeeded || this.#detached !== undefined) return;
    const linger = this.#lingerMs();
    if (linger <= 0) void this.end({ kind: 'unused' });
    else this.#use.wait(linger, () => this.release());
  }

  #lingerMs(): number {
    return this.#use.leftMs(this.#direct?.busy === true);
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
    this.#use.stop();
    if (before.kind === 'connecting' || before.kind === 'reconnecting') before.ready.reject(error);
    this.#direct?.close();
    // A session that is not used any more has no rooms.
    if (cause.kind !== 'unused') for (const room of [...this.rooms.values()]) room.end(cause);
    this.#abort.abort(error);
    const farewell = cause.kind === 'unused' ? this.farewell : undefined;
    const quit = before.kind === 'ready' ? before.silc.quit(farewell) : this.#previous;
    this.#owner.ended(this, quit);
    await quit;
    this.inDoubt.close();
  }

  async #connectFirst(): Promise<void> {
    const arrived = this.network.crowd.enter();
    try {
      await this.#previous;
      await this.#connect(this.#abort.signal);
    } catch (error) {
      await this.#fail(error);
    }
    arrived();
  }

  /** Opens a session and goes on with it, at once: between the one and the other it could be ended, or suspended. */
  async #connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const keyPair = await this.#identities.keyPair(this.user);
    this.#fingerprint = this.#identities.fingerprint(keyPair);
    signal.throwIfAborted();
    const group = this.user.slice(this.user.indexOf('@') + 1);
    const urgency = (): number => urgencyOf(this.#use.lastAt, this.rooms.values());
    const options = { keyPair, nickname: this.nickname, signal, urgency, group };
    const silc = await connect(this, options, this.#detached, this.rooms.values());
    if (this.isOver || signal.aborted) {
      void silc.quit();
      throw new SilcError('closed', 'the session ended while it was being opened');
    }
    this.#adopt(silc);
  }

  #adopt(silc: ChatSession): void {
    const before = this.#state;
    this.#state = { kind: 'ready', silc, since: monotonicMs() };
    this.#nickname = silc.self.nickname ?? this.#nickname;
    this.network.ownClients.add(silc.self.clientId);
    this.network.unknownNicknames.seen(silc.self.nickname);
    this.#holds.clear();
    // Whoever waits for the session is told even if it is lost already: then `silc` refuses what it is asked.
    if (before.kind === 'connecting' || before.kind === 'reconnecting') before.ready.resolve(silc);
    silc.subscribe((event) => {
      if (this.silc === silc) handleEvent(this.context, event, () => this.#onEvent(event));
    });
    if (silc.state === 'closed') {
      this.#onDisconnected(new SilcError('closed', 'the connection was lost'));
      return;
    }
    this.context.log.info({ user: this.user, network: this.network.name }, 'SILC session is ready');
    if (this.#detached !== undefined) leaveOthers(silc, this.rooms.values());
    this.#detached = undefined;
    this.context.changes.session(this.user, this.network.name);
    for (const room of [...this.rooms.values()]) void room.onReconnected(silc);
    this.context.connected.emit({ session: this, silc });
    this.release();
  }

  #onEvent(event: SessionEvent): void {
    if (event.type === 'closed') {
      this.#onDisconnected(event.error);
      return;
    }
    this.network.unknownNicknames.heard(event);
    if (isDirectEvent(event, () => this.direct, this.#direct)) return;
    if (event.type === 'nick-changed') {
      if (event.self) {
        this.#nickname = event.user.nickname ?? this.#nickname;
        this.network.ownClients.retire(event.oldClientId);
        this.network.ownClients.add(event.user.clientId);
        this.context.changes.session(this.user, this.network.name);
      }
      this.#direct?.userChanged(event.oldClientId, event.user.clientId);
    }
    for (const room of this.rooms.values()) {
      handleEvent(this.context, event, () => room.onEvent(event), room.jid);
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
    for (const room of [...this.rooms.values()]) room.onDisconnected();
    if (!this.#isSuspending) void this.#linkLost(error, heldMs);
  }

  async #linkLost(error: SilcError | undefined, heldMs: number): Promise<void> {
    this.context.metrics.increment('silc_links_lost');
    // Where the server is gone, all lose their links at the same moment.
    await turns.turn();
    if (this.isOver || this.#isSuspending) return;
    this.context.log.warn({ user: this.user, network: this.network.name, err: error }, 'SILC link lost');
    // A message waits. Where nothing ever came through, who waits is told at once.
    const hasWork = this.#direct?.busy === true && this.#use.wasUsed;
    if ((!this.#isNeeded && !hasWork) || isFinal(error)) await this.#fail(error);
    else await this.#reconnect(error, heldMs);
  }

  async #reconnect(lost: SilcError | undefined, heldMs: number, isAtOnce = false): Promise<void> {
    try {
      const options = { network: this.network, backoff: this.#backoff, lost, heldMs, isAtOnce };
      const [graceMs, ended] = [() => this.#graceLimitMs, this.#abort.signal];
      await connectAgain((signal) => this.#connect(signal), { ...options, graceMs, ended });
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #fail(cause: unknown): Promise<void> {
    if (this.isOver || this.#isSuspending) return;
    const error = errorFor(cause ?? new SilcError('closed', 'connection lost'), 'join', this.#nickname);
    this.context.log.warn(
      { user: this.user, network: this.network.name, condition: error.condition, err: cause },
      'SILC session failed',
    );
    await this.end({ kind: 'failed', error });
  }
}
