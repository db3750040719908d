import { type Element, errorReply, StanzaError, xml } from '../../component/stanza.js';
import { xmppError } from '../../mapping/errors.js';
import type { HistoryBounds } from '../../mapping/history.js';
import { Namespace } from '../../mapping/namespaces.js';
import { SilcCommandError, SilcError } from '../../silc/errors.js';
import { Status } from '../../silc/status.js';
import { monotonicMs } from '../../util/clock.js';
import { Deferred } from '../../util/deferred.js';
import { startGrowingTimer } from '../../util/growing-timer.js';
import type { GatewayContext } from '../context.js';
import type { RoomSession } from './room-session.js';
import { type Text, text } from '../../text/text.js';

/** What a client asks for by its join presence. */
export interface JoinRequest {
  /** The newest presence by which it asked. */
  readonly stanza: Element;
  /** SILC nickname that it asks for. */
  readonly nickname: string;
  /** Resource of the address it sent the presence to. */
  readonly name: string;
  readonly password: string | undefined;
  readonly history: HistoryBounds;
}

interface PendingJoin {
  readonly request: JoinRequest;
  readonly stopTimer: () => void;
  /** When it asked first. */
  readonly since: number;
  /** It was among those whom the store was given to write down. */
  readonly isStored: boolean;
  /** Resolved when it waits no longer. */
  readonly answered: Deferred;
}

/** What it takes to tell how long a join may wait, and what for. */
export type JoiningSession = Pick<RoomSession, 'network' | 'fingerprint'>;

/** What a pending join waits for: that there is a session, that its command leaves, that the command is answered. */
export type JoinStage = 'session' | 'turn' | 'answer';

const lateTexts: Readonly<Record<JoinStage, Text>> = {
  session: text(({ rooms }) => rooms.lateSession),
  turn: text(({ rooms }) => rooms.lateTurn),
  answer: text(({ rooms }) => rooms.lateAnswer),
};

/**
 * Clients that want into a room and have not got their answer. Each gets exactly one, in time: the time counts from when
 * JOIN leaves, and before that it grows with the number of sessions that come at once.
 */
export class PendingJoins {
  readonly #context: GatewayContext;
  readonly #room: string;
  readonly #session: JoiningSession;
  readonly #waitMs: () => number;
  readonly #onRefused: () => void;
  readonly #onChanged: () => void;
  readonly #pending = new Map<string, PendingJoin>();

  #stage: JoinStage = 'session';

  /**
   * @param session - how much longer than otherwise a join may wait for its turn, and whether the user has a key pair
   * @param onRefused - called after a client was refused because its time is over
   * @param onChanged - called whenever others wait than before
   */
  constructor(
    context: GatewayContext,
    room: string,
    session: JoiningSession,
    onRefused: () => void,
    onChanged: () => void,
  ) {
    this.#context = context;
    this.#room = room;
    this.#session = session;
    this.#waitMs = () => context.config.timeouts.join_ms + session.network.crowd.extraMs;
    this.#onRefused = onRefused;
    this.#onChanged = onChanged;
  }

  get size(): number {
    return this.#pending.size;
  }

  get first(): JoinRequest | undefined {
    const [first] = this.#pending.values();
    return first?.request;
  }

  get requests(): readonly (readonly [string, JoinRequest])[] {
    return [...this.#pending].map(([full, { request }]) => [full, request]);
  }

  get clients(): readonly string[] {
    return [...this.#pending.keys()];
  }

  /** Those who waited already when the store was written. */
  get stored(): readonly string[] {
    return [...this.#pending].flatMap(([full, { isStored }]) => (isStored ? [full] : []));
  }

  has(full: string): boolean {
    return this.#pending.has(full);
  }

  /** Resolves when a client that waits does so no longer, whatever the answer; undefined for all others. */
  answered(full: string): Promise<void> | undefined {
    return this.#pending.get(full)?.answered.promise;
  }

  /** A client asks; one that waits already has only changed its mind, and keeps its deadline. */
  add(full: string, request: JoinRequest): void {
    const known = this.#pending.get(full);
    const stopTimer = known?.stopTimer ?? this.#startTimer(full);
    const { since = monotonicMs(), isStored = false, answered = new Deferred() } = known ?? {};
    this.#pending.set(full, { request, stopTimer, since, isStored, answered });
    this.#onChanged();
  }

  /** How far the joining is. When JOIN leaves all have the whole time once more. */
  enterStage(stage: JoinStage): void {
    this.#stage = stage;
    if (stage !== 'answer') return;
    for (const [full, pending] of this.#pending) {
      pending.stopTimer();
      this.#pending.set(full, { ...pending, stopTimer: this.#startTimer(full) });
    }
  }

  /** The store writes down who waits now. */
  storing(): void {
    for (const [full, pending] of this.#pending) this.#pending.set(full, { ...pending, isStored: true });
  }

  #startTimer(full: string): () => void {
    const { join_ms } = this.#context.config.timeouts;
    const limitMs = this.#stage === 'answer' ? (): number => join_ms : this.#waitMs;
    return startGrowingTimer(limitMs, () => this.#timedOut(full));
  }

  /** Takes a client out, because it gets its answer elsewhere. */
  take(full: string): JoinRequest | undefined {
    const pending = this.#pending.get(full);
    pending?.stopTimer();
    pending?.answered.resolve();
    if (this.#pending.delete(full)) this.#onChanged();
    return pending?.request;
  }

  /** The same for one that is let in. */
  admit(full: string): JoinRequest | undefined {
    const since = this.#pending.get(full)?.since;
    if (since !== undefined) this.#context.metrics.took('join_seconds', monotonicMs() - since);
    return this.take(full);
  }

  /** Refuses those whom a failed JOIN concerns: all of them, or those who gave the passphrase that was wrong. */
  refuse(error: unknown, passphrase: string | undefined): void {
    const isAboutPassphrase = error instanceof SilcCommandError && error.status === Status.badPassword;
    for (const full of this.clients) {
      const request = this.#pending.get(full)?.request;
      if (request === undefined || (isAboutPassphrase && request.password !== passphrase)) continue;
      const { type, condition, text } = xmppError(
        error,
        'join',
        isAboutNickname(error) ? request.nickname : undefined,
      );
      this.answer(full, new StanzaError(type, condition, text));
    }
  }

  refuseAll(error: StanzaError): void {
    for (const full of this.clients) this.answer(full, error);
  }

  #timedOut(full: string): void {
    // Then nothing was asked of the network yet.
    const isWithoutKey = this.#stage === 'session' && this.#session.fingerprint === undefined;
    const error = isWithoutKey
      ? new StanzaError(
          'wait',
          'resource-constraint',
          text(({ rooms }) => rooms.lateKeyPair),
        )
      : new StanzaError('wait', 'remote-server-timeout', lateTexts[this.#stage]);
    this.answer(full, error);
    this.#onRefused();
  }

  /** Refuses one, if it waits. */
  answer(full: string, { type, condition, anyText }: StanzaError): void {
    const request = this.take(full);
    if (request === undefined) return;
    this.#context.metrics.increment('joins_refused');
    this.#context.metrics.count('refusals', { stanza: 'presence', condition });
    const payload = [xml('x', { xmlns: Namespace.muc })];
    this.#context.send(errorReply(request.stanza, type, condition, anyText, { by: this.#room, payload }));
  }
}

const isAboutNickname = (error: unknown): boolean =>
  (error instanceof SilcCommandError && error.status === Status.badNickname) ||
  (error instanceof SilcError && error.code === 'bad-string');
