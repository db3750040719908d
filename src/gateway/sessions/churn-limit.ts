import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import { LruMap } from '../../util/lru-map.js';
import { type Rate, TokenBucket } from '../../util/token-bucket.js';
import type { Quotas } from '../quotas/quotas.js';
import type { Words } from '../../text/catalogue.js';
import { text } from '../../text/text.js';

/**
 * What the users of SILC see of one user's coming, going and renaming. Everybody's bookmarks fit in at once, several times;
 * a client that comes and goes without pause does not.
 */
const RATES = {
  /** Channels that are entered. */
  join: { burst: 200, perSecond: 1 },
  /** The same one, again. */
  rejoin: { burst: 20, perSecond: 0.1 },
  nick: { burst: 10, perSecond: 0.2 },
  /** Connections that are opened. */
  session: { burst: 20, perSecond: 0.1 },
} as const satisfies Record<string, Rate>;

/** Users that are counted, and rooms of each; who has been quiet for longest goes first. */
const MAX_USERS = 10_000;
const MAX_ROOMS = 500;

class Churn {
  readonly join = new TokenBucket(RATES.join);
  readonly nick = new TokenBucket(RATES.nick);
  readonly session = new TokenBucket(RATES.session);
  readonly rooms = new LruMap<string, TokenBucket>(MAX_ROOMS);

  room(jid: string): TokenBucket {
    const known = this.rooms.get(jid) ?? new TokenBucket(RATES.rejoin);
    this.rooms.set(jid, known);
    return known;
  }
}

/** How often a user may come, go and rename on SILC. What the gateway does by itself, after a broken link, is not counted. */
export class ChurnLimit {
  readonly #users = new LruMap<string, Churn>(MAX_USERS);
  readonly #quotas: Pick<Quotas, 'take'>;

  constructor(quotas: Pick<Quotas, 'take'>) {
    this.#quotas = quotas;
  }

  /** The user enters a channel, whose room has this address. @throws StanzaError wait/policy-violation */
  joins(user: Jid, room: string): void {
    const churn = this.#of(user);
    take([churn.room(room), churn.join], ({ errors }) => errors.joinsTooOften);
    this.#quotas.take('joins', user);
  }

  /** @throws StanzaError wait/policy-violation */
  renames(user: Jid): void {
    take([this.#of(user).nick], ({ errors }) => errors.renamesTooOften);
  }

  /** A SILC session is begun. @throws StanzaError wait/policy-violation */
  begins(user: Jid): void {
    take([this.#of(user).session], ({ errors }) => errors.comesTooOften);
  }

  #of(user: Jid): Churn {
    const known = this.#users.get(user.bare) ?? new Churn();
    this.#users.set(user.bare, known);
    return known;
  }
}

/** All or none. */
function take(buckets: readonly TokenBucket[], refusal: (words: Words) => string): void {
  const waitMs = Math.max(...buckets.map((bucket) => bucket.waitMs));
  if (waitMs === 0) for (const bucket of buckets) bucket.take();
  else {
    const seconds = Math.ceil(waitMs / 1_000);
    throw new StanzaError(
      'wait',
      'policy-violation',
      text((words) => words.errors.tryAgainIn(refusal(words), seconds)),
    );
  }
}
