import type { Element } from './element.js';
import { tryParseJid } from './jid.js';

/**
 * Whether the server has us under the name that we have ourselves. One that does not (Openfire makes every component a subdomain
 * of its own domain) lets us in, and everything that we say is lost.
 */
export class ForeignDomain {
  readonly #domain: string;
  #seen: string | undefined;
  #isOwnUsed = false;

  constructor(domain: string) {
    this.#domain = domain;
  }

  /** The name that the server uses for us, as long as nothing has come to our own. */
  get name(): string | undefined {
    return this.#isOwnUsed ? undefined : this.#seen;
  }

  /** A new attachment: it may be set up otherwise by now. */
  restart(): void {
    this.#seen = undefined;
    this.#isOwnUsed = false;
  }

  /** Takes a stanza from the server. @returns the foreign domain when it is the first of its attachment */
  sees({ attrs: { to, from } }: Element): string | undefined {
    // Our own pings come back to whom we have written them to, or as an error.
    if (to === undefined || from === this.#domain) return undefined;
    if (this.#isOwn(to)) {
      this.#isOwnUsed = true;
      return undefined;
    }
    const domain = tryParseJid(to)?.domain;
    if (domain === undefined || domain === this.#domain || this.#seen !== undefined) return undefined;
    this.#seen = domain;
    return domain;
  }

  /** Without preparing the address: that is how nearly all come. */
  #isOwn(to: string): boolean {
    const slash = to.indexOf('/');
    const end = slash < 0 ? to.length : slash;
    const at = to.lastIndexOf('@', end);
    return to.slice(at + 1, end) === this.#domain;
  }
}
