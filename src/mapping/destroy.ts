import { type Element, xml } from '../component/stanza.js';

/** Why a room ends, and where its users may go instead (XEP-0045, 10.9). */
export interface RoomEnd {
  /** The alternative room, as the owner named it. */
  readonly venue: string | undefined;
  readonly reason: string | undefined;
  readonly password: string | undefined;
}

/** Reads what an owner says of the end of a room. */
export function roomEndOf(destroy: Element): RoomEnd {
  const text = (name: string): string | undefined => {
    const value = destroy.getChildText(name)?.trim() ?? '';
    return value === '' ? undefined : value;
  };
  const venue = destroy.attrs.jid ?? '';
  return {
    venue: venue === '' ? undefined : venue,
    reason: text('reason'),
    password: text('password'),
  };
}

/** The element that tells an occupant that the room is no more. */
export function destroyElement({ venue, reason, password }: RoomEnd): Element {
  return xml(
    'destroy',
    { jid: venue },
    reason === undefined ? undefined : xml('reason', {}, reason),
    password === undefined ? undefined : xml('password', {}, password),
  );
}
