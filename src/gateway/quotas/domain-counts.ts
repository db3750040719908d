import { withParents } from '../domains.js';
import { FAMILY } from './quotas.js';

/** What a domain may have at most of all, with its subdomains, where no limit of its own is set. */
const SHARE_OF_DOMAIN = 1 / 2;
const SHARE_OF_FAMILY = 3 / 4;

/** Domains above one that are counted; a name of more labels is nobody's by accident, and costs no more memory. */
const MAX_DEPTH = 8;

/** How many there may be. */
export interface Bounds {
  readonly all: number;
  /** Of one domain. */
  readonly domain: number;
  /** Of all subdomains of a domain together. */
  readonly family: number;
}

/**
 * Bounds under which no domain takes everything.
 * @param domain - what is set for a domain; where nothing is, one that the operator has named has all
 */
export function boundsOf(all: number, domain: number | undefined, isNamed: boolean): Bounds {
  if (domain === undefined && isNamed) return { all, domain: Infinity, family: Infinity };
  const limit = domain ?? Math.ceil(all * SHARE_OF_DOMAIN);
  return {
    all,
    domain: limit,
    family: Math.max(limit, Math.min(limit * FAMILY, Math.ceil(all * SHARE_OF_FAMILY))),
  };
}

/** How many of something there are, of which domain. */
export class DomainCounts {
  /** Domain, or `*.domain` for all that are under it. */
  readonly #counts = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  change(domain: string, by: number): void {
    this.#total += by;
    for (const scope of scopesOf(domain)) {
      const count = (this.#counts.get(scope) ?? 0) + by;
      if (count > 0) this.#counts.set(scope, count);
      else this.#counts.delete(scope);
    }
  }

  /** Whose bound so many more would go beyond; undefined when they may be. */
  fullFor(domain: string, more: number, bounds: Bounds): 'domain' | 'all' | undefined {
    const isFull = scopesOf(domain).some(
      (scope, depth) => (this.#counts.get(scope) ?? 0) + more > (depth === 0 ? bounds.domain : bounds.family),
    );
    if (isFull) return 'domain';
    return this.#total + more > bounds.all ? 'all' : undefined;
  }
}

/** The domain itself, then those that it is under. */
function scopesOf(domain: string): readonly string[] {
  const [own = domain, ...parents] = withParents(domain);
  return [own, ...parents.slice(-MAX_DEPTH).map((name) => `*.${name}`)];
}
