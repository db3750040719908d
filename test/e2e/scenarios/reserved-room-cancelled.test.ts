import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import { configure } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const OWNER = 'http://jabber.org/protocol/muc#owner';
const cancel = xml('query', { xmlns: OWNER }, xml('x', { xmlns: 'jabber:x:data', type: 'cancel' }));
const codesOf = (self: Element): string =>
  (self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChildren('status') ?? [])
    .map(({ attrs }) => attrs.code)
    .join(',');

// XEP-0045, 10.1.2 and 10.1.3: an empty form makes an instant room; who cancels the first configuration does not want the room.
scenario(
  'the first configuration of a new room is accepted as it is, or cancelled with the room',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    const { self } = await alice.join(room, 'alice');
    expect(codesOf(self)).toBe('110,201');
    await alice.request(room, 'set', cancel);
    const end = await alice.expect({ name: 'presence', type: 'unavailable', from: `${room}/alice` });
    expect(end.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('destroy')).toBeDefined();

    // The same room anew, and this time it is wanted: later on cancelling changes nothing.
    const again = await alice.join(room, 'alice');
    expect(codesOf(again.self)).toBe('110,201');
    await configure(alice, room, {});
    await alice.request(room, 'set', cancel);
    await alice.expectNothing(world.gw);

    // Where somebody else has come already the room stays.
    const other = world.room('kitchen');
    await alice.join(other, 'alice');
    const bob = await world.native('bob');
    await bob.session.join('kitchen');
    await alice.expect({ name: 'presence', from: `${other}/bob` });
    await alice.request(other, 'set', cancel);
    await alice.expectNothing(world.gw);
  },
);
