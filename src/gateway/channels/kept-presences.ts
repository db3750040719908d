import type { Element } from '../../component/stanza.js';
import { occupantPresence, withoutAddress } from '../../mapping/presence.js';
import type { Occupant } from './occupants.js';

/** Where many come at once they do so within seconds; a room into which nobody comes keeps nothing. */
const KEPT_MS = 5_000;
/** Beyond so many all begin anew. */
const MAX_KEPT = 5_000;

/**
 * The presences of occupants as each newcomer is shown them, made and rendered once for all who come at one time. An occupant is
 * replaced, not changed, so what is kept of one is never out of date.
 */
export class KeptPresences {
  readonly #whole = new Map<Occupant, Element>();
  readonly #withoutAddress = new Map<Occupant, Element>();
  #timer: NodeJS.Timeout | undefined;

  /** @param isHidden whether its address is not to be seen */
  of(occupant: Occupant, isHidden: boolean): Element {
    const kept = isHidden ? this.#withoutAddress : this.#whole;
    const known = kept.get(occupant);
    if (known !== undefined) return known;
    const whole = occupantPresence(undefined, occupant);
    const presence = isHidden ? withoutAddress(whole) : whole;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(occupant, presence);
    this.#arm();
    return presence;
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#whole.clear();
      this.#withoutAddress.clear();
    }, KEPT_MS);
    this.#timer.unref();
  }
}
