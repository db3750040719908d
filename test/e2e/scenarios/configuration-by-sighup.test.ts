import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 6: a file with faults changes nothing and the log says what is wrong; what is right is taken over when it is read again.
scenario(
  'SIGHUP reads the configuration again, and a file with faults changes nothing',
  async (world) => {
    await world.stopGateway();
    const gateway = await world.startGatewayProcess();
    const alice = await world.user();
    alice.onRequest((iq) => iqResult(iq));
    const [home, abroad] = [world.room('lounge'), world.room('lounge%far')];
    await alice.join(home, 'alice');
    await alice.join(abroad, 'alice');

    const faulty = { servers: [{ host: 'silc.example.net', port: 'many', fingerprint: 'none' }] };
    world.writeConfiguration({ networks: { test: faulty, far: undefined }, limits: { rooms_per_user: 2 } });
    const faults = await gateway.reload('the configuration was not taken over');
    expect(faults).toContain('networks.test.servers.0.port');
    expect(faults).toContain('networks.test.servers.0.fingerprint');
    for (const room of [home, abroad]) {
      await alice.say(room, 'still here');
      await alice.expect({ from: `${room}/alice`, body: 'still here' });
    }
    await alice.join(world.room('third'), 'alice');

    const changes = { limits: { rooms_per_user: 3 }, store: { url: 'sqlite:another.db' } };
    world.writeConfiguration({ networks: { far: undefined }, ...changes });
    const log = await gateway.reload('the configuration was read again');
    expect(log).toMatch(/applied.*limits\.rooms_per_user.*networks\.far.*restart.*store\.key.*store\.url/s);
    await alice.expect({ name: 'presence', type: 'unavailable', from: `${abroad}/alice` });
    expect(await refusedJoin(alice, abroad, 'alice')).toMatchObject({ condition: 'item-not-found' });
    await alice.say(home, 'there');
    await alice.expect({ from: `${home}/alice`, body: 'there' });
  },
  { otherNetwork: 'far' },
);
