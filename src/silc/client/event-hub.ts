import type { SessionEvent } from './types.js';
import { UserRecord } from './people/users.js';

type Listener = (event: SessionEvent) => void;

/** Events kept for the first listener: the welcome lines come before the application can listen. */
const MAX_EARLY = 256;

/** The listeners of one session. Events reach all of them in order; a listener that throws hurts nobody else. */
export class EventHub {
  readonly #listeners = new Set<Listener>();
  #early: SessionEvent[] | undefined = [];
  readonly #onError: (error: unknown) => void;

  /** @param onError - Told what a listener threw; default a process warning. */
  constructor(onError: (error: unknown) => void = warn) {
    this.#onError = onError;
  }

  subscribe(listener: Listener): () => void {
    // A wrapper of its own: the same function twice is two subscriptions.
    const entry: Listener = (event) => listener(event);
    this.#listeners.add(entry);
    if (this.#early !== undefined && this.#listeners.size === 1) queueMicrotask(() => this.#deliverEarly());
    return () => this.#listeners.delete(entry);
  }

  emit(event: SessionEvent): void {
    if (this.#early !== undefined) {
      if (this.#early.length >= MAX_EARLY) this.#early.shift();
      this.#early.push(event);
      return;
    }
    noteShownUsers(event);
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  #deliverEarly(): void {
    const early = this.#early ?? [];
    if (this.#listeners.size === 0) return;
    this.#early = undefined;
    for (const event of early) this.emit(event);
  }
}

/** Whoever is shown without a name is announced when the name becomes known. */
function noteShownUsers(event: SessionEvent): void {
  const user =
    event.type === 'member-joined'
      ? event.member.user
      : event.type === 'channel-message' || event.type === 'private-message'
        ? event.sender
        : undefined;
  if (user instanceof UserRecord && user.nickname === undefined) user.shownUnresolved = true;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : 'a SILC event listener threw', 'SilcListenerWarning');
}
