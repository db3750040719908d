import type { Element } from 'ltx';
import { canonicalText } from './jid.js';
import { errorReply, xml } from './stanza.js';

/** Bounds of the requests that wait for our answer. */
export interface IqAnswerLimits {
  readonly requests: number;
  /** Beyond the 30 s that any join or command of the gateway may take. Milliseconds. */
  readonly deadlineMs: number;
}

export const DEFAULT_ANSWER_LIMITS: IqAnswerLimits = { requests: 10_000, deadlineMs: 45_000 };

/**
 * Sees to it that every iq get or set is answered (RFC 6120, 8.2.3): what the gateway leaves unanswered at the
 * deadline gets wait/remote-server-timeout.
 */
export class IqAnswers {
  readonly #limits: IqAnswerLimits;
  readonly #reply: (stanza: Element) => void;
  /** In order of arrival, so the head is due first. */
  readonly #waiting = new Map<string, { readonly iq: Element; readonly due: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: IqAnswerLimits, reply: (stanza: Element) => void) {
    this.#limits = limits;
    this.#reply = reply;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Notes a request. @returns false when too many wait already; the caller refuses it. */
  expect(iq: Element): boolean {
    const key = keyOf(iq.attrs.from, iq.attrs.to, iq.attrs.id);
    if (!this.#waiting.has(key) && this.#waiting.size >= this.#limits.requests) return false;
    this.#waiting.delete(key);
    // The envelope only: the content may be large and is not needed for the answer.
    const { from, to, id, type } = iq.attrs;
    this.#waiting.set(key, {
      iq: xml('iq', { from, to, id, type }),
      due: performance.now() + this.#limits.deadlineMs,
    });
    this.#arm();
    return true;
  }

  /** Takes note of an outgoing answer. */
  answered(stanza: Element): void {
    const { type, from, to, id } = stanza.attrs;
    if (stanza.name === 'iq' && (type === 'result' || type === 'error')) {
      this.#waiting.delete(keyOf(to, from, id));
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
      this.#waiting.delete(key);
      const reply = errorReply(iq, 'wait', 'remote-server-timeout', 'no answer in time');
      if (reply !== undefined) this.#reply(reply);
    }
  }
}

function keyOf(from: string | undefined, to: string | undefined, id = ''): string {
  // NUL occurs in none of them.
  return `${canonicalText(from)}\u{0}${canonicalText(to)}\u{0}${id}`;
}
