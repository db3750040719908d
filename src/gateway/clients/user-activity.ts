import type { BareJid, Jid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import { NS_IDLE } from '../../mapping/availability.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';

/** Users whose last act is remembered. */
const MAX_REMEMBERED = 20_000;
/** Who has been idle for longer than that has a clock that is wrong. */
const MAX_IDLE_MS = 366 * 86_400_000;

/**
 * When users of the gateway did something for the last time, as their clients show it: by what they write, and by the idle time in
 * their presence (XEP-0319). What clients send by themselves is no act of the user.
 */
export class UserActivity {
  /** On the monotonic clock. */
  readonly #actedAt = new LruMap<BareJid, number>(MAX_REMEMBERED);

  heard({ bare }: Jid, stanza: Element): void {
    const actedAt = this.#actIn(stanza);
    const known = this.#actedAt.get(bare) ?? -Infinity;
    if (actedAt !== undefined && actedAt > known) this.#actedAt.set(bare, actedAt);
  }

  /** Undefined: nothing is known. */
  idleMs(user: BareJid): number | undefined {
    const actedAt = this.#actedAt.peek(user);
    return actedAt === undefined ? undefined : monotonicMs() - actedAt;
  }

  #actIn(stanza: Element): number | undefined {
    const { type } = stanza.attrs;
    if (stanza.name === 'message') {
      return type === 'error' || stanza.getChild('body') === undefined ? undefined : monotonicMs();
    }
    if (stanza.name !== 'presence' || type !== undefined) return undefined;
    const since = stanza.getChild('idle', NS_IDLE)?.attrs.since;
    if (since !== undefined) return actedSince(since);
    // Without it, clients go away by themselves some time after the last act.
    const show = stanza.getChildText('show')?.trim() ?? '';
    return show === 'away' || show === 'xa' ? undefined : monotonicMs();
  }
}

/** What a client says of its clock, on this one; undefined where it cannot be. */
function actedSince(since: string): number | undefined {
  const idleMs = Date.now() - Date.parse(since);
  if (Number.isNaN(idleMs) || idleMs > MAX_IDLE_MS) return undefined;
  return monotonicMs() - Math.max(0, idleMs);
}
