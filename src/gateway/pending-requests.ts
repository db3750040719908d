import { StanzaError } from '../component/stanza.js';
import { abortable } from '../util/race.js';
import { text } from '../text/text.js';

/** Bounds of the requests that wait for an answer of the gateway. */
export interface PendingLimits {
  readonly requests: number;
  /** Of one account, whichever of its clients asks: nobody uses up what is there for all. */
  readonly requestsPerUser: number;
  /** Asked for each request. */
  readonly deadlineMs: () => number;
}

/**
 * Requests that wait for their answer: each ends in time, and when the gateway stops. A domain may have as many as are free
 * for others: alone half of all, and never so many that another one finds no place.
 */
export class PendingRequests {
  readonly #limits: PendingLimits;
  readonly #pending = new Set<AbortController>();
  /** How many of each account's, and of each domain's; nobody is in it with none. */
  readonly #perUser = new Map<string, number>();
  readonly #perDomain = new Map<string, number>();

  constructor(limits: PendingLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#pending.size;
  }

  /**
   * Settles as `work` does, unless the deadline or `stop` comes first: `work` itself goes on, with its signal aborted.
   * @param user - bare JID
   * @throws StanzaError wait/resource-constraint, before the work, when too many wait; wait/remote-server-timeout.
   */
  async run<T>(user: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const domain = user.slice(user.indexOf('@') + 1);
    const own = this.#perUser.get(user) ?? 0;
    const ofDomain = this.#perDomain.get(domain) ?? 0;
    const { requests, requestsPerUser, deadlineMs } = this.#limits;
    if (own >= requestsPerUser || ofDomain >= requests - this.#pending.size) {
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ errors }) => errors.tooManyRequests),
      );
    }
    const controller = new AbortController();
    const late = (): StanzaError =>
      new StanzaError(
        'wait',
        'remote-server-timeout',
        text(({ errors }) => errors.silcTimeout),
      );
    const timer = setTimeout(() => controller.abort(late()), deadlineMs());
    this.#pending.add(controller);
    count(this.#perUser, user, 1);
    count(this.#perDomain, domain, 1);
    try {
      return await abortable(work(controller.signal), controller.signal);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(controller);
      count(this.#perUser, user, -1);
      count(this.#perDomain, domain, -1);
    }
  }

  /** Ends all of them with an error. */
  stop(reason: StanzaError): void {
    for (const controller of this.#pending) controller.abort(reason);
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const left = (counts.get(key) ?? 0) + by;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
