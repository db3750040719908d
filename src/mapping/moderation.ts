import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/*
 * XEP-0425: Moderated Message Retraction 0.3.0 (2023-03-02), XEP-0424: Message Retraction 0.4.2 (2025-01-18).
 * Left out: other deeds of moderators than retraction, which the XEP only makes room for.
 */

export const NS_MODERATE = 'urn:xmpp:message-moderate:1';
export const NS_RETRACT = 'urn:xmpp:message-retract:1';

/** Longest reason that is passed on, in UTF-16 units. */
const MAX_REASON = 1_024;

/** A moderator wants a message gone. */
export interface Moderation {
  /** What the room has given to the message. */
  readonly stanzaId: string;
  readonly reason: string | undefined;
}

/** Reads the request of a moderator (4). @returns undefined for one that names no message, or wants something else */
export function readModeration(moderate: Element): Moderation | undefined {
  const { id = '' } = moderate.attrs;
  if (id === '' || moderate.getChild('retract', NS_RETRACT) === undefined) return undefined;
  const reason = moderate.getChildText('reason')?.slice(0, MAX_REASON) ?? '';
  return { stanzaId: id, reason: reason === '' ? undefined : reason };
}

/** Who has taken a message away. */
export interface Moderator {
  /** Occupant JID. */
  readonly jid: string;
  readonly occupantId?: string | undefined;
}

function moderated({ jid, occupantId }: Moderator): Element {
  const id =
    occupantId === undefined
      ? undefined
      : xml('occupant-id', { xmlns: Namespace.occupantId, id: occupantId });
  return xml('moderated', { xmlns: NS_MODERATE, by: jid }, id);
}

const reasonOf = (reason: string | undefined): Element | undefined =>
  reason === undefined ? undefined : xml('reason', {}, reason);

/** What the room says to everybody. */
export const moderationPayload = ({ stanzaId, reason }: Moderation, by: Moderator): Element =>
  xml('retract', { xmlns: NS_RETRACT, id: stanzaId }, moderated(by), reasonOf(reason));

/** What is left of a message that a moderator has taken away (5). */
export const moderationTombstone = ({ reason }: Moderation, by: Moderator, at: Date): Element =>
  xml('retracted', { xmlns: NS_RETRACT, stamp: stampOf(at) }, moderated(by), reasonOf(reason));

/** What is left of a message that its author has taken back. @param id of the message that took it back */
export const retractionTombstone = (id: string, at: Date): Element =>
  xml('retracted', { xmlns: NS_RETRACT, stamp: stampOf(at), id });

const stampOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** The message that somebody takes back, by its stanza-id; undefined for a line that does nothing of the kind. */
export function retractedBy(payload: readonly Element[]): string | undefined {
  const retract = payload.find((part) => part.is('retract', NS_RETRACT));
  return retract?.getChild('moderated', NS_MODERATE) === undefined ? retract?.attrs.id : undefined;
}

/** Whether only a room may say this: that a moderator took a message away, or that one is gone. */
export const isRoomsRetraction = (part: Element): boolean =>
  part.getNS() === NS_RETRACT &&
  (part.getName() === 'retracted' || part.getChild('moderated', NS_MODERATE) !== undefined);
