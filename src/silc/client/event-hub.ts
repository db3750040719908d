import type { SessionEvent } from './api/events.js';
import { Emitter } from '../../util/emitter.js';
import { warnOfListener } from '../errors.js';
import { UserRecord } from './people/users.js';

/** Events kept for the first listener: the welcome lines come before the application can listen. */
const MAX_EARLY = 256;

/**
 * The listeners of one session. Events reach all of them in one order, also those that a listener causes while it is told
 * of another one; a listener that throws hurts nobody else.
 */
export class EventHub {
  readonly #listeners: Emitter<SessionEvent>;
  readonly #waiting: SessionEvent[] = [];
  /** Events wait for the first listener, or for the end of the one that is being told. */
  #held = true;
  #early = true;

  /** @param onError - Told what a listener threw; default a process warning. */
  constructor(onError: (error: unknown) => void = warnOfListener) {
    this.#listeners = new Emitter(onError);
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    const remove = this.#listeners.subscribe(listener);
    if (this.#early && this.#listeners.size === 1) queueMicrotask(() => this.#begin());
    return remove;
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
      this.#listeners.emit(event);
    }
    this.#held = false;
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
