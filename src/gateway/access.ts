import type { Jid } from '../component/jid.js';
import type { GatewayConfig } from './config-types.js';

/** Who may use the gateway: deny before allow, an empty allow list allows everybody. A domain stands for its users. */
export class Access {
  readonly #allow: ReadonlySet<string>;
  readonly #deny: ReadonlySet<string>;

  constructor(access: GatewayConfig['access']) {
    this.#allow = new Set(access.allow);
    this.#deny = new Set(access.deny);
  }

  /** Whether the operator has named this user or its domain as allowed. @param user - bare JID */
  isNamed(user: string): boolean {
    return this.#allow.has(user) || this.#allow.has(user.slice(user.indexOf('@') + 1));
  }

  allows(user: Jid): boolean {
    if (this.#deny.has(user.bare) || this.#deny.has(user.domain)) return false;
    return this.#allow.size === 0 || this.#allow.has(user.bare) || this.#allow.has(user.domain);
  }
}
