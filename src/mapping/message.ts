import { type Child, copyElement, type Element, xml } from '../component/stanza.js';
import type { Message, Protection } from '../silc/client/types.js';
import type { MimeEntity } from '../silc/messages/mime.js';
import { isolated } from './isolated.js';
import { isRoomsRetraction, NS_RETRACT } from './moderation.js';
import { Namespace } from './namespaces.js';

/** Message text in the words of SILC. */
export interface MessageContent {
  readonly kind: 'text' | 'action' | 'notice';
  readonly text: string;
}

/** A whole MIME message in place of a text. */
export interface MimeContent {
  readonly kind: 'mime';
  readonly entity: MimeEntity;
}

/** What goes to SILC of a message from Jabber. */
export type SilcContent = MessageContent | MimeContent;

const ACTION = '/me ';
const NOTICE = '[notice] ';

/**
 * What a message from a Jabber client says: undefined for one without text (chat states, receipts, markers).
 * `/me ` at the very beginning is an action (XEP-0245, 4). The text is taken exactly as it is.
 */
export function contentOf(stanza: Element): MessageContent | undefined {
  const body = bodyOf(stanza);
  if (body === '') return undefined;
  if (stanza.getChild('silc', Namespace.silcMessage)?.attrs.kind === 'notice') {
    const text = body.startsWith(NOTICE) ? body.slice(NOTICE.length) : body;
    if (text !== '') return { kind: 'notice', text };
  }
  const action = body.startsWith(ACTION) ? body.slice(ACTION.length) : '';
  return action === '' ? { kind: 'text', text: body } : { kind: 'action', text: action };
}

/** Of several bodies (RFC 6121, 5.2.3) the one without a language, or in that of the stanza; else the first that says anything. */
function bodyOf(stanza: Element): string {
  const own = stanza.attrs['xml:lang']?.toLowerCase();
  const bodies = stanza
    .getChildren('body')
    .map((body) => ({ text: body.getText(), language: body.attrs['xml:lang']?.toLowerCase() }))
    .filter(({ text }) => text !== '');
  const plain =
    bodies.find(({ language }) => language === undefined) ?? bodies.find(({ language }) => language === own);
  return (plain ?? bodies[0])?.text ?? '';
}

/**
 * Body and extensions of a SILC message that is no MIME message. An action becomes `/me`, a notice a prefix that clients who
 * know XEP-0428 may hide.
 */
export function payloadOf(message: Message, protection: Protection = 'session'): readonly Element[] {
  const { kind, text = '' } = message;
  if (kind !== 'notice') {
    return [
      xml('body', {}, kind === 'action' ? ACTION + text : noAction(text)),
      ...marksOf(message, protection),
    ];
  }
  return [
    xml('body', {}, NOTICE + isolated(text)),
    ...marksOf(message, protection, 'notice'),
    xml(
      'fallback',
      { xmlns: Namespace.fallback, for: Namespace.silcMessage },
      xml('body', { start: 0, end: NOTICE.length }),
    ),
  ];
}

/** A text of SILC as a body: one that only looks like an action stays a text, by a blank before it (XEP-0245, 4). */
export const noAction = (text: string): string => (text.startsWith(ACTION) ? ` ${text}` : text);

/** The state of a signature, and the kind of key of a private message that has one of its own, in this project's own element. */
export function marksOf(
  { signature }: Pick<Message, 'signature'>,
  protection: Protection = 'session',
  kind?: 'notice',
): readonly Element[] {
  const marks = {
    signature: signature === 'none' ? undefined : signature,
    protection: protection === 'session' ? undefined : protection,
  };
  const isMarked = kind !== undefined || marks.signature !== undefined || marks.protection !== undefined;
  return isMarked ? [xml('silc', { xmlns: Namespace.silcMessage, kind, ...marks })] : [];
}

/** What the stanza of a channel message is made of. */
export interface GroupMessage {
  /** Room address. */
  readonly room: string;
  /** Occupant JID of the author. */
  readonly from: string;
  readonly id: string;
  readonly stanzaId: string;
  readonly payload: readonly Child[];
  readonly occupantId: string | undefined;
  /** Of a message out of the history: when it was said (XEP-0203). */
  readonly delay?: Date;
}

/** A message on a channel. Without `to` it is for everybody there. */
export function groupMessage(message: GroupMessage, to?: string): Element {
  const { room, from, id, stanzaId, payload, occupantId, delay } = message;
  return xml(
    'message',
    { from, to, id, type: 'groupchat' },
    payload,
    occupantId === undefined
      ? undefined
      : xml('occupant-id', { xmlns: Namespace.occupantId, id: occupantId }),
    xml('stanza-id', { xmlns: Namespace.stanzaId, by: room, id: stanzaId }),
    delay === undefined
      ? undefined
      : xml('delay', { xmlns: Namespace.delay, from: room, stamp: stampOf(delay) }),
  );
}

/** The id that the room gave to a message of `groupMessage`; the payload may have those of others beside it. */
export function roomStanzaId(message: Element): string | undefined {
  const room = message.attrs.from?.split('/', 1)[0];
  const ids = message.getChildren('stanza-id', Namespace.stanzaId);
  return ids.find(({ attrs }) => attrs.by === room)?.attrs.id;
}

/** XEP-0082, in whole seconds as other rooms give it. */
const stampOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** A private message to a Jabber user; `viaRoom` when it comes from an occupant address (XEP-0045, 7.5). */
export function privateMessage(fields: {
  readonly from: string;
  /** Undefined where it is for every client in the room. */
  readonly to: string | undefined;
  readonly id: string;
  readonly payload: readonly Child[];
  readonly viaRoom: boolean;
}): Element {
  return xml(
    'message',
    { from: fields.from, to: fields.to, id: fields.id, type: 'chat' },
    fields.payload,
    fields.viaRoom ? xml('x', { xmlns: Namespace.mucUser }) : undefined,
  );
}

/**
 * Children of a sender's stanza that its reflection carries: everything but what only the room may say (stanza ids
 * in its name, occupant ids, delays, room notices).
 */
export function reflectedPayload(stanza: Element, gatewayDomain: string): readonly Element[] {
  return stanza
    .getChildElements()
    .filter((child) => !isForged(child, gatewayDomain))
    .flatMap((child) => {
      const copy = copyElement(child);
      // The kind of a message is the sender's to say, the state of a signature is not.
      if (copy?.is('silc', Namespace.silcMessage) === true) copy.setAttribute('signature', undefined);
      return copy ?? [];
    });
}

function isForged(child: Element, gatewayDomain: string): boolean {
  switch (child.getNS()) {
    case Namespace.stanzaId: {
      if (child.getName() !== 'stanza-id') return false;
      const by = (child.attrs.by ?? '').toLowerCase();
      return by.slice(by.indexOf('@') + 1).split('/', 1)[0] === gatewayDomain;
    }
    case NS_RETRACT:
      return isRoomsRetraction(child);
    case Namespace.occupantId:
    case Namespace.mucUser:
    case Namespace.delay:
      return true;
    default:
      return false;
  }
}
