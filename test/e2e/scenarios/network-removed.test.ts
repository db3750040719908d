import { expect } from 'vitest';
import { EventLog } from '../../support/silc-world.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import { reload } from '../support/reload.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const ROOT = 'root-who-removes-a-network';
const MUC_USER = 'http://jabber.org/protocol/muc#user';

// Contract 6: a network that is removed goes without a restart. What is kept of its users is there again when it is back.
scenario(
  'users of a network that is removed are told and leave it; when it is back, so are their contacts',
  async (world) => {
    const carol = await world.other.client('carol');
    const seen = new EventLog(carol);
    await carol.join('lounge');
    const root = await world.user({ name: ROOT });
    const alice = await world.user();
    const [home, abroad, contact] = [world.room('lounge'), world.room('lounge%far'), `carol!far@${world.gw}`];
    await alice.join(home, 'alice');
    await alice.join(abroad, 'alice');
    await subscribe(alice, contact);
    await presenceOf(alice, contact);
    alice.received.length = 0;

    world.writeConfiguration({ networks: { far: undefined } });
    expect(await reload(root, world)).toContain('Changed now: networks.far');
    const out = await alice.expect({ name: 'presence', type: 'unavailable', from: `${abroad}/alice` });
    const codes = out.getChild('x', MUC_USER)?.getChildren('status') ?? [];
    expect(codes.map(({ attrs }) => attrs.code).sort()).toEqual(['110', '332']);
    expect(out.getChildText('status')).toBe('The network far is not served here any more.');
    await presenceOf(alice, contact, 'unavailable');
    const { cause } = await seen.find('member-left', ({ user }) => user.nickname === 'alice');
    expect(cause.kind).toBe('signoff');

    // As of a network that there never was; nobody elsewhere has noticed anything.
    expect(await refusedJoin(alice, abroad, 'alice')).toMatchObject({
      type: 'cancel',
      condition: 'item-not-found',
    });
    const id = await alice.tell(contact, 'hello?');
    await alice.expect({ name: 'message', type: 'error', id, error: 'item-not-found' });
    await alice.say(home, 'still here');
    await alice.expect({ from: `${home}/alice`, body: 'still here' });

    world.writeConfiguration({});
    expect(await reload(root, world)).toContain('Changed now: networks.far');
    await presenceOf(alice, contact);
    const { occupants } = await alice.join(abroad, 'alice');
    expect(occupants.map(({ attrs }) => attrs.from)).toEqual([`${abroad}/carol`]);
  },
  { otherNetwork: 'far', config: { access: { admins: [`${ROOT}@localhost`] } } },
);
