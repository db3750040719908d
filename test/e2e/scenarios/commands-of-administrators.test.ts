import { expect } from 'vitest';
import { carryOut, command, commandsAt, complete, inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const ADMIN = 'http://jabber.org/protocol/admin#';
const values = (stage: Awaited<ReturnType<typeof complete>>, name: string): readonly string[] => {
  const fields = stage.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
  const field = fields.find(({ attrs }) => attrs.var === name);
  return field?.getChildren('value').map((value) => value.getText()) ?? [];
};

// Contract 6; XEP-0133. To everybody else these commands are not there.
scenario(
  'an administrator sees users and sessions, tells all something, and ends sessions',
  async (world) => {
    const root = await world.user({ name: 'root-of-the-gateway' });
    const alice = await world.user();
    const room = world.room('lounge');
    await alice.join(room, 'alice');
    for (const user of [alice, root]) {
      const nodes = await commandsAt(user, world.gw);
      expect(nodes.includes(`${ADMIN}announce`)).toBe(user === root);
      expect(nodes.includes('sessions')).toBe(user === root);
    }
    for (const node of [`${ADMIN}get-online-users-list`, 'sessions', 'reload', 'limits']) {
      await expect(command(alice, world.gw, { node })).rejects.toMatchObject({ condition: 'item-not-found' });
    }
    expect(await inWords(alice, world.gw, 'sessions')).toContain('There is no command');
    expect(await inWords(alice, world.gw, 'help')).not.toContain('announce');

    const number = await complete(root, world.gw, `${ADMIN}get-online-users-num`);
    expect(values(number, 'onlineusersnum')).toEqual(['1']);
    const list = await complete(root, world.gw, `${ADMIN}get-online-users-list`, [{ max_items: '25' }]);
    expect(values(list, 'onlineuserjids')).toEqual([alice.bare]);
    const known = await complete(root, world.gw, `${ADMIN}get-registered-users-num`);
    expect(values(known, 'registeredusersnum')).toEqual(['1']);
    const all = await complete(root, world.gw, `${ADMIN}get-registered-users-list`, [{ max_items: 'none' }]);
    expect(values(all, 'registereduserjids')).toEqual([alice.bare]);
    expect(await inWords(root, world.gw, 'sessions')).toContain(
      `${alice.bare} – test – alice – connected – 1 – 1`,
    );
    expect(await inWords(root, world.gw, 'servers')).toContain('test – 127.0.0.1:');

    await carryOut(root, world.gw, `${ADMIN}announce`, [{ announcement: 'Back in five minutes.' }]);
    await alice.expect({ from: world.gw, body: '[Announcement] Back in five minutes.' });

    const ended = carryOut(root, world.gw, `${ADMIN}end-user-session`, [{ accountjids: alice.bare }]);
    const gone = await alice.expect({ name: 'presence', from: `${room}/alice`, type: 'unavailable' });
    expect(gone.getChildText('status')).toContain('administrator');
    expect(await ended).toContain('Sessions ended: 1.');
    await alice.join(room, 'alice');

    // Who is on the list is out, and stays out after a restart.
    await carryOut(root, world.gw, `${ADMIN}edit-blacklist`, [{ blacklistjids: alice.bare }]);
    await alice.expect({ name: 'presence', from: `${room}/alice`, type: 'unavailable' });
    await expect(alice.join(room, 'alice')).rejects.toMatchObject({ condition: 'forbidden' });
    await expect(
      carryOut(root, world.gw, `${ADMIN}edit-blacklist`, [{ blacklistjids: root.bare }]),
    ).rejects.toMatchObject({ condition: 'bad-request' });
    await world.stopGateway();
    await world.startGateway();
    await expect(alice.join(room, 'alice')).rejects.toMatchObject({ condition: 'forbidden' });
    const form = await command(root, world.gw, { node: `${ADMIN}edit-blacklist` });
    expect(values(form, 'blacklistjids')).toEqual([alice.bare]);
    const sessionid = form.attrs.sessionid ?? '';
    await command(root, world.gw, { node: `${ADMIN}edit-blacklist`, sessionid }, { blacklistjids: '' });
    await alice.join(room, 'alice');
  },
  { config: { access: { admins: ['root-of-the-gateway@localhost'] } } },
);

scenario(
  'an administrator changes limits and the log level while the gateway runs',
  async (world) => {
    const root = await world.user({ name: 'root-for-limits' });
    const alice = await world.user();
    await alice.join(world.room('one'), 'alice');
    const form = await command(root, world.gw, { node: 'limits' });
    const own = Object.fromEntries(
      (form.getChild('x', 'jabber:x:data')?.getChildren('field') ?? []).map((field) => [
        field.attrs.var ?? '',
        field.getChildText('value') ?? '',
      ]),
    );
    const sessionid = form.attrs.sessionid ?? '';
    await expect(
      command(root, world.gw, { node: 'limits', sessionid }, { ...own, rooms_per_user: '-1' }),
    ).rejects.toMatchObject({ condition: 'bad-request' });
    await command(root, world.gw, { node: 'limits', sessionid }, { ...own, rooms_per_user: '1' });
    await expect(alice.join(world.room('two'), 'alice')).rejects.toMatchObject({
      condition: 'resource-constraint',
    });
    await carryOut(root, world.gw, 'limits', [own]);
    await alice.join(world.room('two'), 'alice');
    expect(await inWords(root, world.gw, 'log-level fatal')).toContain('fatal now');
    expect(await inWords(root, world.gw, 'log-level error store')).toContain('level of store is error now');
    expect(await inWords(root, world.gw, 'log-level loud')).toContain('none of the values');
    expect(await inWords(root, world.gw, 'metrics')).toContain('silc_xmpp_rooms 2');
  },
  {
    config: {
      access: { admins: ['root-for-limits@localhost'] },
      http: { listen: '127.0.0.1:0' },
    },
  },
);
