import { type Child, copyElement, type Element, xml } from '../component/stanza.js';
import type { Affiliation, Role, RoleAndAffiliation } from './affiliation.js';
import type { Availability } from './availability.js';
import { destroyElement, type RoomEnd } from './destroy.js';
import { type HatWearer, hatsOf } from './hats.js';
import { Namespace } from './namespaces.js';
import { StatusCode } from './status-codes.js';
import type { AnyText } from '../text/text.js';

/** What the stanzas about an occupant are made of. All addresses are canonical JIDs. */
export interface OccupantView extends RoleAndAffiliation, HatWearer {
  /** `room/name`. */
  readonly jid: string;
  /** The occupant's SILC address, shown to everybody or to moderators only; never a Jabber user's own address. */
  readonly address: string | undefined;
  /** XEP-0421. */
  readonly occupantId: string | undefined;
  /** How available a local user says to be. */
  readonly availability?: Availability | undefined;
}

interface ItemDetail {
  readonly affiliation: Affiliation;
  readonly role: Role;
  readonly jid?: string | undefined;
  readonly nick?: string | undefined;
  readonly actor?: string | undefined;
  readonly reason?: AnyText | undefined;
}

function userElement(item: ItemDetail, codes: readonly number[], end?: RoomEnd): Element {
  return xml(
    'x',
    { xmlns: Namespace.mucUser },
    xml(
      'item',
      { affiliation: item.affiliation, role: item.role, jid: item.jid, nick: item.nick },
      item.actor === undefined ? undefined : xml('actor', { nick: item.actor }),
      item.reason === undefined || item.reason === '' ? undefined : xml('reason', {}, item.reason),
    ),
    end && destroyElement(end),
    codes.map((code) => xml('status', { code })),
  );
}

function occupantId(id: string | undefined): Child {
  return id === undefined ? undefined : xml('occupant-id', { xmlns: Namespace.occupantId, id });
}

/**
 * An occupant is there, or has a new role or affiliation. Without `to` it is for everybody in the room.
 * @param id - of a join that it answers
 * @param why - who has changed it, and for what reason
 */
export function occupantPresence(
  to: string | undefined,
  occupant: OccupantView,
  codes: readonly StatusCode[] = [],
  id?: string,
  why: Pick<LeaveReason, 'actor' | 'reason'> = {},
): Element {
  const { affiliation, role, address } = occupant;
  const { actor, reason } = why;
  return xml(
    'presence',
    { from: occupant.jid, to, id },
    occupant.availability?.payload.map((part) => copyElement(part)),
    userElement({ affiliation, role, jid: address, actor, reason }, codes),
    occupantId(occupant.occupantId),
    hatsOf(occupant),
  );
}

/** Why and how an occupant goes; everything is optional. */
export interface LeaveReason {
  readonly codes?: readonly StatusCode[] | undefined;
  /** Text of the presence, e.g. a quit message. */
  readonly status?: AnyText | undefined;
  /** Occupant name of the one who did it. */
  readonly actor?: string | undefined;
  readonly reason?: AnyText | undefined;
  /** Shown instead of the affiliation that the occupant had. */
  readonly affiliation?: Affiliation | undefined;
  /** The room itself is no more. */
  readonly end?: RoomEnd | undefined;
}

/** An occupant is gone: role none, whatever the cause. As in XEP-0045, 8.2, a kick names nobody's address. */
export function leavePresence(
  to: string | undefined,
  occupant: OccupantView,
  why: LeaveReason = {},
): Element {
  const item = {
    affiliation: why.affiliation ?? occupant.affiliation,
    role: 'none',
    jid: why.codes?.includes(StatusCode.kicked) === true ? undefined : occupant.address,
    actor: why.actor,
    reason: why.reason,
  } as const;
  return xml(
    'presence',
    { from: occupant.jid, to, type: 'unavailable' },
    why.status === undefined || why.status === '' ? undefined : xml('status', {}, why.status),
    userElement(item, why.codes ?? [], why.end),
    occupantId(occupant.occupantId),
  );
}

/** First half of a nick change (XEP-0045, 7.6): the old name goes and says the new one. @param selfCodes for the occupant itself */
export function renamePresence(
  to: string | undefined,
  occupant: OccupantView,
  newName: string,
  selfCodes: readonly StatusCode[],
): Element {
  const { affiliation, role, address } = occupant;
  const codes = [StatusCode.nickChanged, ...selfCodes];
  return xml(
    'presence',
    { from: occupant.jid, to, type: 'unavailable' },
    userElement({ affiliation, role, jid: address, nick: newName }, codes),
    occupantId(occupant.occupantId),
  );
}

const partsOf = (element: Element): Child[] =>
  element.getChildElements().map((child) => copyElement(child, element.getNS()));

/** The presence of an occupant for who is not to see its address (XEP-0045, 7.2.3). */
export function withoutAddress(presence: Element): Element {
  const without = (element: Element): Child => {
    if (element.is('item')) return xml('item', { ...element.attrs, jid: undefined }, partsOf(element));
    return element.is('x', Namespace.mucUser)
      ? xml('x', element.attrs, element.getChildElements().map(without))
      : copyElement(element);
  };
  return xml(presence.name, presence.attrs, presence.getChildElements().map(without));
}

/** Answer to somebody who is no occupant (any more): gone, without anything known about the past. */
export function notAnOccupant(from: string, to: string, why: LeaveReason): Element {
  return leavePresence(
    to,
    { jid: from, affiliation: 'none', role: 'none', address: undefined, occupantId: undefined },
    why,
  );
}
