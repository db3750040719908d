import { type Element, xml } from '../component/stanza.js';
import { isolated } from './isolated.js';

/** The subject of a room, empty or not (XEP-0045, 7.2.15): `from` is the occupant who set it, or the room itself. */
export function subjectMessage(from: string, to: string | undefined, subject: string, id?: string): Element {
  const element = xml('subject');
  // The builder leaves out empty text; an empty subject element is what ends a join. A blank topic is one that was taken away.
  if (subject.trim() !== '')
    return xml('message', { from, to, id, type: 'groupchat' }, xml('subject', {}, isolated(subject)));
  return xml('message', { from, to, id, type: 'groupchat' }, element);
}

/**
 * The subject that a groupchat message wants to set: it has a subject and neither body nor thread (XEP-0045, 8.1).
 * Some clients send an empty body with it, which is none. Undefined when the message is not of that kind.
 */
export function requestedSubject(stanza: Element): string | undefined {
  const subject = stanza.getChild('subject');
  if (subject === undefined) return undefined;
  if ((stanza.getChildText('body') ?? '') !== '' || stanza.getChild('thread') !== undefined) return undefined;
  return subject.getText();
}

/** A topic of SILC can be replaced, but not taken away: this one stands for none. */
const NO_TOPIC = ' ';

/** The topic that a subject becomes, with its line feeds. No subject is a blank topic. */
export const topicOf = (subject: string): string => (subject.trim() === '' ? NO_TOPIC : subject);
