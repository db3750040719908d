import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { startSilcWorld } from '../../support/silc-world.js';
import { reload } from '../support/reload.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const ROOT = 'root-who-adds-a-network';
const ITEMS = 'http://jabber.org/protocol/disco#items';

// Contract 6: a network that is added holds without a restart.
scenario(
  'a network that is added can be used at once, and nobody on another one notices',
  async (world) => {
    const far = await startSilcWorld();
    try {
      const bob = await far.client('bob');
      await bob.join('lounge');
      const root = await world.user({ name: ROOT });
      const alice = await world.user();
      const [home, abroad] = [world.room('lounge'), world.room('lounge%far')];
      await alice.join(home, 'alice');
      expect(await refusedJoin(alice, abroad, 'alice')).toMatchObject({ condition: 'item-not-found' });
      alice.received.length = 0;

      world.writeConfiguration({ networks: { far: { servers: [{ host: far.host, port: far.port }] } } });
      const answer = await reload(root, world);
      expect(answer).toContain('Changed now: networks.far');
      expect(answer).not.toContain('restart');
      await alice.expectNothing(world.gw);

      const items = await alice.request(world.gw, 'get', xml('query', { xmlns: ITEMS }));
      const nodes = items.getChild('query', ITEMS)?.getChildren('item') ?? [];
      expect(nodes.map(({ attrs }) => attrs.node)).toContain('networks/far');
      const { occupants } = await alice.join(abroad, 'alice');
      expect(occupants.map(({ attrs }) => attrs.from)).toEqual([`${abroad}/bob`]);
      await alice.say(abroad, 'abroad');
      await alice.expect({ from: `${abroad}/alice`, body: 'abroad' });
      await alice.say(home, 'at home');
      await alice.expect({ from: `${home}/alice`, body: 'at home' });
    } finally {
      await far.close();
    }
  },
  { config: { access: { admins: [`${ROOT}@localhost`] } } },
);
