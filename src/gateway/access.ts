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

  allows(user: Jid): boolean {
    if (this.#deny.has(user.bare) || this.#deny.has(user.domain)) return false;
    return this.#allow.size === 0 || this.#allow.has(user.bare) || this.#allow.has(user.domain);
  }
}
