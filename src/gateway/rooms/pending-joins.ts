import { type Element, errorReply, StanzaError, xml } from '../../component/stanza.js';
import { xmppError } from '../../mapping/errors.js';
import type { HistoryBounds } from '../../mapping/history.js';
import { Namespace } from '../../mapping/namespaces.js';
import { SilcCommandError, SilcError } from '../../silc/errors.js';
import { Status } from '../../silc/status.js';
import type { GatewayContext } from '../context.js';

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
  readonly deadline: NodeJS.Timeout;
}

/** Clients that want into a room and have not got their answer. Each gets exactly one, in time. */
export class PendingJoins {
  readonly #context: GatewayContext;
  readonly #room: string;
  readonly #onRefused: () => void;
  readonly #pending = new Map<string, PendingJoin>();

  /** @param onRefused - called after a client was refused because its time is over */
  constructor(context: GatewayContext, room: string, onRefused: () => void) {
    this.#context = context;
    this.#room = room;
    this.#onRefused = onRefused;
  }

  get size(): number {
    return this.#pending.size;
  }

  get first(): JoinRequest | undefined {
    const [first] = this.#pending.values();
    return first?.request;
  }

  get clients(): readonly string[] {
    return [...this.#pending.keys()];
  }

  has(full: string): boolean {
    return this.#pending.has(full);
  }

  /** A client asks; one that waits already has only changed its mind, and keeps its deadline. */
  add(full: string, request: JoinRequest): void {
    const known = this.#pending.get(full);
    const deadline =
      known?.deadline ?? setTimeout(() => this.#timedOut(full), this.#context.config.timeouts.join_ms);
    this.#pending.set(full, { request, deadline });
  }

  /** Takes a client out, because it gets its answer elsewhere. */
  take(full: string): JoinRequest | undefined {
    const pending = this.#pending.get(full);
    clearTimeout(pending?.deadline);
    this.#pending.delete(full);
    return pending?.request;
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
      this.#answer(full, new StanzaError(type, condition, text));
    }
  }

  refuseAll(error: StanzaError): void {
    for (const full of this.clients) this.#answer(full, error);
  }

  #timedOut(full: string): void {
    const text = 'The SILC network did not answer in time.';
    this.#answer(full, new StanzaError('wait', 'remote-server-timeout', text));
    this.#onRefused();
  }

  #answer(full: string, { type, condition, text }: StanzaError): void {
    const request = this.take(full);
    if (request === undefined) return;
    this.#context.metrics.increment('joins_refused');
    const payload = [xml('x', { xmlns: Namespace.muc })];
    this.#context.send(errorReply(request.stanza, type, condition, text, { by: this.#room, payload }));
  }
}

const isAboutNickname = (error: unknown): boolean =>
  (error instanceof SilcCommandError && error.status === Status.badNickname) ||
  (error instanceof SilcError && error.code === 'bad-string');
