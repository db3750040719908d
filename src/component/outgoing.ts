import type { Element } from 'ltx';
import { SaxesParser } from 'saxes';
import { ComponentError } from './errors.js';
import { tryParseJid } from './jid.js';

/** Bound of one stanza on the wire, octets. Half of what Prosody takes (component_stanza_size_limit). */
export const DEFAULT_MAX_STANZA_OCTETS = 256 * 1024;

const IQ_TYPES: readonly (string | undefined)[] = ['get', 'set', 'result', 'error'];

/**
 * The last check before the wire, where one bad stanza would close the stream of every user: a stanza by name and
 * namespace, a canonical `from` in the component's domain, a `to`, well-formed with every prefix bound, not too large.
 * @returns the text to send.
 * @throws ComponentError `invalid-stanza` or `too-large`.
 */
export function serializeStanza(stanza: Element, domain: string, maxOctets: number): string {
  const { from, to, id, type, xmlns } = stanza.attrs;
  const { name } = stanza;
  if (name !== 'message' && name !== 'presence' && name !== 'iq') {
    throw invalid('not a stanza');
  }
  // Prosody closes the stream for a stanza of another namespace.
  if (xmlns !== undefined && xmlns !== 'jabber:component:accept') throw invalid('a foreign namespace');
  if (name === 'iq' && (id === undefined || id === '' || !IQ_TYPES.includes(type))) {
    throw invalid('an iq without id or type');
  }
  if (to === undefined || to === '') throw invalid('no addressee');
  checkFrom(from, domain);
  const text = toText(stanza);
  if (octets(text, maxOctets) > maxOctets) {
    throw new ComponentError('too-large', `a stanza is larger than ${maxOctets} octets`);
  }
  checkWellFormed(text);
  return text;
}

function checkFrom(from: string | undefined, domain: string): void {
  if (from === undefined) throw invalid('no sender');
  if (from === domain) return;
  const address = tryParseJid(from);
  if (address?.full !== from) throw invalid('a sender that is not a canonical address');
  if (address.domain !== domain) throw invalid('a sender outside the domain');
}

function toText(stanza: Element): string {
  try {
    return stanza.toString();
  } catch (cause) {
    // Children that are no elements, or an element inside itself.
    throw new ComponentError('invalid-stanza', 'refused to send: not serialisable', { cause });
  }
}

function octets(text: string, enough: number): number {
  // A UTF-16 unit takes one to three octets; encode only when that does not decide.
  if (text.length > enough || text.length * 3 <= enough) return text.length;
  return new TextEncoder().encode(text).length;
}

function checkWellFormed(text: string): void {
  const parser = new SaxesParser({ xmlns: true, position: false });
  try {
    // Without an error handler the parser throws.
    parser.write(text).close();
  } catch (cause) {
    throw new ComponentError('invalid-stanza', 'refused to send: not well-formed', { cause });
  }
}

function invalid(why: string): ComponentError {
  return new ComponentError('invalid-stanza', `refused to send: ${why}`);
}
