import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import { text } from '../../text/text.js';
import { type Clock, monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import { TokenBucket } from '../../util/token-bucket.js';
import type { Access } from '../access.js';
import type { GatewayConfig } from '../config-types.js';
import { withParents } from '../domains.js';
import { countQuotaRefusal, type GatewayMetrics } from '../metrics-types.js';
import { BURST_MINUTES, type QuotaKind, type QuotaRates } from './rates.js';

/** Users, and domains, that are counted; who has been quiet for longest goes first, and has a full share by then. */
const MAX_USERS = 20_000;
const MAX_DOMAINS = 20_000;

/** All subdomains of a domain together, as a part of what one has: they cost their owner nothing. */
export const FAMILY = 4;

interface Share {
  readonly perMinute: number;
  readonly bucket: TokenBucket;
}

interface Shares<Key> {
  get(key: Key): Share | undefined;
  set(key: Key, share: Share): unknown;
}

/** What is refused for want of a share; `waitMs` is when it will pass. */
interface Shortage {
  readonly scope: keyof QuotaRates;
  readonly waitMs: number;
}

/**
 * How much of the gateway one user, one domain with its subdomains, and everybody may use up a minute. One engine for all kinds;
 * what is refused costs nobody anything. Domains and users that the operator has named in `access.allow` have no share of a domain.
 */
export class Quotas {
  readonly #config: Pick<GatewayConfig, 'limits'>;
  readonly #access: Pick<Access, 'isNamed'>;
  readonly #metrics: GatewayMetrics;
  readonly #now: Clock;
  readonly #users = new LruMap<string, Share>(MAX_USERS);
  readonly #domains = new LruMap<string, Share>(MAX_DOMAINS);
  readonly #all = new Map<QuotaKind, Share>();

  constructor(
    {
      config,
      access,
      metrics,
    }: {
      readonly config: Pick<GatewayConfig, 'limits'>;
      readonly access: Pick<Access, 'isNamed'>;
      readonly metrics: GatewayMetrics;
    },
    now: Clock = monotonicMs,
  ) {
    this.#config = config;
    this.#access = access;
    this.#metrics = metrics;
    this.#now = now;
  }

  /** Takes it from the shares of the user, its domain and everybody. @throws StanzaError wait/policy-violation, with the time to wait */
  take(kind: QuotaKind, user: Pick<Jid, 'bare' | 'domain'>, amount = 1): void {
    const shortage = this.tryTake(kind, user, amount);
    if (shortage === undefined) return;
    const seconds = Math.max(1, Math.ceil(shortage.waitMs / 1_000));
    throw new StanzaError(
      'wait',
      // RFC 6120, 8.3.3: of the sender's doing, or for want of room here.
      shortage.scope === 'user' ? 'policy-violation' : 'resource-constraint',
      text((words) => words.errors.tryAgainIn(words.quotas[shortage.scope](words.quotas[kind]), seconds)),
    );
  }

  /** The same, for what is not asked for by a stanza. @returns why it may not be; undefined when it was taken */
  tryTake(kind: QuotaKind, user: Pick<Jid, 'bare' | 'domain'>, amount = 1): Shortage | undefined {
    const shares = this.#sharesOf(kind, user);
    for (const [scope, bucket] of shares) {
      const waitMs = bucket.waitMsFor(amount);
      if (waitMs === 0) continue;
      countQuotaRefusal(this.#metrics, kind, scope);
      return { scope, waitMs };
    }
    for (const [, bucket] of shares) bucket.spend(amount);
    return undefined;
  }

  #sharesOf(
    kind: QuotaKind,
    { bare, domain }: Pick<Jid, 'bare' | 'domain'>,
  ): readonly (readonly [keyof QuotaRates, TokenBucket])[] {
    const rates = this.#config.limits.rates[kind];
    const own = this.#shareIn(this.#users, `${kind} ${bare}`, kind, rates.user);
    const all = this.#shareIn(this.#all, kind, kind, rates.all);
    if (this.#access.isNamed(bare)) {
      return [
        ['user', own],
        ['all', all],
      ];
    }
    const family = withParents(domain).map((name, depth) =>
      depth === 0
        ? this.#shareIn(this.#domains, `${kind} ${name}`, kind, rates.domain)
        : this.#shareIn(this.#domains, `${kind} *.${name}`, kind, Math.min(rates.domain * FAMILY, rates.all)),
    );
    return [['user', own], ...family.map((bucket) => ['domain', bucket] as const), ['all', all]];
  }

  /** The share by this key, made anew when it is another one by now. */
  #shareIn<Key>(shares: Shares<Key>, key: Key, kind: QuotaKind, perMinute: number): TokenBucket {
    const known = shares.get(key);
    if (known?.perMinute === perMinute) return known.bucket;
    const bucket = this.#bucket(kind, perMinute);
    shares.set(key, { perMinute, bucket });
    return bucket;
  }

  #bucket(kind: QuotaKind, perMinute: number): TokenBucket {
    return new TokenBucket({ burst: perMinute * BURST_MINUTES[kind], perSecond: perMinute / 60 }, this.#now);
  }
}
