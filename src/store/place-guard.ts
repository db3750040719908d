import { stat } from 'node:fs/promises';
import { codeOf } from './errors.js';

/** A file of a store, and what is done when it is no longer the one that is in use. */
export interface GuardedFile {
  readonly path: string;
  /** The file at this path is gone, or is another one. Called again at each look until it is the one that `trust` has seen. */
  onChange(change: 'gone' | 'another'): void | Promise<void>;
  /** It is there, as it was. */
  onFound?(): void;
}

/** Pause between two looks, milliseconds. */
const LOOK_MS = 2_000;

/**
 * Looks now and then whether the files of a store are still those that this process has open: what is written into a file that
 * was deleted is gone at the end of the process, and nothing else tells.
 */
export class PlaceGuard {
  readonly #files: readonly GuardedFile[];
  readonly #seen = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  constructor(files: readonly GuardedFile[]) {
    this.#files = files;
  }

  /** The files as they are now are the right ones. */
  async start(): Promise<void> {
    for (const { path } of this.#files) await this.trust(path);
    this.#schedule();
  }

  /** The file at a path is the right one from now on. */
  async trust(path: string): Promise<void> {
    const identity = await identityOf(path);
    if (identity !== undefined) this.#seen.set(path, identity);
  }

  /** Looks now, one look at a time. Nothing that goes wrong in it ends the guard. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    for (const file of this.#files) {
      const known = this.#seen.get(file.path);
      if (this.#isClosed) return;
      try {
        const now = await identityOf(file.path);
        if (known === undefined) await this.trust(file.path);
        else if (now === known) file.onFound?.();
        else await file.onChange(now === undefined ? 'gone' : 'another');
      } catch {
        // It is looked at again soon.
      }
    }
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.look().then(() => this.#schedule()), LOOK_MS);
    this.#timer.unref();
  }
}

/** What tells a file from another one at the same path; undefined where there is none. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}
