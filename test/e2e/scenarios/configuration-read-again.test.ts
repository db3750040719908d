import { expect } from 'vitest';
import { carryOut, command } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const [ROOT, NEXT] = ['root-who-reloads', 'root-of-later'];
const reloaded = [{ sure: '1' }];

// Contract 6: what can change without a restart does, what cannot is named, and a file with faults changes nothing.
scenario(
  'an administrator has the configuration read again',
  async (world) => {
    const root = await world.user({ name: ROOT });
    const next = await world.user({ name: NEXT });
    const alice = await world.user();
    await alice.join(world.room('one'), 'alice');
    expect(await carryOut(root, world.gw, 'reload', [{ sure: '0' }])).toContain('Nothing was changed');

    const limits = { rooms_per_user: 1 };
    world.writeConfiguration({ limits });
    await carryOut(root, world.gw, 'reload', reloaded);
    await expect(alice.join(world.room('two'), 'alice')).rejects.toMatchObject({
      condition: 'resource-constraint',
    });
    // Who has more than a new limit, or is where it was, keeps it.
    await alice.say(world.room('one'), 'still here');
    await alice.expect({ type: 'groupchat', body: 'still here' });

    world.writeConfiguration('{ "limits": { "rooms_per_user": "many" } }');
    const bad = await carryOut(root, world.gw, 'reload', reloaded);
    expect(bad).toContain('rooms_per_user');
    await expect(alice.join(world.room('two'), 'alice')).rejects.toMatchObject({
      condition: 'resource-constraint',
    });

    // A network has rules of its own, which change as well; what stands in the addresses of its rooms does not.
    const servers = [{ host: world.silc.host, port: world.silc.port }];
    const test = { default: false, servers, access: { deny: [next.bare] } };
    world.writeConfiguration({ networks: { test } });
    const left = await carryOut(root, world.gw, 'reload', reloaded);
    expect(left).toMatch(
      /Changed now: limits\.rooms_per_user, networks\.test\.access\..*need a restart: networks\.test\.default/s,
    );
    await expect(next.join(world.room('one'), 'next')).rejects.toMatchObject({ condition: 'forbidden' });

    // Another administrator, and something for which a restart is needed.
    const admins = [`${NEXT}@localhost`];
    world.writeConfiguration({ access: { admins }, http: { listen: '127.0.0.1:0' } });
    expect(await carryOut(root, world.gw, 'reload', reloaded)).toContain('http.listen');
    await next.join(world.room('one'), 'next');
    await alice.join(world.room('two'), 'alice');
    await expect(command(root, world.gw, { node: 'reload' })).rejects.toMatchObject({
      condition: 'item-not-found',
    });
    expect((await command(next, world.gw, { node: 'reload' })).attrs.status).toBe('executing');
  },
  { config: { access: { admins: [`${ROOT}@localhost`] } } },
);
