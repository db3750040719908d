import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode, ChannelUserMode } from '../../../src/silc/modes.js';
import { configurationOf, configure, setAffiliation } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const FOUNDER = ChannelUserMode.founder | ChannelUserMode.operator;
const PROTECTED = ChannelMode.passphrase | ChannelMode.userLimit | ChannelMode.topic;

// Contract 2 and 3: a channel of one's own is what it was after a restart of the SILC server, and nobody is told of less.
scenario(
  'a protected channel is protected again after a restart of the SILC server',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(room, 'alice');
    const settings = {
      'muc#roomconfig_maxusers': '4',
      'muc#roomconfig_changesubject': '0',
      'muc#roomconfig_passwordprotectedroom': '1',
    };
    await configure(alice, room, { ...settings, 'muc#roomconfig_roomsecret': 'sesame' });
    await alice.send(xml('message', { to: room, type: 'groupchat' }, xml('subject', {}, 'Tea')));
    await alice.expect({ from: `${room}/alice`, subject: 'Tea' });
    await setAffiliation(alice, room, { jid: world.silcUser('mallory') }, 'outcast');
    await carol.join(room, 'carol', { password: 'sesame' });
    await alice.expect({ from: `${room}/carol` });
    for (const user of [alice, carol]) user.takeAll();

    await world.silc.stopServer();
    await world.silc.startServer();
    const bob = await world.native('bob');
    const isProtected = async (): Promise<string> => {
      await bob.session.join('lounge').catch(() => undefined);
      const found = bob.session.channelByName('lounge');
      if (found === undefined) return 'refused';
      await bob.session.leave(found.id);
      return 'let in';
    };
    await expect
      .poll(async () => (await bob.session.list()).map(({ users }) => users), { timeout: 30_000 })
      .toEqual([2]);
    await expect.poll(isProtected, { timeout: 10_000 }).toBe('refused');
    const { channel } = await bob.session.join('lounge', { passphrase: 'sesame' });
    expect(channel).toMatchObject({ mode: PROTECTED | ChannelMode.founderAuth, userLimit: 4, topic: 'Tea' });
    const rights = (): Record<string, number> =>
      Object.fromEntries([...channel.members.values()].map(({ user, mode }) => [user.nickname ?? '', mode]));
    await expect.poll(rights, { timeout: 10_000 }).toEqual({ alice: FOUNDER, carol: 0, bob: 0 });
    const mallory = await world.native('mallory');
    await expect(mallory.session.join('lounge', { passphrase: 'sesame' })).rejects.toMatchObject({
      status: 36,
    });
    expect(await configurationOf(alice, room)).toMatchObject(settings);

    for (const user of [alice, carol]) {
      await user.expect({ from: `${room}/bob`, type: null });
      await user.barrier(world.gw);
      const left = user.received.filter(
        ({ attrs }) => attrs.type === 'unavailable' || attrs.type === 'error',
      );
      expect(left.filter(({ attrs }) => attrs.from !== `${room}/bob`).map(String)).toEqual([]);
    }
    // Whoever has put it back was its founder for a moment.
    await carol.barrier(world.gw);
    carol.takeAll();
    const again = await carol.join(room, 'carol', { password: 'sesame' });
    const shown = [...again.occupants, again.self].map(
      (presence) => `${presence.attrs.from} ${/affiliation="\w+"/.exec(presence.toString())?.[0]}`,
    );
    expect(shown.sort()).toEqual([
      `${room}/alice affiliation="owner"`,
      `${room}/bob affiliation="none"`,
      `${room}/carol affiliation="none"`,
    ]);
    expect(again.subject.getChildText('subject')).toBe('Tea');
  },
  { timeoutMs: 90_000 },
);
