import type { ArchiveEntry, ArchiveRepository } from '../../../store/archive-types.js';
import type { Log } from '../../log-types.js';
import type { GatewayMetrics } from '../../metrics-types.js';

/** So long entries are collected before they are written, and so many are written at once. */
const [BATCH_MS, BATCH_ENTRIES] = [200, 1_000];
/** After a failure it is tried again, milliseconds. */
const RETRY_MS = 2_000;
/** Entries, and octets of their lines, that wait for the store at most: beyond that the oldest lines are lost to the archive. */
const [MAX_ENTRIES, MAX_OCTETS] = [50_000, 32 << 20];

const sizeOf = (entry: ArchiveEntry): number => (entry.kind === 'line' ? entry.line.content.length : 0);

/** Writes to the archive behind the back of whoever speaks: in batches, one at a time, in order. */
export class ArchiveWriter {
  readonly #repository: ArchiveRepository;
  readonly #log: Log;
  readonly #metrics: GatewayMetrics;
  #waiting: ArchiveEntry[] = [];
  #octets = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isStopped = false;

  constructor(repository: ArchiveRepository, log: Log, metrics: GatewayMetrics) {
    this.#repository = repository;
    this.#log = log;
    this.#metrics = metrics;
  }

  add(entry: ArchiveEntry): void {
    if (this.#isStopped) return;
    this.#waiting.push(entry);
    this.#metrics.adjust('archive_queue', 1);
    this.#octets += sizeOf(entry);
    while (this.#waiting.length > MAX_ENTRIES || this.#octets > MAX_OCTETS) this.#loseOldest();
    this.#arm(this.#isFailing ? RETRY_MS : BATCH_MS);
  }

  /** Resolves when what was added so far is written, or could not be. */
  async flush(): Promise<void> {
    do await this.#write();
    while (this.#waiting.length > 0 && !this.#isFailing);
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.flush();
    clearTimeout(this.#timer);
    const lines = this.#waiting.filter(({ kind }) => kind === 'line').length;
    if (lines === 0) return;
    this.#metrics.increment('archive_lines_lost', lines);
    this.#log.error({ lines }, 'the end came before the archive could be written');
  }

  #arm(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, ms);
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeBatch().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#arm(this.#isFailing ? RETRY_MS : 0);
    });
    return this.#writing;
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting.slice(0, BATCH_ENTRIES);
    if (batch.length === 0) return;
    try {
      await this.#repository.add(batch);
      if (this.#isFailing) this.#log.info({}, 'the archive can be written again');
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        this.#log.error({ err: error }, 'the archive cannot be written; lines wait in memory');
      this.#isFailing = true;
      return;
    }
    // Some of the batch may have been given up meanwhile, always from the front.
    const written = new Set(batch);
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((entry) => !written.has(entry));
    this.#metrics.adjust('archive_queue', this.#waiting.length - before);
    this.#octets = this.#waiting.reduce((sum, entry) => sum + sizeOf(entry), 0);
  }

  #loseOldest(): void {
    const lost = this.#waiting.shift();
    if (lost === undefined) return;
    this.#metrics.adjust('archive_queue', -1);
    this.#octets -= sizeOf(lost);
    this.#metrics.increment('archive_lines_lost');
  }
}
