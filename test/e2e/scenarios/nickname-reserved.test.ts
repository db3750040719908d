import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { JabberUser } from '../support/jabber-user.js';
import { refusedJoin, sendNick } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const REGISTER = 'jabber:iq:register';
const INFO = 'http://jabber.org/protocol/disco#info';

const form = (nickname: string) =>
  xml(
    'query',
    { xmlns: REGISTER },
    xml(
      'x',
      { xmlns: 'jabber:x:data', type: 'submit' },
      xml('field', { var: 'FORM_TYPE' }, xml('value', {}, 'http://jabber.org/protocol/muc#register')),
      xml('field', { var: 'muc#register_roomnick' }, xml('value', {}, nickname)),
    ),
  );

async function reserved(user: JabberUser, room: string): Promise<string | undefined> {
  const answer = await user.request(room, 'get', xml('query', { xmlns: INFO, node: 'x-roomuser-item' }));
  return answer.getChild('query', INFO)?.getChild('identity')?.attrs.name;
}

// XEP-0045, 7.10 and 7.12.
scenario(
  'a nickname is reserved in a room, and no other user of the gateway gets it there',
  async (world) => {
    const room = world.room('lounge');
    const [alice, carol] = [await world.user(), await world.user()];
    await expect(alice.request(room, 'set', form('Queen'))).rejects.toMatchObject({
      condition: 'not-acceptable',
    });
    await alice.join(room, 'alice');
    const asked = await alice.request(room, 'get', xml('query', { xmlns: REGISTER }));
    const fields = asked.getChild('query', REGISTER)?.getChild('x', 'jabber:x:data')?.getChildren('field');
    expect(fields?.map(({ attrs }) => attrs.var)).toEqual(['FORM_TYPE', 'muc#register_roomnick']);
    await expect(alice.request(room, 'set', form('the queen'))).rejects.toMatchObject({
      condition: 'not-acceptable',
    });
    await alice.request(room, 'set', form('Queen'));
    expect(await reserved(alice, room)).toBe('Queen');
    expect(await reserved(carol, room)).toBeUndefined();
    const known = await alice.request(room, 'get', xml('query', { xmlns: REGISTER }));
    expect(known.getChild('query', REGISTER)?.getChild('registered')).toBeDefined();
    expect(known.getChild('query', REGISTER)?.getChildText('username')).toBe('Queen');

    // Whoever comes with it is refused; so is a change to it, and reserving it twice. Another room is another matter.
    expect(await refusedJoin(carol, room, 'queen')).toMatchObject({ type: 'cancel', condition: 'conflict' });
    await carol.join(room, 'carol');
    await sendNick(carol, room, 'QUEEN');
    await carol.expect({ name: 'presence', type: 'error', from: `${room}/QUEEN`, error: 'conflict' });
    await expect(carol.request(room, 'set', form('Queen'))).rejects.toMatchObject({ condition: 'conflict' });
    await carol.join(world.room('kitchen'), 'carol');

    await alice.request(room, 'set', xml('query', { xmlns: REGISTER }, xml('remove')));
    expect(await reserved(alice, room)).toBeUndefined();
    await sendNick(carol, room, 'Queen');
    await carol.expect({ name: 'presence', from: `${room}/Queen`, type: null });
  },
);
