import { LruMap } from '../util/lru-map.js';
import { type Element, renderAttribute, renderElement, xmlText } from './element.js';
import { ComponentError, type ComponentErrorCode } from './errors.js';
import { tryParseJid } from './jid.js';

/**
 * Bound of one stanza on the wire, octets: the longest message of SILC fits whatever XML makes of its 64,000 octets
 * (`&` becomes five, an octet that is no UTF-8 three), and Prosody takes 512 KiB (component_stanza_size_limit).
 */
export const DEFAULT_MAX_STANZA_OCTETS = 480 * 1024;

/** What a stanza is known by when it is lost. */
export interface Envelope {
  readonly name: 'message' | 'presence' | 'iq';
  readonly from: string;
  readonly to: string;
  readonly type: string | undefined;
  readonly id: string | undefined;
}

/** A stanza that did not go out, and why. */
export interface Loss extends Envelope {
  readonly reason: ComponentErrorCode;
}

/** A stanza ready for the wire. */
export interface Serialized {
  readonly text: string;
  /** Its sender's bare address. */
  readonly sender: string;
}

const IQ_TYPES: readonly (string | undefined)[] = ['get', 'set', 'result', 'error'];
/** Senders whose check is remembered. */
const MAX_SENDERS = 20_000;

/**
 * Turns stanzas into text. One bad stanza would close the stream of every user; elements are well-formed by their
 * making, so what is left to check are the envelope, the sender and the size.
 */
export class StanzaSerializer {
  readonly #domain: string;
  readonly #maxOctets: number;
  /** Senders that were checked, with their bare addresses. */
  readonly #senders = new LruMap<string, string>(MAX_SENDERS);

  constructor(domain: string, maxOctets = DEFAULT_MAX_STANZA_OCTETS) {
    this.#domain = domain;
    this.#maxOctets = maxOctets;
  }

  /** The text of a whole stanza. @throws ComponentError `invalid-stanza` or `too-large`. */
  serialize(stanza: Element): Serialized {
    const sender = this.#check(stanza);
    if ((stanza.attrs.to ?? '') === '') throw invalid('no addressee');
    return { text: this.#bounded(renderElement(stanza)), sender };
  }

  /**
   * The text of a stanza without `to` for one addressee after the other; rendered once.
   * @throws ComponentError `invalid-stanza` or `too-large`, as does the returned function.
   */
  serializeFor(stanza: Element): (to: string) => Serialized {
    const sender = this.#check(stanza);
    if (stanza.attrs.to !== undefined) throw invalid('an addressee too many');
    const [start, rest] = stanza.halves;
    const size = octetsOf(start + rest, this.#maxOctets);
    return (to) => {
      if (to === '') throw invalid('no addressee');
      // Concatenation copies nothing: all addressees share the two halves until they are written.
      const text = start + renderAttribute('to', xmlText(to)) + rest;
      // An UTF-16 unit takes up to six octets. To count them anew would copy the text.
      return { text: size + to.length * 6 <= this.#maxOctets ? text : this.#bounded(text), sender };
    };
  }

  /** Bare address of a sender in our domain. @throws ComponentError `invalid-stanza` for any other. */
  #bareSender(from: string | undefined): string {
    if (from === undefined) throw invalid('no sender');
    const known = this.#senders.get(from);
    if (known !== undefined) return known;
    const address = tryParseJid(from);
    if (address?.full !== from) throw invalid('a sender that is not a canonical address');
    if (address.domain !== this.#domain) throw invalid('a sender outside the domain');
    this.#senders.set(from, address.bare);
    return address.bare;
  }

  /** Returns the bare sender. */
  #check({ name, attrs: { id, type, xmlns, from } }: Element): string {
    if (!isStanzaName(name)) throw invalid('not a stanza');
    // Prosody closes the stream for a stanza of another namespace.
    if (xmlns !== undefined && xmlns !== 'jabber:component:accept') throw invalid('a foreign namespace');
    if (name === 'iq' && (id === undefined || id === '' || !IQ_TYPES.includes(type))) {
      throw invalid('an iq without id or type');
    }
    return this.#bareSender(from);
  }

  #bounded(text: string): string {
    if (octetsOf(text, this.#maxOctets) > this.#maxOctets) {
      throw new ComponentError('too-large', `a stanza is larger than ${this.#maxOctets} octets`);
    }
    return text;
  }
}

/** Where a stanza was meant to go. */
export function envelopeOf({ name, attrs: { from = '', to = '', type, id } }: Element): Envelope {
  return { name: isStanzaName(name) ? name : 'message', from, to, type, id };
}

function isStanzaName(name: string): name is Envelope['name'] {
  return name === 'message' || name === 'presence' || name === 'iq';
}

/** Octets of a text in UTF-8, or its UTF-16 units where these decide. */
function octetsOf(text: string, enough: number): number {
  // A UTF-16 unit takes one to three octets.
  return text.length > enough || text.length * 3 <= enough ? text.length : Buffer.byteLength(text);
}

function invalid(why: string): ComponentError {
  return new ComponentError('invalid-stanza', `refused to send: ${why}`);
}
