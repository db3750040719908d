import { StanzaError } from '../../component/stanza.js';
import type { IdentityRepository } from '../../store/types.js';
import { text } from '../../text/text.js';
import type { Access } from '../access.js';
import type { GatewayConfig } from '../config-types.js';
import { asciiDomain } from '../domains.js';
import { countQuotaRefusal, type GatewayMetrics } from '../metrics-types.js';
import { type Bounds, boundsOf, DomainCounts } from './domain-counts.js';

/** Users that are read from the store at a time. */
const PAGE = 2_000;

/** As a part of what there may be: pairs of users of other domains than the asker's, so that nobody fills it with people of his own making. */
const SHARE_OF_OTHERS = 1 / 4;

/** How many key pairs are kept, of whom, and who may have one more. They are counted when the first one is to be made. */
export class KeyPairCounts {
  readonly #store: Pick<IdentityRepository, 'users'>;
  readonly #config: Pick<GatewayConfig, 'limits'>;
  readonly #access: Pick<Access, 'isNamed'>;
  readonly #metrics: GatewayMetrics;
  #counts: Promise<DomainCounts> | undefined;

  constructor({
    store,
    config,
    access,
    metrics,
  }: {
    readonly store: { readonly identities: Pick<IdentityRepository, 'users'> };
    readonly config: Pick<GatewayConfig, 'limits'>;
    readonly access: Pick<Access, 'isNamed'>;
    readonly metrics: GatewayMetrics;
  }) {
    this.#store = store.identities;
    this.#config = config;
    this.#access = access;
    this.#metrics = metrics;
  }

  /**
   * A pair is to be kept for a user (bare JID), because `asker` wants it. The gateway's own do not count.
   * @returns takes it back, when none is kept
   * @throws StanzaError wait/resource-constraint; StoreError
   */
  async reserve(user: string, asker: string): Promise<() => void> {
    const domain = domainOf(user);
    if (domain === undefined) return () => undefined;
    const counts = await this.#load();
    const scope = counts.fullFor(domain, 1, this.#boundsFor(user, asker));
    if (scope !== undefined) {
      countQuotaRefusal(this.#metrics, 'key_pairs', scope);
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ quotas }) => quotas[`key-pairs-full-${scope}`]),
      );
    }
    counts.change(domain, 1);
    return () => counts.change(domain, -1);
  }

  /** A user's pair is kept no more. @throws StoreError */
  async removed(user: string): Promise<void> {
    const domain = domainOf(user);
    // What has not been counted yet will be without it.
    if (domain !== undefined && this.#counts !== undefined) (await this.#counts).change(domain, -1);
  }

  #boundsFor(user: string, asker: string): Bounds {
    const { key_pairs, key_pairs_per_domain: set } = this.#config.limits;
    if (domainOf(user) === domainOf(asker)) return boundsOf(key_pairs, set, this.#access.isNamed(user));
    return { ...boundsOf(key_pairs, set, false), all: Math.ceil(key_pairs * SHARE_OF_OTHERS) };
  }

  #load(): Promise<DomainCounts> {
    if (this.#counts === undefined) {
      const counting = this.#count();
      this.#counts = counting;
      // A store that cannot tell now may do so later.
      counting.catch(() => (this.#counts = undefined));
    }
    return this.#counts;
  }

  async #count(): Promise<DomainCounts> {
    const counts = new DomainCounts();
    for (let after: string | undefined; ;) {
      const page = await this.#store.users(PAGE, after);
      for (const user of page) {
        const domain = domainOf(user);
        if (domain !== undefined) counts.change(domain, 1);
      }
      after = page.at(-1);
      if (after === undefined || page.length < PAGE) return counts;
    }
  }
}

function domainOf(user: string): string | undefined {
  const at = user.indexOf('@');
  return at < 0 ? undefined : asciiDomain(user.slice(at + 1));
}
