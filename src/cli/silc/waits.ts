import type { SessionEvent } from '../../silc/client/types.js';
import { LineError } from './item.js';

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
    const failure = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(`no ${type} has come`), this.#timeoutMs);
      const look = (): void => {
        const count = this.#came.get(type) ?? 0;
        if (count === 0 && !this.#over) return;
        clearTimeout(timer);
        if (count > 0) this.#came.set(type, count - 1);
        resolve(count > 0 ? undefined : 'the session is over');
      };
      this.#wake = look;
      look();
    });
    this.#wake = undefined;
    if (failure !== undefined) throw new LineError(failure);
  }
}
