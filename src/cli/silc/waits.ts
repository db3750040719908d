import type { SessionEvent } from '../../silc/client/types.js';
import { LineError } from './item.js';
import { Deferred } from '../../util/deferred.js';
import { withDeadline } from '../../util/race.js';

/** Events that came and that nobody has waited for, by type. */
export class Waits {
  readonly #came = new Map<string, number>();
  readonly #timeoutMs: number;
  #wake: (() => void) | undefined;
  #over = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  note(type: SessionEvent['type']): void {
    this.#came.set(type, (this.#came.get(type) ?? 0) + 1);
    if (type === 'closed') this.#over = true;
    this.#wake?.();
  }

  /** Resolves when an event of this type has come for which no earlier call has waited. @throws LineError */
  async next(type: string): Promise<void> {
    const arrival = new Deferred<boolean>();
    this.#wake = () => {
      const count = this.#came.get(type) ?? 0;
      if (count === 0 && !this.#over) return;
      if (count > 0) this.#came.set(type, count - 1);
      this.#wake = undefined;
      arrival.resolve(count > 0);
    };
    this.#wake();
    const late = (): LineError => new LineError(`no ${type} has come`);
    const came = await withDeadline(arrival.promise, this.#timeoutMs, late).finally(
      () => (this.#wake = undefined),
    );
    if (!came) throw new LineError('the session is over');
  }
}
