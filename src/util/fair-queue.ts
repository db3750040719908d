import { reasonOf } from './race.js';

/** Whose work it is: a group, e.g. a domain, and one of it, e.g. an account. */
export interface Owner {
  readonly group: string;
  readonly name: string;
}

export interface FairQueueOptions {
  /** Pieces of work at the same time. */
  readonly running: number;
  /** Of one owner, at the same time. Default: as many as may run. */
  readonly runningPerOwner?: number;
  /** Of one owner, under way and waiting. */
  readonly perOwner: number;
  /** Of all, under way and waiting. */
  readonly total: number;
  /** Makes the error of what is refused, because so many wait already. */
  readonly full: () => Error;
}

interface Share {
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * Work for which there are fewer hands than owners: groups take turns, in a group its owners, and each one's work is done
 * in the order it came. So whoever brings much waits longer, and nobody else does.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  /** Group → owner → work. In the order of turns: who was served goes to the end. Nobody is in it without work. */
  readonly #groups = new Map<string, Map<string, Share>>();
  #running = 0;
  #size = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** Pieces under way and waiting. */
  get size(): number {
    return this.#size;
  }

  /**
   * Settles as `work` does when its turn has come.
   * @param signal takes out what still waits
   * @throws the error of `full`; the signal's reason.
   */
  async run<T>(owner: Owner, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw reasonOf(signal);
    const share = this.#shareOf(owner);
    const { perOwner, total, full } = this.#options;
    if (this.#size >= total || share.running + share.waiting.size >= perOwner) {
      this.#forget(owner, share);
      throw full();
    }
    this.#size++;
    try {
      await this.#turn(share, signal);
    } catch (error) {
      this.#size--;
      this.#forget(owner, share);
      throw error;
    }
    try {
      return await work();
    } finally {
      this.#size--;
      this.#running--;
      share.running--;
      this.#forget(owner, share);
      this.#pump();
    }
  }

  #turn(share: Share, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        share.waiting.delete(go);
        reject(reasonOf(signal));
      };
      signal?.addEventListener('abort', abort, { once: true });
      share.waiting.add(go);
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#running < this.#options.running) {
      const go = this.#next();
      if (go === undefined) return;
      this.#running++;
      go();
    }
  }

  /** The oldest work of the next owner of the next group; both go to the end of their rows. */
  #next(): (() => void) | undefined {
    const { runningPerOwner = Infinity } = this.#options;
    for (const [group, shares] of this.#groups) {
      for (const [name, share] of shares) {
        if (share.running >= runningPerOwner) continue;
        for (const go of share.waiting) {
          share.waiting.delete(go);
          share.running++;
          shares.delete(name);
          shares.set(name, share);
          this.#groups.delete(group);
          this.#groups.set(group, shares);
          return go;
        }
      }
    }
    return undefined;
  }

  #shareOf({ group, name }: Owner): Share {
    const shares = this.#groups.get(group) ?? new Map<string, Share>();
    this.#groups.set(group, shares);
    const share = shares.get(name) ?? { running: 0, waiting: new Set() };
    shares.set(name, share);
    return share;
  }

  #forget({ group, name }: Owner, share: Share): void {
    if (share.running > 0 || share.waiting.size > 0) return;
    const shares = this.#groups.get(group);
    if (shares?.get(name) !== share) return;
    shares.delete(name);
    if (shares.size === 0) this.#groups.delete(group);
  }
}
