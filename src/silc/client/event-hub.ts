import type { SessionEvent } from './api/events.js';
import { UserRecord } from './people/users.js';

type Listener = (event: SessionEvent) => void;

/** Events kept for the first listener: the welcome lines come before the application can listen. */
const MAX_EARLY = 256;

/**
 * The listeners of one session. Events reach all of them in one order, also those that a listener causes while it is told
 * of another one; a listener that throws hurts nobody else.
 */
export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #waiting: SessionEvent[] = [];
  /** Events wait for the first listener, or for the end of the one that is being told. */
  #held = true;
  #early = true;
  readonly #onError: (error: unknown) => void;

  /** @param onError - Told what a listener threw; default a process warning. */
  constructor(onError: (error: unknown) => void = warn) {
    this.#onError = onError;
  }

  subscribe(listener: Listener): () => void {
    // A wrapper of its own: the same function twice is two subscriptions.
    const entry: Listener = (event) => listener(event);
    this.#listeners.add(entry);
    if (this.#early && this.#listeners.size === 1) queueMicrotask(() => this.#begin());
    return () => this.#listeners.delete(entry);
  }

  emit(event: SessionEvent): void {
    this.#waiting.push(event);
    if (this.#early && this.#waiting.length > MAX_EARLY) this.#waiting.shift();
    if (!this.#held) this.#drain();
  }

  #begin(): void {
    if (!this.#early || this.#listeners.size === 0) return;
    this.#early = false;
    this.#drain();
  }

  #drain(): void {
    this.#held = true;
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      noteShownUsers(event);
      for (const listener of [...this.#listeners]) this.#tell(listener, event);
    }
    this.#held = false;
  }

  #tell(listener: Listener, event: SessionEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** Whoever is shown without a name is announced when the name becomes known. */
function noteShownUsers(event: SessionEvent): void {
  const user =
    event.type === 'member-joined'
      ? event.member.user
      : 'sender' in event
        ? event.sender
        : event.type === 'private-key-offered' || event.type === 'key-agreement-offered'
          ? event.user
          : event.type === 'invited'
            ? event.by
            : undefined;
  if (user instanceof UserRecord && user.nickname === undefined) user.shownUnresolved = true;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : 'a SILC event listener threw', 'SilcListenerWarning');
}
