import type { BareJid } from '../../component/jid.js';
import type { Element, StanzaError } from '../../component/stanza.js';
import type { SilcContent } from '../../mapping/message.js';
import type { LeaveReason } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type {
  Channel as SilcChannel,
  JoinResult,
  SessionEvent,
  UndecryptableReason,
} from '../../silc/client/types.js';
import { ChannelMode } from '../../silc/modes.js';
import { monotonicMs } from '../../util/clock.js';
import { Deferred } from '../../util/deferred.js';
import type { StayPlace } from '../always-on/stay-place.js';
import type { Channel, LocalMember } from '../channels/channel.js';
import { removalReason } from '../channels/leave-reason.js';
import type { ChannelLine } from '../channels/line.js';
import type { Occupant } from '../channels/occupants.js';
import type { GatewayContext } from '../context.js';
import { reportIfInternal } from '../failures.js';
import type { KeptOccupant, KeptRoom } from '../restarts/state.js';
import { type EndCause, errorOfEnd } from '../sessions/end-cause.js';
import { HeldRequests } from './held-requests.js';
import { keptPlace } from './kept-place.js';
import { putOut } from './kicked.js';
import { OutgoingLines } from './outgoing.js';
import { ownUser } from './own-user.js';
import type { JoinRequest } from './pending-joins.js';
import { RoomClients } from './room-clients.js';
import type { RoomSession } from './room-session.js';
import { isReadable } from './readable.js';
import type { RoomState } from './room-state.js';
import { type RoomLink, type RoomView, stayOf } from './room-view.js';
import { endOfUse } from './end-of-use.js';
import { enterFor } from './entering.js';
import { enterWithKeys, leaveQuietly } from './silc-join.js';
import { tellSelf } from './tell-self.js';
import { UnreadableLines } from './unreadable-lines.js';
import type { ChatSession } from '../sessions/chat-session.js';
import { roomRefusals } from './room-refusals.js';

/** One user's place on a channel: the clients of the user that are in the room, and how the user's session gets there and stays. */
export class UserRoom implements LocalMember, RoomView {
  readonly session: RoomSession;
  readonly channel: Channel;
  /** The passphrase by which the channel was joined, needed to join it again. */
  passphrase: string | undefined;
  readonly #clients: RoomClients;
  readonly #outgoing: OutgoingLines;
  readonly #unreadable: UnreadableLines;
  #state: RoomState = { kind: 'idle' };
  /** The link by which the channel was joined last. */
  #heardOn: ChatSession | undefined;
  readonly #requests = new HeldRequests();

  constructor(session: RoomSession, channel: Channel) {
    this.session = session;
    this.channel = channel;
    this.#clients = new RoomClients(session.context, this, session, () => this.#checkUse());
    this.#outgoing = new OutgoingLines(session.context, this, session.inDoubt);
    this.#unreadable = new UnreadableLines(channel);
  }

  get user(): BareJid {
    return this.session.user;
  }

  get context(): GatewayContext {
    return this.session.context;
  }

  get jid(): string {
    return this.channel.jid;
  }

  get self(): Occupant | undefined {
    return this.channel.occupantOf(this);
  }

  get link(): RoomLink | undefined {
    const { silc } = this.session;
    return this.#state.kind === 'joined' && this.#state.silc === silc ? this.#state : undefined;
  }

  get isReconnecting(): boolean {
    return this.#state.kind === 'reconnecting';
  }

  /** On the channel, also while the link is lost. */
  get isJoined(): boolean {
    return this.#state.kind === 'joined' || this.#state.kind === 'reconnecting';
  }

  get clients(): ReadonlySet<string> {
    return this.#clients.present;
  }

  has(full: string): boolean {
    return this.clients.has(full);
  }

  concerns(full: string): boolean {
    return this.has(full) || this.isPending(full);
  }

  get concerned(): ReadonlySet<string> {
    return this.#clients.all;
  }

  isPending(full: string): boolean {
    return this.#clients.isPending(full);
  }

  /** Resolves when a client on its way has its answer, whatever that is; undefined for all others. */
  answered(full: string): Promise<void> | undefined {
    return this.#clients.answered(full);
  }

  canRead(line: Pick<ChannelLine, 'key' | 'protection'>): boolean {
    return isReadable(line, this.#state);
  }

  get heardAt(): number {
    return this.#heardOn?.lastHeardAt ?? -Infinity;
  }

  missedUnreadable(reason: UndecryptableReason): void {
    this.#unreadable.tell(this, reason);
  }

  setReadPaused(paused: boolean): void {
    this.session.holdReading(this, paused);
  }

  get leads(): boolean {
    return this.#state.kind === 'joined' && this.#state.silc.leads(this.#state.silcChannel.id);
  }

  /** The link, awaited while it is lost. @throws StanzaError when the room is left. */
  async whenJoined(): Promise<RoomLink> {
    while (this.#state.kind === 'reconnecting') await this.#state.restored.promise;
    if (this.link !== undefined) return this.link;
    throw roomRefusals.notIn();
  }

  /** A client asks to join, or to be shown everything again. */
  join(full: string, request: JoinRequest): void {
    this.#clients.add(full, request);
    this.#unreadable.tellAgain();
    if (this.isJoined) this.#clients.admitStored();
    else if (this.#state.kind === 'idle') void this.#joinChannel();
  }

  /** A client in the room sends presence: how available its user is. */
  said(full: string, presence: Element): void {
    this.#clients.said(full, presence);
  }

  /** The user is brought back without a client. */
  joinAlone(place: StayPlace): void {
    this.#clients.addAlone(place);
    if (this.#state.kind === 'idle') void this.#joinChannel();
  }

  /** The user comes onto the channel for a while without a client. @throws StanzaError as a join is refused */
  visit(nickname: string): Promise<void> {
    if (this.isJoined) return Promise.resolve();
    const arrived = this.#clients.addVisit(nickname);
    if (this.#state.kind === 'idle') void this.#joinChannel();
    return arrived;
  }

  /** The user has said something of staying in the room: without a client it may be left now. */
  reconsider(): void {
    this.#clients.reconsider();
  }

  /** A client leaves; it always gets its unavailable presence. */
  leave(full: string, address: string, status?: string): void {
    this.session.farewell = status === '' ? undefined : status;
    if (this.#clients.leave(full, address, status)) this.#checkUse();
  }

  /** A client is gone without a word. With `grace` the room is kept a while for its return. */
  evictClient(full: string, reason: LeaveReason, grace: boolean): void {
    this.#clients.evict(full, reason, grace);
    this.#checkUse();
  }

  /** Carries out what a client asks for. The client may leave meanwhile: SILC sees that only afterwards. */
  withPendingRequest<T>(work: () => Promise<T>): Promise<T> {
    return this.#requests.run(work).finally(() => this.#checkUse());
  }

  /** See `OutgoingLines.say`. */
  say(stanza: Element, content: SilcContent | undefined): Promise<void> {
    this.session.spoke();
    return this.#outgoing.say(stanza, content);
  }

  /** SILC took the user off the channel: every client is told, and the room is over. */
  removeSelf(reason: LeaveReason): void {
    tellSelf(this, reason);
    this.#close(reason);
  }

  /** The room is destroyed: its clients are told and out at once; what SILC sees follows when all users have been told. */
  dismiss(reason: LeaveReason): void {
    tellSelf(this, reason);
    this.#clients.close(roomRefusals.destroyed());
    queueMicrotask(() => this.#checkUse());
  }

  /** The session is over. */
  end(cause: Exclude<EndCause, { readonly kind: 'unused' }>): void {
    const { anyText: text } = errorOfEnd(cause);
    this.#clients.refuseAll(errorOfEnd(cause));
    if (cause.kind === 'failed') {
      if (cause.error.type !== 'wait') this.context.stays.forget(stayOf(this));
      this.removeSelf({ codes: [StatusCode.technical], status: text, reason: text });
      return;
    }
    // All go: each is told of itself only.
    tellSelf(this, { codes: [StatusCode.shutdown], status: text });
    this.#close(undefined);
  }

  /** What another process has to know to go on with it; undefined where there is nothing to go on with. */
  keep(): KeptRoom | undefined {
    return this.#clients.isInUse ? { ...keptPlace(this), ...this.#clients.keep() } : undefined;
  }

  /** The place that an earlier process has shown: as after a lost link the session brings it back. */
  restore(occupant: KeptOccupant, { passphrase, clients }: KeptRoom): void {
    this.passphrase = passphrase;
    this.#clients.restore(clients);
    this.#state = { kind: 'reconnecting', restored: new Deferred(), rejoining: undefined };
    this.channel.restoreMember(this, occupant);
  }

  /** The process ends, and another one goes on: who waits for something is told, and the others see nothing. */
  suspend(error: StanzaError): void {
    this.#clients.refuseAll(error);
    this.#outgoing.stop(error);
  }

  onEvent(event: SessionEvent): void {
    // While the link is lost the room shows the members as they were; JOIN compares them with the server's.
    if (this.#state.kind !== 'joined') return;
    const { silcChannel } = this.#state;
    if ('channel' in event && event.channel?.id !== silcChannel.id) return;
    switch (event.type) {
      case 'channel-message':
        this.#unreadable.tellAgain();
        break;
      case 'channel-message-undecryptable':
        this.#unreadable.received(this, event);
        return;
      case 'member-left':
        if (!event.self) break;
        putOut(this, event, (reason) => this.removeSelf(reason));
        return;
      case 'nick-changed':
        if (!event.self) break;
        this.channel.renamed(this, ownUser(event.user, this.session.fingerprint));
        return;
      case 'resumed':
        if (event.unshared.some(({ id }) => id === silcChannel.id)) this.#enterAnew(this.#state);
        return;
      case 'channel-mode-changed':
        this.#forgetPassphrase(silcChannel);
        break;
      default:
        break;
    }
    this.channel.onEvent(this, event, silcChannel);
  }

  onDisconnected(): void {
    if (this.#state.kind === 'joined') {
      this.#state = { kind: 'reconnecting', restored: new Deferred(), rejoining: undefined };
      this.channel.disconnected(this);
      this.#outgoing.resume();
    } else if (this.#state.kind === 'reconnecting') {
      this.#state = { ...this.#state, rejoining: undefined };
    }
  }

  /** The link is back: joins the channel again and tells only what has changed. */
  async onReconnected(silc: ChatSession): Promise<void> {
    const before = this.#state;
    if (before.kind !== 'reconnecting') return;
    const state = { ...before, rejoining: silc };
    this.#state = state;
    try {
      const options = await this.channel.rights.joinOptions(this.user, this.passphrase, true);
      const result = await enterWithKeys(this, silc, options);
      if (this.#state !== state || this.session.silc !== silc) return;
      this.#attach(silc, result, monotonicMs());
      state.restored.resolve();
      this.#outgoing.resume();
    } catch (error) {
      if (this.#state !== state || this.session.silc !== silc) return;
      reportIfInternal(this.context, error, 'joining again failed', { room: this.jid });
      this.removeSelf(removalReason(error, this.channel.name));
    } finally {
      if (this.#state === state) this.#state = { ...state, rejoining: undefined };
      this.#checkUse();
    }
  }

  /** Others have not the key that the server has made for the resumed session: a JOIN makes one for all. */
  #enterAnew({ silc, silcChannel }: RoomLink): void {
    this.onDisconnected();
    void leaveQuietly(silc, silcChannel.id, this.context.log).then(() => this.onReconnected(silc));
  }

  #attach(silc: ChatSession, joined: JoinResult, back = -Infinity): void {
    const { passphrase, session } = this;
    this.#state = { kind: 'joined', silc, silcChannel: joined.channel, back };
    this.#heardOn = silc;
    this.#forgetPassphrase(joined.channel);
    this.context.changes.session(this.user, this.channel.network);
    const arrival = { ...joined, isBack: back > -Infinity, passphrase };
    const self = ownUser(silc.self, session.fingerprint);
    this.channel.attach(this, { ...arrival, self, graceMs: session.graceMs, ...this.#clients.shown });
  }

  /** A passphrase that is no longer wanted is not passed on by invitations either. */
  #forgetPassphrase({ mode }: SilcChannel): void {
    if ((mode & ChannelMode.passphrase) === 0) this.passphrase = undefined;
  }

  /** Joins the channel for those who wait. */
  async #joinChannel(): Promise<void> {
    const state: RoomState = { kind: 'joining', withdrawal: new AbortController() };
    this.#state = state;
    const isOver = (): boolean => this.#state !== state;
    const entered = (silc: ChatSession, result: JoinResult, password: string | undefined): void => {
      this.passphrase = password;
      this.#entered(silc, result);
    };
    await enterFor(this, this.#clients, state, { isOver, entered });
    if (isOver()) return;
    this.#state = { kind: 'idle' };
    this.#checkUse();
  }

  #entered(silc: ChatSession, result: JoinResult): void {
    this.context.metrics.increment('joins');
    this.#unreadable.tellAgain();
    const isNew = result.created && !this.channel.rights.isKnown;
    this.#attach(silc, result);
    this.#clients.admitAll(isNew);
    this.#checkUse();
  }

  /** Leaves the channel when nobody is in the room any more. */
  #checkUse(): void {
    if (this.#clients.isInUse) return;
    endOfUse(this.#state, {
      isOnlyUse: this.session.isOnlyUse(this),
      isConnected: this.session.silc !== undefined,
      hasRequests: this.#requests.size > 0,
      close: () => this.#close({}),
      leave: (link) => void this.#leaveChannel(link),
    });
  }

  async #leaveChannel({ silc, silcChannel }: RoomLink): Promise<void> {
    const state: RoomState = { kind: 'leaving' };
    this.#state = state;
    this.channel.detach(this, {});
    await leaveQuietly(silc, silcChannel.id, this.context.log);
    if (this.#state !== state) return;
    this.#state = { kind: 'idle' };
    if (this.#clients.firstPending !== undefined) await this.#joinChannel();
    else this.#checkUse();
  }

  /** @param reason what the others are told; undefined: nothing */
  #close(reason: LeaveReason | undefined): void {
    const before = this.#state;
    if (before.kind === 'closed') return;
    this.#state = { kind: 'closed' };
    this.#clients.close(roomRefusals.left());
    this.channel.detach(this, reason);
    this.channel.release();
    const lost = roomRefusals.linkLost();
    this.#outgoing.stop(lost);
    if (before.kind === 'reconnecting') before.restored.reject(lost);
    this.session.roomClosed(this);
  }
}
