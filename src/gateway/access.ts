import type { Jid } from '../component/jid.js';
import type { GatewayConfig } from './config-types.js';

/** Who may use the gateway: deny before allow, an empty allow list allows everybody. A domain stands for its users. */
export class Access {
  #allow: ReadonlySet<string>;
  #deny: ReadonlySet<string>;
  #admins: ReadonlySet<string>;
  /** As administrators have said while the gateway runs. */
  #banned: ReadonlySet<string> = new Set();

  constructor({ allow, deny, admins }: GatewayConfig['access']) {
    this.#allow = new Set(allow);
    this.#deny = new Set(deny);
    this.#admins = new Set(admins);
  }

  /** The configuration is another one. */
  replace({ allow, deny, admins }: GatewayConfig['access']): void {
    this.#allow = new Set(allow);
    this.#deny = new Set(deny);
    this.#admins = new Set(admins);
  }

  /** Bare JIDs and domains that administrators keep out, beside those of the configuration. */
  get banned(): readonly string[] {
    return [...this.#banned];
  }

  set banned(entries: Iterable<string>) {
    this.#banned = new Set(entries);
  }

  /** Whether the operator has named this user or its domain as allowed. @param user - bare JID */
  isNamed(user: string): boolean {
    return this.#allow.has(user) || this.#allow.has(user.slice(user.indexOf('@') + 1));
  }

  isAdmin(user: Pick<Jid, 'bare'>): boolean {
    // A domain would make administrators of all its users, and of those of its server.
    return user.bare.includes('@') && this.#admins.has(user.bare);
  }

  allows(user: Jid): boolean {
    if (this.#deny.has(user.bare) || this.#deny.has(user.domain)) return false;
    // Administrators cannot lock themselves out.
    if (this.isAdmin(user)) return true;
    if (this.#banned.has(user.bare) || this.#banned.has(user.domain)) return false;
    return this.#allow.size === 0 || this.#allow.has(user.bare) || this.#allow.has(user.domain);
  }
}
