import { type Element, StanzaError } from '../component/stanza.js';
import { xmppError } from '../mapping/errors.js';
import { type Departure, departurePresence, notAnOccupant } from '../mapping/presence.js';
import { StatusCode } from '../mapping/status-codes.js';
import type { Channel, SessionEvent, SilcSession } from '../silc/client/types.js';
import { SilcCommandError, SilcError } from '../silc/errors.js';
import { Status } from '../silc/status.js';
import { Deferred } from '../util/deferred.js';
import { TokenBucket } from '../util/token-bucket.js';
import type { GatewayContext } from './context.js';
import { isInternalError, reportFault, tooManyWaiting } from './failures.js';
import { REPLAY_RATE, replay } from './room-replay.js';
import { RoomEvents } from './room-events.js';
import { type Occupant, RoomOccupants } from './room-occupants.js';
import { RoomSpeech } from './room-speech.js';
import { type JoinRequest, Waiters } from './room-waiters.js';
import type { EndCause, UserSession } from './user-session.js';

/**
 * `entering`: JOIN (or the connection before it) is under way; `joined`; `mending`: on the channel until the link was
 * lost, shown as it was; `leaving`: LEAVE is under way; `idle`: not on the channel.
 */
type RoomState = 'idle' | 'entering' | 'joined' | 'mending' | 'leaving';

/** Broken links in the middle of one join that are put up with. */
const MAX_ENTER_ATTEMPTS = 5;
/** Requests of one user in one room that are under way, or wait for a broken link. */
const MAX_REQUESTS = 100;

/** A channel as one user sees it: the clients of the user that are in it, and everybody they are shown. */
export class Room {
  readonly session: UserSession;
  /** Canonical room address. */
  readonly jid: string;
  /** Prepared name of the channel. */
  readonly channelName: string;
  readonly occupants: RoomOccupants;
  readonly speech: RoomSpeech;
  /** Clients that are in the room, by full JID. */
  readonly resources = new Set<string>();
  /** JID of the occupant who set the topic, as far as known. */
  topicSetter: string | undefined;
  /** The passphrase by which the channel was joined, needed to join it again. */
  passphrase: string | undefined;
  /** The user's own occupant. */
  self: Occupant | undefined;
  readonly #waiters: Waiters;
  readonly #events: RoomEvents;
  #state: RoomState = 'idle';
  #channel: Channel | undefined;
  #mended = new Deferred<void>();
  /** The link on which JOIN of a channel that was lost with the link before is under way. */
  #rejoining: SilcSession | undefined;
  /** Requests of clients that are being carried out. */
  #requests = 0;
  #emptyTimer: NodeJS.Timeout | undefined;
  readonly #replays = new TokenBucket(REPLAY_RATE);
  #replayTimer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(session: UserSession, jid: string, channelName: string) {
    const { context, network } = session;
    this.session = session;
    this.jid = jid;
    this.channelName = channelName;
    this.occupants = new RoomOccupants({
      jid: (name) => `${jid}/${name}`,
      address: (nickname) => context.addressing.userToJid(network.name, nickname),
      occupantId: (user) =>
        context.ids.occupantId(network.name, channelName, {
          clientId: user.clientId,
          fingerprint: user.clientId === session.silc?.self.clientId ? session.fingerprint : user.fingerprint,
        }),
    });
    this.speech = new RoomSpeech(this);
    this.#waiters = new Waiters(context, jid, () => this.#checkUse());
    this.#events = new RoomEvents(this);
  }

  get context(): GatewayContext {
    return this.session.context;
  }

  /** The channel while the user is on it, also while the link is being mended. */
  get channel(): Channel | undefined {
    return this.#state === 'joined' || this.#state === 'mending' ? this.#channel : undefined;
  }

  get isMending(): boolean {
    return this.#state === 'mending';
  }

  has(full: string): boolean {
    return this.resources.has(full);
  }

  /** True for a client that is in the room or on its way. */
  concerns(full: string): boolean {
    return this.resources.has(full) || this.#waiters.has(full);
  }

  /** Clients in the room and on their way. */
  get clientCount(): number {
    return new Set([...this.resources, ...this.#waiters.clients]).size;
  }

  isWaiting(full: string): boolean {
    return this.#waiters.has(full);
  }

  get isInUse(): boolean {
    return this.resources.size > 0 || this.#waiters.size > 0 || this.#emptyTimer !== undefined;
  }

  /** The channel and the link, awaited while the link is being mended. @throws StanzaError when the room is left. */
  async whenJoined(): Promise<{ readonly silc: SilcSession; readonly channel: Channel }> {
    while (this.#state === 'mending') await this.#mended.promise;
    const silc = this.session.silc;
    if (this.#state !== 'joined' || this.#channel === undefined || silc === undefined) {
      throw new StanzaError('modify', 'not-acceptable', 'You are not in this room.');
    }
    return { silc, channel: this.#channel };
  }

  /** A client asks to join, or to be shown everything again. */
  join(full: string, request: JoinRequest): void {
    clearTimeout(this.#emptyTimer);
    this.#emptyTimer = undefined;
    this.#waiters.add(full, request);
    if (this.channel !== undefined) this.#admitWaiting();
    else if (this.#state === 'idle') void this.#enter();
  }

  /** A client leaves; it always gets its unavailable presence. */
  leave(full: string, address: string, status?: string): void {
    const waiter = this.#waiters.take(full);
    if (this.resources.delete(full)) {
      this.context.metrics.adjust('resources', -1);
      const codes = [StatusCode.self];
      if (this.self !== undefined) {
        this.context.send(departurePresence(full, this.self, { codes, status }));
      }
    } else if (waiter !== undefined) {
      this.context.send(notAnOccupant(address, full, { codes: [StatusCode.self] }));
    } else {
      return;
    }
    this.#checkUse();
  }

  /** A client is gone without a word. With `grace` the room is kept a while for its return. */
  removeGhost(full: string, departure: Departure, grace: boolean): void {
    this.#waiters.take(full);
    if (!this.resources.delete(full)) {
      this.#checkUse();
      return;
    }
    this.context.metrics.adjust('resources', -1);
    this.context.metrics.increment('ghosts_removed');
    if (this.self !== undefined) this.context.send(departurePresence(full, this.self, departure));
    if (!grace || this.isInUse) {
      this.#checkUse();
      return;
    }
    this.#emptyTimer = setTimeout(() => {
      this.#emptyTimer = undefined;
      this.#checkUse();
    }, this.context.config.timeouts.rejoin_ms);
  }

  /** Carries out what a client asks for. The client may leave meanwhile: SILC sees that only afterwards. */
  async carryOut<T>(work: () => Promise<T>): Promise<T> {
    if (this.#requests >= MAX_REQUESTS) throw tooManyWaiting();
    this.#requests++;
    try {
      return await work();
    } finally {
      this.#requests--;
      this.#checkUse();
    }
  }

  /** Sends to every client in the room. */
  broadcast(build: (to: string) => Element): void {
    for (const full of this.resources) this.context.send(build(full));
  }

  /** SILC took the user off the channel: every client is told, and the room is over. */
  dismiss(departure: Departure): void {
    const codes = [...(departure.codes ?? []), StatusCode.self];
    const self = this.self;
    if (self !== undefined) this.broadcast((to) => departurePresence(to, self, { ...departure, codes }));
    this.#close();
  }

  /** The session is over. */
  end(cause: Exclude<EndCause, { readonly kind: 'unused' }>): void {
    if (cause.kind === 'failed') {
      const { type, condition, text } = cause.error;
      this.#waiters.refuseAll(new StanzaError(type, condition, text));
      this.dismiss({ codes: [StatusCode.technical], status: text, reason: text });
    } else {
      const text = 'The gateway is shutting down.';
      this.#waiters.refuseAll(new StanzaError('wait', 'service-unavailable', text));
      this.dismiss({ codes: [StatusCode.shutdown], status: text });
    }
  }

  onEvent(event: SessionEvent): void {
    // What the room shows is that of before while the link is mended; the next picture is compared with it.
    if (this.#state === 'joined' && this.#channel !== undefined) this.#events.handle(event, this.#channel);
  }

  linkLost(): void {
    this.#rejoining = undefined;
    if (this.#state !== 'joined') return;
    this.#state = 'mending';
    this.#mended = new Deferred();
  }

  /** The link is back: joins the channel again and tells only what has changed. */
  async linkRestored(silc: SilcSession): Promise<void> {
    if (this.#state !== 'mending') return;
    this.#rejoining = silc;
    try {
      const { channel } = await silc.join(this.channelName, this.#joinOptions(this.passphrase));
      if (this.#over || this.session.silc !== silc) return;
      this.#channel = channel;
      this.#state = 'joined';
      this.#events.reconcile(channel, silc.self);
      this.#mended.resolve();
    } catch (error) {
      if (this.#over || this.session.silc !== silc) return;
      this.#reportIfFault(error, 'joining again failed');
      const { text } = xmppError(error, 'join', this.channelName);
      this.dismiss({ codes: [dismissalCode(error)], status: text, reason: text });
    } finally {
      if (this.#rejoining === silc) this.#rejoining = undefined;
      this.#checkUse();
    }
  }

  #joinOptions(passphrase: string | undefined): { passphrase?: string } {
    return passphrase === undefined ? {} : { passphrase };
  }

  /** Joins the channel for those who wait. Each pass either lets all of them in or refuses at least one. */
  async #enter(): Promise<void> {
    this.#state = 'entering';
    for (let attempt = 0; this.#waiters.size > 0 && attempt < MAX_ENTER_ATTEMPTS;) {
      const { first } = this.#waiters;
      if (first === undefined) break;
      const { nickname, password } = first;
      let silc: SilcSession | undefined;
      try {
        silc = await this.session.open(nickname);
        const { channel, created } = await silc.join(this.channelName, this.#joinOptions(password));
        if (this.#over) return;
        if (this.session.silc !== silc) throw new SilcError('closed', 'the link was lost during the join');
        this.passphrase = password;
        this.#entered(channel, silc, created);
        return;
      } catch (error) {
        if (this.#over) return;
        // Whatever the words of the failure: when the link broke under the join, the next one carries it.
        const isBroken = silc !== undefined && this.session.silc !== silc && this.session.phase !== 'ended';
        if (isBroken && ++attempt < MAX_ENTER_ATTEMPTS) continue;
        this.#reportIfFault(error, 'a join failed');
        this.#waiters.refuse(error, password);
      }
    }
    this.#state = 'idle';
    this.#checkUse();
  }

  #reportIfFault(error: unknown, what: string): void {
    if (isInternalError(error)) reportFault(this.context, error, what, { room: this.jid });
  }

  #entered(channel: Channel, silc: SilcSession, created: boolean): void {
    this.#channel = channel;
    this.#state = 'joined';
    this.context.metrics.increment('joins');
    this.#events.populate(channel, silc.self);
    let isFirst = true;
    for (const full of this.#waiters.clients) {
      this.#admit(full, created && isFirst);
      isFirst = false;
    }
    this.#checkUse();
  }

  /** Lets those in who wait for a channel that the user is on, as fast as the rate allows. */
  #admitWaiting(): void {
    clearTimeout(this.#replayTimer);
    if (this.channel === undefined) return;
    for (const full of this.#waiters.clients) {
      const { waitMs } = this.#replays;
      if (waitMs > 0) {
        this.#replayTimer = setTimeout(() => this.#admitWaiting(), waitMs);
        return;
      }
      this.#admit(full, false);
    }
  }

  #admit(full: string, created: boolean): void {
    const waiter = this.#waiters.take(full);
    if (waiter === undefined) return;
    if (!this.resources.has(full)) this.context.metrics.adjust('resources', 1);
    this.resources.add(full);
    this.#replays.spend(this.occupants.size);
    replay(this, full, waiter.name, created);
  }

  /** Leaves the channel when nobody is in the room any more. */
  #checkUse(): void {
    if (this.isInUse || this.#over) return;
    switch (this.#state) {
      case 'entering':
        // The answer to JOIN comes here again; a connection that nobody needs any more is given up at once.
        if (this.session.phase !== 'ready' && this.session.isOnlyUse(this)) this.#close();
        return;
      case 'leaving':
        return;
      case 'idle':
        this.#close();
        return;
      case 'mending':
        // While JOIN is under way its answer comes here again: without a room nobody would ever leave that channel.
        if (this.#rejoining === undefined || this.session.isOnlyUse(this)) this.#close();
        return;
      case 'joined':
        if (this.#requests > 0) return;
        if (this.session.isOnlyUse(this)) this.#close();
        else void this.#leaveChannel();
    }
  }

  async #leaveChannel(): Promise<void> {
    const [silc, channel] = [this.session.silc, this.#channel];
    this.#state = 'leaving';
    this.occupants.clear();
    this.self = undefined;
    this.topicSetter = undefined;
    try {
      if (silc !== undefined && channel !== undefined) await silc.leave(channel.id);
    } catch (error) {
      this.context.log.debug({ err: error }, 'LEAVE was refused');
    }
    if (this.#over) return;
    this.#state = 'idle';
    if (this.#waiters.size > 0) await this.#enter();
    else this.#checkUse();
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#state = 'idle';
    clearTimeout(this.#emptyTimer);
    clearTimeout(this.#replayTimer);
    this.#events.stop();
    this.#emptyTimer = undefined;
    this.#waiters.refuseAll(new StanzaError('wait', 'remote-server-timeout', 'The room was left meanwhile.'));
    this.context.metrics.adjust('resources', -this.resources.size);
    this.resources.clear();
    this.occupants.clear();
    this.self = undefined;
    this.#mended.reject(new StanzaError('wait', 'recipient-unavailable', 'The SILC link is lost.'));
    this.session.roomClosed(this);
  }
}

/** Why a channel could not be joined again, as a status code. */
function dismissalCode(error: unknown): StatusCode {
  if (!(error instanceof SilcCommandError)) return StatusCode.technical;
  if (error.status === Status.bannedFromChannel) return StatusCode.banned;
  if (error.status === Status.notInvited) return StatusCode.membersOnly;
  return StatusCode.technical;
}
