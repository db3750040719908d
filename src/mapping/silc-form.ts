import type { Element } from '../component/stanza.js';
import { contentOf, type MessageContent, type SilcContent } from './message.js';
import { requestedSubject } from './subject.js';
import { silcWords } from '../text/silc.js';

/**
 * What SILC users get of a message. Local users of the gateway get the whole stanza whatever this says.
 * Read: XEP-0308 1.2.1, 0424 0.4.2, 0444 0.2.0, 0461 0.2.0, 0066 1.5, 0380 0.4.0, 0085 2.1, 0184 1.4.0, 0333 0.5.0, 0334 0.4.1.
 */
export type SilcForm =
  /** A text that says it, or a MIME message. */
  | { readonly kind: 'content'; readonly content: SilcContent }
  /** Nothing that could be said there: the author is to know that SILC users do not see it. */
  | { readonly kind: 'unseen'; readonly what: Unseen }
  /** Nothing that anybody misses: states, receipts, markers. */
  | { readonly kind: 'passing' }
  /** Says nothing at all. */
  | { readonly kind: 'empty' };

/** What SILC cannot show. */
export type Unseen = 'encrypted' | 'other';

/** Namespaces of end-to-end encryption whose messages have at most a placeholder as their text. OTR is not one: its text is the message. */
const ENCRYPTED: ReadonlySet<string | undefined> = new Set([
  'eu.siacs.conversations.axolotl',
  'urn:xmpp:omemo:1',
  'urn:xmpp:omemo:2',
  'urn:xmpp:openpgp:0',
  'jabber:x:encrypted',
  'urn:ietf:params:xml:ns:xmpp-e2e',
]);
const ENCRYPTION_HINT = 'urn:xmpp:eme:0';
const OTR = 'urn:xmpp:otr:0';

/** Namespaces that tell something for the moment, or about the message itself. */
const PASSING: ReadonlySet<string | undefined> = new Set([
  'http://jabber.org/protocol/chatstates',
  'urn:xmpp:receipts',
  'urn:xmpp:chat-markers:0',
  'urn:xmpp:hints',
  'urn:xmpp:sid:0',
  'urn:xmpp:fallback:0',
  'urn:xmpp:mds:displayed:0',
  'urn:xmpp:mds:server-assist:0',
  'jabber:x:event',
  'jabber:x:delay',
  'urn:xmpp:delay',
  'http://jabber.org/protocol/pubsub#event',
  'http://jabber.org/protocol/muc#user',
]);
/** Parts of a message in the stream's own namespace that say nothing by themselves. */
const ENVELOPE: readonly string[] = ['body', 'thread', 'subject'];
const STREAM: readonly (string | undefined)[] = [
  undefined,
  'jabber:component:accept',
  'jabber:client',
  'jabber:server',
];

/** Finds what SILC users get of a message from a Jabber client. Total: every stanza has exactly one form. */
export function silcFormOf(stanza: Element): SilcForm {
  if (isEncrypted(stanza)) return { kind: 'unseen', what: 'encrypted' };
  const content = contentOf(stanza);
  const retracts = child(stanza, 'retract', 'urn:xmpp:message-retract:');
  // The text of a retraction is a fallback for clients that do not know it, in whatever words.
  if (retracts !== undefined) return action(silcWords.takesBack);
  const reactions = stanza.getChild('reactions', 'urn:xmpp:reactions:0');
  if (reactions !== undefined) return reactionForm(reactions);
  if (content !== undefined) return { kind: 'content', content: titled(stanza, marked(stanza, content)) };
  const link = linkOf(stanza);
  if (link !== undefined) return { kind: 'content', content: titled(stanza, { kind: 'text', text: link }) };
  const subject = subjectOf(stanza);
  if (subject !== '') return { kind: 'content', content: { kind: 'text', text: silcWords.subject(subject) } };
  const others = stanza.getChildElements().filter((one) => !isEnvelope(one));
  if (others.length === 0) return { kind: 'empty' };
  return others.every(isPassing) ? { kind: 'passing' } : { kind: 'unseen', what: 'other' };
}

function isEncrypted(stanza: Element): boolean {
  const hint = stanza.getChild('encryption', ENCRYPTION_HINT)?.attrs.namespace;
  if (hint !== undefined && hint !== OTR) return true;
  const parts = stanza.getChildElements().filter((part) => ENCRYPTED.has(part.getNS()));
  return parts.some((part) => !isKeyTransport(part));
}

/** OMEMO sends keys without a text (XEP-0384, 4.6 and 5.6): no message, nothing is missed. */
function isKeyTransport(part: Element): boolean {
  return (
    part.is('encrypted') && part.getChild('header') !== undefined && part.getChild('payload') === undefined
  );
}

const isEnvelope = (part: Element): boolean =>
  STREAM.includes(part.getNS()) && ENVELOPE.includes(part.getName());

const isPassing = (part: Element): boolean => PASSING.has(part.getNS()) || isKeyTransport(part);

const child = (stanza: Element, name: string, prefix: string): Element | undefined =>
  stanza.getChildElements().find((one) => one.is(name) && one.getNS()?.startsWith(prefix) === true);

const action = (text: string): SilcForm => ({ kind: 'content', content: { kind: 'action', text } });

function reactionForm(reactions: Element): SilcForm {
  const all = reactions.getChildren('reaction').map((one) => one.getText().trim());
  const given = [...new Set(all)].filter((one) => one !== '');
  return given.length === 0 ? { kind: 'passing' } : action(silcWords.reacts(given));
}

/** A correction says that it is one; a reply without a quotation names whom it answers. */
function marked(stanza: Element, content: MessageContent): MessageContent {
  const { kind, text } = content;
  if (stanza.getChild('replace', 'urn:xmpp:message-correct:0') !== undefined) {
    return { kind, text: silcWords.correction(text) };
  }
  const reply = stanza.getChild('reply', 'urn:xmpp:reply:0');
  const to = reply?.attrs.to ?? '';
  const name = to.includes('/') ? to.slice(to.indexOf('/') + 1) : '';
  const isQuoted = stanza
    .getChildren('fallback', 'urn:xmpp:fallback:0')
    .some((one) => one.attrs.for === 'urn:xmpp:reply:0');
  const isNamed = name === '' || text.startsWith(name);
  return reply === undefined || isQuoted || isNamed || kind !== 'text'
    ? content
    : { kind, text: `${name}: ${text}` };
}

/** The subject of one message (RFC 6121, 5.2.4); that of a room is another thing. */
const subjectOf = (stanza: Element): string =>
  stanza.attrs.type === 'groupchat' && requestedSubject(stanza) !== undefined
    ? ''
    : (stanza.getChildText('subject') ?? '').trim();

/** Beginnings of texts that are read by programs: they go as they are. */
const EXACT = /^(?:\?OTR|-----BEGIN PGP)/;

/** The subject stands above the text. */
function titled(stanza: Element, content: MessageContent): MessageContent {
  const subject = subjectOf(stanza);
  if (subject === '' || EXACT.test(content.text)) return content;
  const { kind, text } = content;
  if (kind !== 'action') return { kind, text: `${silcWords.subject(subject)}\n${text}` };
  return { kind: 'text', text: `${silcWords.subject(subject)}\n/me ${text}` };
}

/** A link that is all of the message (XEP-0066, 3), or a file with a source (XEP-0447). */
function linkOf(stanza: Element): string | undefined {
  const outOfBand = stanza.getChild('x', 'jabber:x:oob');
  if (outOfBand !== undefined) return words(outOfBand.getChildText('desc'), outOfBand.getChildText('url'));
  const sharing = stanza.getChild('file-sharing', 'urn:xmpp:sfs:0');
  const source = sharing?.getChild('sources')?.getChild('url-data', 'http://jabber.org/protocol/url-data');
  return words(sharing?.getChild('file')?.getChildText('name'), source?.attrs.target);
}

function words(name: string | null | undefined, url: string | null | undefined): string | undefined {
  if (url === null || url === undefined || url.trim() === '') return undefined;
  return [name?.trim() ?? '', url.trim()].filter((word) => word !== '').join(' ');
}
