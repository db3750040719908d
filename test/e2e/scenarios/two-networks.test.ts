import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { EventLog } from '../../support/silc-world.js';
import { scenario } from '../support/scenario.js';

const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';

// Contract 1: `channel%network@gw`; contract 3: the channels of the default network, then an item for each other one.
scenario(
  'channels and users of another network have its name in their addresses',
  async (world) => {
    const here = await world.native('bob');
    await here.session.join('lounge');
    const farBob = await world.other.client('bob');
    const far = new EventLog(farBob);
    const { channel } = await farBob.join('lounge');
    const alice = await world.user();
    const [home, abroad] = [world.room('lounge'), world.room('lounge%far')];
    await alice.join(home, 'alice');
    const { occupants, self } = await alice.join(abroad, 'alicia');
    expect(occupants.map(({ attrs }) => attrs.from)).toEqual([`${abroad}/bob`]);
    expect(self.attrs.from).toBe(`${abroad}/alicia`);
    const item = self.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item');
    expect(item?.attrs['jid']).toBe(`alicia!far@${world.gw}`);

    // The networks do not hear each other.
    await alice.say(home, 'at home');
    await alice.expect({ from: `${home}/alice`, body: 'at home' });
    await alice.say(abroad, 'abroad');
    await alice.expect({ from: `${abroad}/alicia`, body: 'abroad' });
    await farBob.say(channel.id, 'welcome');
    await alice.expect({ from: `${abroad}/bob`, body: 'welcome' });
    await alice.tell(`bob!far@${world.gw}`, 'psst');
    const { sender } = await far.find('private-message');
    await farBob.tell(sender.clientId, 'yes?');
    await alice.expect({ type: 'chat', from: `bob!far@${world.gw}`, body: 'yes?' });
    await here.log.find('channel-message');
    expect(here.log.texts).toEqual(['at home']);
    expect(far.texts).toEqual(['abroad', 'psst']);

    const items = async (node?: string) => {
      const answer = await alice.request(world.gw, 'get', xml('query', { xmlns: ITEMS, node }));
      return answer
        .getChild('query', ITEMS)
        ?.getChildren('item')
        .map(({ attrs }) => attrs);
    };
    expect(await items()).toEqual([
      { jid: home, name: 'lounge (2)' },
      { jid: world.gw, node: 'networks/far', name: 'far' },
    ]);
    expect(await items('networks/far')).toEqual([{ jid: abroad, name: 'lounge (2)' }]);
    expect(await items('networks/test')).toEqual([{ jid: home, name: 'lounge (2)' }]);
    await alice.request(world.gw, 'get', xml('query', { xmlns: INFO, node: 'networks/far' }));

    // A network that there is not.
    const nowhere = world.room('lounge%nowhere');
    await alice.sendJoin(nowhere, 'alice');
    const refusal = await alice.expect({ name: 'presence', type: 'error', from: `${nowhere}/alice` });
    const { type, condition, text } = parseStanzaError(refusal);
    expect({ type, condition }).toEqual({ type: 'cancel', condition: 'item-not-found' });
    expect(text).toMatch(/nowhere.*test, far/);
    const id = await alice.tell(`bob!nowhere@${world.gw}`, 'hello?');
    await alice.expect({ name: 'message', type: 'error', id, error: 'item-not-found' });
    await expect(alice.request(nowhere, 'get', xml('query', { xmlns: INFO }))).rejects.toMatchObject({
      condition: 'item-not-found',
    });
    await expect(items('networks/nowhere')).rejects.toMatchObject({ condition: 'item-not-found' });
    await alice.expectNothing(world.gw);
  },
  { otherNetwork: 'far' },
);
