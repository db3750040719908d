/** Whoever reads from SILC what a flow carries to the Jabber server. */
export interface FlowReader {
  /** While paused nothing is read, so that the SILC server is held back. */
  setReadPaused(paused: boolean): void;
}

/** A pause that lasts longer ends by itself, milliseconds: a SILC server drops a client that does not read. */
const LONGEST_PAUSE_MS = 20_000;

/**
 * Backpressure: while too much of a flow waits for the Jabber server, its reader does not read. What waits while there is
 * no Jabber server at all holds nobody back: it is bounded, and who misses something is told afterwards.
 */
export class FlowControl {
  readonly #readers = new Map<string, FlowReader>();
  readonly #paused = new Map<string, NodeJS.Timeout>();

  register(flow: string, reader: FlowReader): void {
    this.#readers.set(flow, reader);
  }

  unregister(flow: string): void {
    this.#resume(flow);
    this.#readers.delete(flow);
  }

  /** More than enough waits of a flow, or little again. */
  onPressure(flow: string, congested: boolean): void {
    this.#resume(flow);
    const reader = congested ? this.#readers.get(flow) : undefined;
    if (reader === undefined) return;
    this.#paused.set(
      flow,
      setTimeout(() => this.#resume(flow), LONGEST_PAUSE_MS),
    );
    reader.setReadPaused(true);
  }

  /** The link to the Jabber server is lost. */
  onOffline(): void {
    for (const flow of [...this.#paused.keys()]) this.#resume(flow);
  }

  #resume(flow: string): void {
    const timer = this.#paused.get(flow);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#paused.delete(flow);
    this.#readers.get(flow)?.setReadPaused(false);
  }
}
