import { expect } from 'vitest';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { occupantPresence, refusalOf, setRole } from '../support/rooms.js';
import { loungeOfAlice } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// SILC drops the lines of a quieted user without a word; the gateway refuses them, so that nobody talks to the wall.
scenario(
  'a visitor is quieted on SILC: a Jabber line is refused, a SILC line is not heard',
  async (world) => {
    const { room, alice, bob, channel, carol } = await loungeOfAlice(world);
    const shown = (nick: string, to: string, role: string, codes: readonly number[] = []): string =>
      occupantPresence({
        from: `${room}/${nick}`,
        to,
        affiliation: 'none',
        role,
        jid: world.silcUser(nick),
        actor: 'alice',
        codes,
      });

    for (const nick of ['bob', 'carol']) {
      await setRole(alice, room, nick, 'visitor');
      await alice.expectSequence([shown(nick, alice.full, 'visitor')]);
      await carol.expectSequence([shown(nick, carol.full, 'visitor', nick === 'carol' ? [110] : [])]);
    }
    await bob.session.ping();
    expect(channel.members.get(bob.session.self.clientId)?.mode).toBe(ChannelUserMode.quiet);

    const id = await carol.say(room, 'can you hear me?');
    const [refused] = await carol.expectSequence([
      { name: 'message', type: 'error', from: room, to: carol.full, id },
    ]);
    expect(refused === undefined ? undefined : refusalOf(refused)).toMatchObject({
      type: 'auth',
      condition: 'forbidden',
    });
    await bob.session.say(channel.id, 'can anybody hear me?');
    await bob.session.ping();
    await alice.expectNothing(world.gw);
    await carol.expectNothing(world.gw);

    for (const nick of ['bob', 'carol']) {
      await setRole(alice, room, nick, 'participant');
      await alice.expectSequence([shown(nick, alice.full, 'participant')]);
      await carol.expectSequence([shown(nick, carol.full, 'participant', nick === 'carol' ? [110] : [])]);
    }
    await carol.say(room, 'and now?');
    await alice.expectSequence([{ from: `${room}/carol`, body: 'and now?' }]);
    await bob.session.say(channel.id, 'yes');
    await alice.expectSequence([{ from: `${room}/bob`, body: 'yes' }]);
    await bob.log.find('channel-message', ({ message }) => message.text === 'and now?');
    expect(bob.log.texts).toEqual(['and now?']);
  },
);
