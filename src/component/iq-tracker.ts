import { randomBytes } from 'node:crypto';
import type { Element } from './element.js';
import { ComponentError, type ComponentErrorCode, type StanzaError } from './errors.js';
import { canonicalText } from './jid.js';
import { parseStanzaError } from './stanza-error.js';

const REASONS: Partial<Record<ComponentErrorCode, string>> = {
  timeout: 'no answer to a request',
  stopped: 'the link was stopped',
};

interface Pending {
  /** Canonical addressee of the request: only it may answer. */
  readonly peer: string;
  /** Our own address in the request. */
  readonly self: string;
  readonly resolve: (iq: Element) => void;
  readonly reject: (error: ComponentError | StanzaError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Requests that may wait for an answer at once. */
export const DEFAULT_MAX_REQUESTS = 10_000;

/**
 * Matches answers to the iqs we sent. An answer counts only when it comes from the one that was asked, to the address
 * that asked; ids are unguessable, so that nobody else can answer. Late and foreign answers match nothing.
 */
export class IqTracker {
  readonly #pending = new Map<string, Pending>();
  readonly #max: number;
  #stopped = false;

  constructor(max = DEFAULT_MAX_REQUESTS) {
    this.#max = max;
  }

  get size(): number {
    return this.#pending.size;
  }

  /**
   * Gives the iq a fresh id and waits for its answer. The caller sends it, and calls {@link abandon} if it cannot.
   * @throws ComponentError `timeout`, `overflow`, `stopped`; StanzaError for an answer of type error.
   */
  track(iq: Element, timeoutMs: number): Promise<Element> {
    if (this.#stopped) return Promise.reject(new ComponentError('stopped', 'the link was stopped'));
    if (this.#pending.size >= this.#max) {
      return Promise.reject(new ComponentError('overflow', 'too many requests wait for an answer'));
    }
    const id = randomBytes(16).toString('hex');
    iq.setAttribute('id', id);
    const peer = canonicalText(iq.attrs.to);
    const self = canonicalText(iq.attrs.from);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.abandon(id, 'timeout');
      }, timeoutMs);
      timer.unref();
      this.#pending.set(id, { peer, self, resolve, reject, timer });
    });
  }

  /** Takes an iq of type result or error. @returns false when it answers nothing that was asked. */
  settle(iq: Element): boolean {
    const id = iq.attrs.id ?? '';
    const pending = this.#pending.get(id);
    if (pending?.peer !== canonicalText(iq.attrs.from) || pending.self !== canonicalText(iq.attrs.to))
      return false;
    this.#forget(id, pending);
    if (iq.attrs.type === 'error') pending.reject(parseStanzaError(iq));
    else pending.resolve(iq);
    return true;
  }

  /** Ends one request that will not be answered. @returns false when no such request waits. */
  abandon(id: string | undefined, reason: ComponentErrorCode): boolean {
    const pending = this.#pending.get(id ?? '');
    if (id === undefined || pending === undefined) return false;
    this.#forget(id, pending);
    pending.reject(new ComponentError(reason, REASONS[reason] ?? 'a request was not sent'));
    return true;
  }

  /** Ends all requests; further ones are refused. */
  stop(): void {
    this.#stopped = true;
    for (const id of [...this.#pending.keys()]) {
      this.abandon(id, 'stopped');
    }
  }

  #forget(id: string, pending: Pending): void {
    clearTimeout(pending.timer);
    this.#pending.delete(id);
  }
}
