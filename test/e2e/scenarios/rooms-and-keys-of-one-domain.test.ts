import { expect } from 'vitest';
import { carryOut, command, inWords } from '../support/commands.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const ROOT = 'root-of-quotas';

// Contract 6; row B8: places in rooms and key pairs are bounded, and no domain has all of them.
scenario(
  'one domain can have half of the places in rooms and of the key pairs; an administrator sees and changes both',
  async (world) => {
    const root = await world.user({ name: ROOT });
    const [alice, carol, dora] = [await world.user(), await world.user(), await world.user()];
    const [one, two] = [world.room('one'), world.room('two')];
    await alice.join(one, 'alice');
    await carol.join(one, 'carol');
    // Two of the four key pairs are those of this domain.
    expect(await refusedJoin(dora, one, 'dora')).toMatchObject({
      type: 'wait',
      condition: 'resource-constraint',
      text: 'This gateway takes no more new users of that server.',
    });
    await alice.join(two, 'alice');
    // Three of the six places.
    expect(await refusedJoin(carol, two, 'carol')).toMatchObject({
      type: 'wait',
      condition: 'resource-constraint',
      text: 'The users of your server are in too many rooms of this gateway.',
    });
    const limits = async () =>
      (await command(root, world.gw, { node: 'limits' })).getChild('x', 'jabber:x:data');
    const used = async () => (await limits())?.getChildText('instructions');
    // A place that is left is free again once SILC knows of it, and a further client takes none.
    await alice.leave(two, 'alice');
    await expect.poll(used).toBe('In use: sessions 2, places in rooms 2, key pairs 2.');
    await carol.join(two, 'carol');

    const form = await limits();
    expect(form?.getChildText('instructions')).toBe('In use: sessions 2, places in rooms 3, key pairs 2.');
    const fields = new Map(
      (form?.getChildren('field') ?? []).map((field) => [field.attrs.var, field.getChildText('value')]),
    );
    expect(fields.get('key_pairs')).toBe('4');
    expect(fields.get('rates.uploads.domain')).toBe('240');
    expect(fields.size).toBe(30);
    expect(await inWords(root, world.gw, 'limits')).toContain('rooms: 6\n');
    expect(await inWords(root, world.gw, 'limits key_pairs_per_domain 3 rooms_per_domain 4')).toContain(
      'set',
    );
    expect(await inWords(root, world.gw, 'limits keypairs 3')).toContain('no limit “keypairs”');
    await dora.join(two, 'dora');
    await carryOut(root, world.gw, 'limits', [{ ...Object.fromEntries(fields) }]);
    expect(await refusedJoin(alice, two, 'alice')).toMatchObject({ condition: 'resource-constraint' });
  },
  { config: { access: { admins: [`${ROOT}@localhost`] }, limits: { rooms: 6, key_pairs: 4 } } },
);
