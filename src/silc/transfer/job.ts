import { SilcError, warnOfListener } from '../errors.js';
import type { ClientId } from '../ids.js';
import { withDeadline } from '../ke/deadline.js';
import { SilcTransferError, transferError } from './errors.js';
import type { TransferLimits } from './limits.js';
import type { IncomingFile, Transfer, TransferEvent, TransferState } from './types.js';
import { Emitter } from '../../util/emitter.js';

export interface JobOptions {
  readonly id: number;
  readonly direction: Transfer['direction'];
  readonly peer: ClientId;
  readonly limits: TransferLimits;
  /** Of a file that is sent. */
  readonly name?: string;
  readonly size?: number;
}

/** One transfer: its state, its deadlines, and its end. The application sees it as a {@link Transfer}. */
export class TransferJob implements Transfer {
  readonly id: number;
  readonly direction: Transfer['direction'];
  readonly limits: TransferLimits;
  readonly done: Promise<void>;
  peer: ClientId;
  peerFingerprint: string | undefined;
  #name: string | undefined;
  #size: number | undefined;
  #state: TransferState = 'offered';
  #transferred = 0;
  readonly #listeners = new Emitter<TransferEvent>(warnOfListener);
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #settle: (error: SilcTransferError | undefined) => void = () => undefined;

  constructor(options: JobOptions) {
    this.id = options.id;
    this.direction = options.direction;
    this.peer = options.peer;
    this.limits = options.limits;
    this.#name = options.name;
    this.#size = options.size;
    this.done = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.done.catch(() => undefined);
  }

  get name(): string | undefined {
    return this.#name;
  }

  get size(): number | undefined {
    return this.#size;
  }

  get state(): TransferState {
    return this.#state;
  }

  get transferred(): number {
    return this.#transferred;
  }

  /** Aborted with the SilcTransferError that ends the transfer. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get ended(): boolean {
    return this.#state === 'finished' || this.#state === 'failed';
  }

  subscribe(listener: (event: TransferEvent) => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  abort(): void {
    this.fail(new SilcTransferError('aborted', 'the transfer was aborted'));
  }

  /** Ends it; everything that waits sees the signal. */
  fail(error: SilcTransferError): void {
    if (!this.ended && !this.signal.aborted) this.#controller.abort(error);
  }

  /** Runs the transfer; its end is the end of this job. Never throws. */
  run(work: () => Promise<void>, ended: () => void): void {
    const end = (error: SilcTransferError | undefined): void => {
      clearTimeout(this.#timer);
      ended();
      this.#enter(error === undefined ? 'finished' : 'failed');
      this.#settle(error);
      this.#listeners.emit({ type: 'ended', error });
    };
    void Promise.resolve()
      .then(work)
      .then(
        () => end(undefined),
        (error: unknown) => end(this.failure(error)),
      );
  }

  /** What an error of the work means for the transfer: an abort comes before what follows from it. */
  failure(error: unknown): SilcTransferError {
    const failure = transferError(error);
    return this.signal.aborted && failure.reason !== 'peer-key' ? transferError(this.signal.reason) : failure;
  }

  enter(state: 'connecting' | 'transferring'): void {
    if (this.#state !== state) this.#enter(state);
  }

  /** The newest deadline is the one that holds. */
  deadline(ms: number, error: SilcTransferError): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fail(error), ms);
    this.#timer.unref();
  }

  setFile(file: IncomingFile): void {
    this.#name = file.name;
    this.#size = file.size;
    this.#listeners.emit({ type: 'file', file });
  }

  progress(transferred: number): void {
    if (transferred === this.#transferred) return;
    this.#transferred = transferred;
    this.#listeners.emit({ type: 'progress', transferred, size: this.#size });
  }

  /** Work of the application, no longer than `stallTimeoutMs`. @throws SilcTransferError `reason`, or the abort */
  async bounded<T>(reason: 'source' | 'sink', work: () => Promise<T>): Promise<T> {
    const limits = { timeoutMs: this.limits.stallTimeoutMs, signal: this.signal };
    try {
      return await withDeadline("the application's file", limits, () => undefined, work);
    } catch (cause) {
      if (this.signal.aborted) throw this.failure(cause);
      const text = cause instanceof SilcError ? cause.message : 'the file failed on this side';
      throw new SilcTransferError(reason, text, { cause });
    }
  }

  #enter(state: TransferState): void {
    this.#state = state;
    this.#listeners.emit({ type: 'state', state });
  }
}
