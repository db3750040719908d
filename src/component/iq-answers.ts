import type { Element } from './element.js';
import { canonicalText, tryParseJid } from './jid.js';
import { errorReply, xml } from './stanza.js';

/** Bounds of the requests that wait for our answer. */
export interface IqAnswerLimits {
  readonly requests: number;
  /** Of one account, whichever of its clients asks: nobody uses up what is there for all. */
  readonly requestsPerUser: number;
  /** Beyond the 30 s that any join or command of the gateway may take. Milliseconds. */
  readonly deadlineMs: number;
}

export const DEFAULT_ANSWER_LIMITS: IqAnswerLimits = {
  requests: 10_000,
  requestsPerUser: 200,
  deadlineMs: 45_000,
};

interface Waiting {
  readonly iq: Element;
  /** Bare address of who asked. */
  readonly user: string;
  readonly due: number;
}

/**
 * Sees to it that every iq get or set is answered (RFC 6120, 8.2.3): what the gateway leaves unanswered at the
 * deadline gets wait/remote-server-timeout.
 */
export class IqAnswers {
  readonly #limits: IqAnswerLimits;
  readonly #reply: (stanza: Element) => void;
  /** In order of arrival, so the head is due first. */
  readonly #waiting = new Map<string, Waiting>();
  /** How many of each user's are waiting; nobody is in it with none. */
  readonly #perUser = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: IqAnswerLimits, reply: (stanza: Element) => void) {
    this.#limits = limits;
    this.#reply = reply;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Notes a request. @returns false when too many wait already, in all or of this user; the caller refuses it. */
  expect(iq: Element): boolean {
    const { from, to, id, type } = iq.attrs;
    const key = keyOf(from, to, id);
    // The same one again takes the place of the first.
    this.#forget(key);
    const user = tryParseJid(from ?? '')?.bare ?? '';
    const own = this.#perUser.get(user) ?? 0;
    if (this.#waiting.size >= this.#limits.requests || own >= this.#limits.requestsPerUser) return false;
    // The envelope only: the content may be large and is not needed for the answer.
    const envelope = xml('iq', { from, to, id, type });
    this.#waiting.set(key, { iq: envelope, user, due: performance.now() + this.#limits.deadlineMs });
    this.#perUser.set(user, own + 1);
    this.#arm();
    return true;
  }

  /** Takes note of an outgoing answer. */
  answered(stanza: Element): void {
    const { type, from, to, id } = stanza.attrs;
    if (stanza.name === 'iq' && (type === 'result' || type === 'error')) {
      this.#forget(keyOf(to, from, id));
    }
  }

  /** True while a request with these addresses and id waits. */
  isWaiting(iq: Element): boolean {
    return this.#waiting.has(keyOf(iq.attrs.from, iq.attrs.to, iq.attrs.id));
  }

  /** Tells everybody who still waits that the gateway goes. */
  stop(): void {
    clearTimeout(this.#timer);
    for (const { iq } of this.#waiting.values()) {
      const reply = errorReply(iq, 'cancel', 'service-unavailable', 'the gateway is shutting down');
      if (reply !== undefined) this.#reply(reply);
    }
    this.#waiting.clear();
    this.#perUser.clear();
  }

  #forget(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    const left = (this.#perUser.get(waiting.user) ?? 1) - 1;
    if (left > 0) this.#perUser.set(waiting.user, left);
    else this.#perUser.delete(waiting.user);
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const [first] = this.#waiting.values();
    if (first === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#sweep();
        this.#arm();
      },
      Math.max(1, Math.ceil(first.due - performance.now())),
    );
    this.#timer.unref();
  }

  #sweep(): void {
    const now = performance.now();
    for (const [key, { iq, due }] of this.#waiting) {
      if (due > now) return;
      this.#forget(key);
      const reply = errorReply(iq, 'wait', 'remote-server-timeout', 'no answer in time');
      if (reply !== undefined) this.#reply(reply);
    }
  }
}

function keyOf(from: string | undefined, to: string | undefined, id = ''): string {
  // NUL occurs in none of them.
  return `${canonicalText(from)}\u{0}${canonicalText(to)}\u{0}${id}`;
}
