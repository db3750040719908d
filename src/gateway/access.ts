import type { Jid } from '../component/jid.js';
import { LruMap } from '../util/lru-map.js';
import type { GatewayConfig } from './config-types.js';
import { asciiDomain, withParents } from './domains.js';

/** Domains of users whose place among others is remembered. */
const MAX_DOMAINS = 1_000;

/** Entries in the form in which they are compared. */
const entriesOf = (entries: Iterable<string>): ReadonlySet<string> => new Set([...entries].map(comparable));

/** A domain and all that it is under. */
function placesOf(domain: string): readonly string[] {
  const ascii = asciiDomain(domain);
  return [...withParents(ascii), ascii.slice(ascii.lastIndexOf('.') + 1)];
}

/** A bare JID or a domain, its domain in ASCII. */
function comparable(entry: string): string {
  const at = entry.indexOf('@') + 1;
  return entry.slice(0, at) + asciiDomain(entry.slice(at));
}

/**
 * Who may use the gateway: deny before allow, an empty allow list allows everybody. A domain stands for its users and those of its
 * subdomains, in whatever form it is written.
 */
export class Access {
  #allow: ReadonlySet<string>;
  #deny: ReadonlySet<string>;
  #admins: ReadonlySet<string>;
  /** As administrators have said while the gateway runs. */
  #banned: readonly string[] = [];
  #kept: ReadonlySet<string> = new Set();
  readonly #places = new LruMap<string, readonly string[]>(MAX_DOMAINS);

  constructor({ allow, deny, admins }: GatewayConfig['access']) {
    this.#allow = entriesOf(allow);
    this.#deny = entriesOf(deny);
    this.#admins = entriesOf(admins);
  }

  /** The configuration is another one. */
  replace({ allow, deny, admins }: GatewayConfig['access']): void {
    this.#allow = entriesOf(allow);
    this.#deny = entriesOf(deny);
    this.#admins = entriesOf(admins);
  }

  /** Bare JIDs and domains that administrators keep out, beside those of the configuration. */
  get banned(): readonly string[] {
    return this.#banned;
  }

  set banned(entries: Iterable<string>) {
    this.#banned = [...entries];
    this.#kept = entriesOf(this.#banned);
  }

  /** Whether the operator has named this user or its domain as allowed. @param user - bare JID or domain */
  isNamed(user: string): boolean {
    return this.#isIn(this.#allow, user);
  }

  isAdmin(user: Pick<Jid, 'bare'>): boolean {
    // A domain would make administrators of all its users, and of those of its server.
    return this.#admins.size > 0 && user.bare.includes('@') && this.#admins.has(comparable(user.bare));
  }

  allows({ bare }: Pick<Jid, 'bare'>): boolean {
    if (this.#isIn(this.#deny, bare)) return false;
    // Administrators cannot lock themselves out.
    if (this.isAdmin({ bare })) return true;
    if (this.#isIn(this.#kept, bare)) return false;
    return this.#allow.size === 0 || this.#isIn(this.#allow, bare);
  }

  #isIn(entries: ReadonlySet<string>, user: string): boolean {
    if (entries.size === 0) return false;
    const at = user.indexOf('@') + 1;
    const domain = user.slice(at);
    let places = this.#places.get(domain);
    if (places === undefined) this.#places.set(domain, (places = placesOf(domain)));
    return (
      (at > 0 && entries.has(user.slice(0, at) + (places[0] ?? domain))) ||
      places.some((place) => entries.has(place))
    );
  }
}
