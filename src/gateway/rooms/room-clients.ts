import { parseJid } from '../../component/jid.js';
import { type Element, StanzaError } from '../../component/stanza.js';
import { type Availability, availabilityOf, NOBODY_THERE } from '../../mapping/availability.js';
import { leavePresence, type LeaveReason, notAnOccupant } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import { Deferred } from '../../util/deferred.js';
import { TokenBucket } from '../../util/token-bucket.js';
import type { StayPlace } from '../always-on/stay-place.js';
import type { GatewayContext } from '../context.js';
import { errorFor } from '../failures.js';
import type { KeptRoom } from '../restarts/state.js';
import { ClientAvailability } from './client-availability.js';
import { sendSnapshot, SNAPSHOT_RATE } from './join-snapshot.js';
import { type JoiningSession, type JoinRequest, type JoinStage, PendingJoins } from './pending-joins.js';
import { type RoomView, stayOf } from './room-view.js';
import { text } from '../../text/text.js';

/** A visitor stays so long: who edits a list has read it before. */
const VISIT_MS = 10_000;

/** The clients of one user in a room and on their way into it. What their coming and going means for SILC is the room's business. */
export class RoomClients {
  /** Clients that are in the room, by full JID. */
  readonly present = new Set<string>();
  readonly #context: GatewayContext;
  readonly #room: RoomView;
  readonly #pending: PendingJoins;
  readonly #onUnused: () => void;
  readonly #onChanged: () => void;
  readonly #availability: ClientAvailability;
  /** The store writes down that they are on their way. */
  #storing: Promise<void> | undefined;
  /** The channel began with the join of the first one who waits. */
  #hasCreated = false;
  #snapshots: TokenBucket | undefined;
  #snapshotTimer: NodeJS.Timeout | undefined;
  /** The user wants in without a client. */
  #alone: Pick<JoinRequest, 'nickname' | 'password'> | undefined;
  /** Resolved when the user is there for the sake of a request. */
  #visit: Deferred | undefined;
  /** A client that was lost may come back, or a visitor ask for something more. */
  #rejoinTimer: NodeJS.Timeout | undefined;

  /**
   * @param session - see `PendingJoins`
   * @param onUnused - called when a client went by itself, and perhaps was the last one
   */
  constructor(context: GatewayContext, room: RoomView, session: JoiningSession, onUnused: () => void) {
    this.#context = context;
    this.#room = room;
    this.#onUnused = onUnused;
    const onChanged = (): void => context.changes.session(room.user, room.channel.network);
    this.#onChanged = onChanged;
    this.#availability = new ClientAvailability(room);
    this.#pending = new PendingJoins(context, room.jid, session, onUnused, onChanged);
  }

  /** In the room and on their way. */
  get all(): ReadonlySet<string> {
    return new Set([...this.present, ...this.#pending.clients]);
  }

  get isInUse(): boolean {
    const isAwaited = this.#pending.size > 0 || this.#rejoinTimer !== undefined || this.#alone !== undefined;
    return this.present.size > 0 || isAwaited || this.#stays;
  }

  /** The user is on the channel, and stays there without a client. */
  get #stays(): boolean {
    return this.#room.self !== undefined && this.#context.stays.holds(stayOf(this.#room));
  }

  /** How the user is shown: as the newest presence says, before anybody is in the room that of the first one on the way. */
  get shown(): { readonly availability: Availability | undefined } {
    const { first } = this.#pending;
    if (this.present.size > 0) return { availability: this.#availability.newest };
    if (first !== undefined) return { availability: availabilityOf(first.stanza) };
    return { availability: this.#alone !== undefined || this.#stays ? NOBODY_THERE : undefined };
  }

  /** A client in the room sends presence. */
  said(full: string, presence: Element): void {
    if (this.present.has(full)) this.#availability.said(full, presence);
  }

  /** The oldest join that has not got its answer. */
  get firstPending(): Pick<JoinRequest, 'nickname' | 'password'> | undefined {
    return this.#pending.first ?? this.#alone;
  }

  /** The user wants in without a client. */
  addAlone({ nickname, passphrase: password }: StayPlace): void {
    this.#alone = { nickname, password };
  }

  /** The user wants in without a client, to do something there. @returns when the user is there; rejects with a StanzaError */
  addVisit(nickname: string): Promise<void> {
    this.#alone ??= { nickname, password: undefined };
    this.#visit ??= new Deferred();
    return this.#visit.promise;
  }

  /** What another process has to know of them. */
  keep(): Pick<KeptRoom, 'clients' | 'joins'> {
    const joins = this.#pending.requests.map(([client, { stanza, nickname, name, password, history }]) => ({
      ...{ client, id: stanza.attrs.id, nickname, name, password, history },
    }));
    return { clients: [...this.present], joins };
  }

  /** Clients that were in the room of an earlier process and see it as it is; nobody is told. */
  restore(clients: readonly string[]): void {
    for (const full of clients) this.present.add(full);
    this.#context.metrics.adjust('resources', this.present.size);
    this.#room.channel.delivery.clientsChanged();
  }

  isPending(full: string): boolean {
    return this.#pending.has(full);
  }

  /** See `PendingJoins.answered`. */
  answered(full: string): Promise<void> | undefined {
    return this.#pending.answered(full);
  }

  /** A client wants in. */
  add(full: string, request: JoinRequest): void {
    clearTimeout(this.#rejoinTimer);
    this.#rejoinTimer = undefined;
    this.#pending.add(full, request);
  }

  /** Lets all in, after the channel was joined; the store, which was asked when JOIN left, or for who came since then, comes first. */
  admitAll(created: boolean): void {
    this.#alone = undefined;
    if (this.#visit !== undefined) this.#keepFor(VISIT_MS);
    this.#visit?.resolve();
    this.#visit = undefined;
    this.#hasCreated = created && this.#pending.size > 0;
    if (this.#hasCreated) this.#room.channel.isUnconfigured = true;
    if (this.#storing === undefined) this.#admitWaiting();
    else void this.#storing.then(() => this.#admitWaiting());
  }

  #admitWaiting(): void {
    if (this.#room.self === undefined) return;
    for (const full of this.#pending.stored) this.#admit(full);
    if (this.#pending.size > 0) this.admitStored();
  }

  /** Waits until the next process would know of them: nobody is told to be in a room and forgotten by a crash. */
  #stored(): Promise<void> | undefined {
    return this.#context.changes.stored(this.#room.user, this.#room.channel.network);
  }

  /** See `admitPending`; the store comes first. */
  admitStored(): void {
    const stored = this.#stored();
    if (stored === undefined) this.admitPending();
    else void stored.then(() => this.admitPending());
  }

  /** Lets those in who wait for a channel that the user is on already, as fast as the rate allows. */
  admitPending(): void {
    clearTimeout(this.#snapshotTimer);
    if (this.#room.self === undefined) return;
    for (const full of this.#pending.clients) {
      const waitMs = this.#snapshots?.waitMs ?? 0;
      if (waitMs > 0) {
        this.#snapshotTimer = setTimeout(() => this.admitPending(), waitMs);
        return;
      }
      this.#admit(full);
    }
  }

  /** See `PendingJoins.enterStage`. */
  enterStage(stage: JoinStage): void {
    this.#pending.enterStage(stage);
  }

  /** They wait for the turn of JOIN; the store is written meanwhile. */
  enterTurn(): void {
    this.#pending.storing();
    const storing = this.#stored()?.then(() => {
      if (this.#storing === storing) this.#storing = undefined;
    });
    this.#storing = storing;
    this.#pending.enterStage('turn');
  }

  /** See `PendingJoins.refuse`. */
  refuse(error: unknown, passphrase: string | undefined): void {
    const { type, condition, text } = errorFor(error, 'join');
    this.#refuseAlone(new StanzaError(type, condition, text));
    this.#pending.refuse(error, passphrase);
  }

  #refuseAlone(error: StanzaError): void {
    this.#alone = undefined;
    this.#visit?.reject(error);
    this.#visit = undefined;
  }

  refuseAll(error: StanzaError): void {
    this.#visit?.reject(error);
    this.#visit = undefined;
    this.#pending.refuseAll(error);
  }

  /** A client leaves; it always gets its unavailable presence. @returns false for one that is neither in the room nor on its way */
  leave(full: string, address: string, status: string | undefined): boolean {
    const pending = this.#pending.take(full);
    const { self } = this.#room;
    if (!this.#remove(full)) {
      if (pending === undefined) return false;
      this.#context.send(notAnOccupant(address, full, { codes: [StatusCode.self] }));
    } else if (self !== undefined) {
      this.#context.send(leavePresence(full, self, { codes: [StatusCode.self], status }));
    }
    // Written at once: a crash brings nobody back who was told to be out.
    void this.#stored();
    return true;
  }

  /** A client is gone without a word. With `grace` its place is kept a while for its return. One that was on its way is refused. */
  evict(full: string, reason: LeaveReason, grace: boolean): void {
    if (!this.present.has(full)) {
      const why = reason.reason ?? text(({ rooms }) => rooms.wereAway);
      this.#pending.answer(full, new StanzaError('wait', 'remote-server-timeout', why));
      return;
    }
    this.#pending.take(full);
    this.#remove(full);
    this.#context.metrics.increment('ghosts_removed');
    const { self } = this.#room;
    if (self !== undefined) this.#context.send(leavePresence(full, self, reason));
    if (grace && !this.isInUse) this.#keepFor(this.#context.config.timeouts.rejoin_ms);
  }

  /** The place is kept so long although nobody is there. */
  #keepFor(ms: number): void {
    clearTimeout(this.#rejoinTimer);
    this.#rejoinTimer = setTimeout(() => {
      this.#rejoinTimer = undefined;
      this.#onUnused();
    }, ms);
  }

  /** The room is over for all of them. */
  close(error: StanzaError): void {
    clearTimeout(this.#rejoinTimer);
    clearTimeout(this.#snapshotTimer);
    this.#rejoinTimer = undefined;
    this.#refuseAlone(error);
    this.#pending.refuseAll(error);
    this.#context.metrics.adjust('resources', -this.present.size);
    this.present.clear();
    this.#availability.clear();
    this.#room.channel.delivery.clientsChanged();
    this.#onChanged();
  }

  #admit(full: string): void {
    const request = this.#pending.admit(full);
    if (request === undefined) return;
    const created = this.#hasCreated;
    this.#hasCreated = false;
    const { channel } = this.#room;
    if (!this.present.has(full)) {
      this.#context.metrics.adjust('resources', 1);
      this.present.add(full);
      channel.delivery.clientsChanged();
      this.#onChanged();
      this.#seen();
      this.#context.waiting.deliver(parseJid(full));
    }
    this.#snapshots ??= new TokenBucket(SNAPSHOT_RATE);
    this.#snapshots.spend(channel.occupants.size);
    sendSnapshot(this.#context, this.#room, full, request, created);
    this.#availability.said(full, request.stanza);
  }

  /** The user has said something of staying here. */
  reconsider(): void {
    if (this.present.size > 0) this.#seen();
    this.#onUnused();
  }

  /** Where the user stays, this is where the user was last. */
  #seen(): void {
    const { self, passphrase } = this.#room;
    const nickname = self?.nickname ?? self?.name;
    if (nickname !== undefined) this.#context.stays.seen(stayOf(this.#room), { nickname, passphrase });
  }

  #remove(full: string): boolean {
    if (!this.present.delete(full)) return false;
    this.#availability.delete(full);
    this.#seen();
    this.#room.channel.delivery.clientsChanged();
    this.#context.metrics.adjust('resources', -1);
    this.#onChanged();
    return true;
  }
}
