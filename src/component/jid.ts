import { ComponentError } from './errors.js';
import { prepareDomain, prepareLocal, prepareResource } from './jid-prep.js';

export { ComponentError } from './errors.js';
export { prepareDomain, prepareLocal, prepareResource } from './jid-prep.js';

declare const brand: unique symbol;

/** Canonical text of a JID without resource. Made only by {@link Jid}. */
export type BareJid = string & { readonly [brand]: 'BareJid' };

/** Canonical text of a JID with its resource, when it has one. Made only by {@link Jid}. */
export type FullJid = string & { readonly [brand]: 'FullJid' };

/** A prepared address (RFC 6122). Two JIDs name the same entity exactly when their `full` texts are equal. */
export class Jid {
  /** Local part, empty when there is none. */
  readonly local: string;
  readonly domain: string;
  /** Resource, empty when there is none. */
  readonly resource: string;
  readonly bare: BareJid;
  /** The whole address; equals `bare` when there is no resource. */
  readonly full: FullJid;

  private constructor(local: string, domain: string, resource: string) {
    this.local = local;
    this.domain = domain;
    this.resource = resource;
    const bare = local === '' ? domain : `${local}@${domain}`;
    this.bare = bare as BareJid;
    this.full = (resource === '' ? bare : `${bare}/${resource}`) as FullJid;
  }

  /** Prepares and checks the parts; an empty local part or resource means none. @throws ComponentError `jid-malformed`. */
  static of(local: string, domain: string, resource = ''): Jid {
    return new Jid(
      local === '' ? '' : prepareLocal(local),
      prepareDomain(domain),
      resource === '' ? '' : prepareResource(resource),
    );
  }

  /** The address without its resource. */
  toBare(): Jid {
    return this.resource === '' ? this : new Jid(this.local, this.domain, '');
  }

  toString(): string {
    return this.full;
  }
}

// A local part, a domain, a resource and two separators (RFC 6122, 2.1); UTF-16 units never outnumber the octets.
const MAX_JID_UNITS = 3 * 1023 + 2;

/**
 * Splits (RFC 7622, 3.2) and prepares an address.
 * @throws ComponentError `jid-malformed`.
 */
export function parseJid(text: string): Jid {
  if (text.length > MAX_JID_UNITS) throw new ComponentError('jid-malformed', 'an address is too long');
  const slash = text.indexOf('/');
  const bare = slash < 0 ? text : text.slice(0, slash);
  const at = bare.indexOf('@');
  if (at === 0 || slash === text.length - 1) {
    throw new ComponentError('jid-malformed', 'an address has an empty part');
  }
  return Jid.of(at < 0 ? '' : bare.slice(0, at), bare.slice(at + 1), slash < 0 ? '' : text.slice(slash + 1));
}

/** {@link parseJid}, or undefined for an address that is not one. */
export function tryParseJid(text: string): Jid | undefined {
  try {
    return parseJid(text);
  } catch (error) {
    if (error instanceof ComponentError) return undefined;
    throw error;
  }
}

/** For comparing addresses that others wrote: the canonical text, or the text itself when it is no address. */
export function canonicalText(address: string | undefined): string {
  return address === undefined ? '' : (tryParseJid(address)?.full ?? address);
}
