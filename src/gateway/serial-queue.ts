import { StanzaError } from '../component/stanza.js';

/** Work done one after the other, in the order it came; at most `bound` pieces wait, further ones are refused. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  get idle(): boolean {
    return this.#waiting === 0;
  }

  /** @throws StanzaError wait/resource-constraint when the queue is full; otherwise what `work` throws. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#bound) {
      return Promise.reject(
        new StanzaError('wait', 'resource-constraint', 'Too many messages are waiting to be sent.'),
      );
    }
    this.#waiting++;
    const result = this.#tail.then(work).finally(() => this.#waiting--);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
