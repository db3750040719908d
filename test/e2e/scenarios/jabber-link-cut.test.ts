import { expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { toldAndBack } from '../support/jabber-link.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

const LINES = 40;

// Each line is heard once by each, or its reader was told 333; each line of Alice's is reflected, or Alice was told.
scenario(
  'when the Jabber link is cut under traffic, every line is heard once or its loss is told',
  async (world) => {
    const { room, alice, bob, carol, channel } = await loungeOfBob(world);
    for (const user of [alice, carol]) user.onRequest((iq) => iqResult(iq));
    const fromBob = (async (): Promise<void> => {
      for (let count = 0; count < LINES; count++) await bob.session.say(channel.id, `bob ${count}`);
    })();
    for (let count = 0; count < LINES; count++) {
      await alice.say(room, `alice ${count}`);
      if (count === LINES / 2) {
        world.jabberProxy.cut(0);
        world.jabberProxy.bury(0);
      }
    }
    await fromBob;
    for (const [user, nick] of [
      [alice, 'alice'],
      [carol, 'carol'],
    ] as const) {
      await toldAndBack(user, room, nick);
    }
    await bob.session.say(channel.id, 'after');
    await alice.expect({ from: `${room}/bob`, body: 'after' });
    await carol.expect({ from: `${room}/bob`, body: 'after' });
    await alice.say(room, 'the end');
    await bob.log.find('channel-message', ({ message }) => message.text === 'the end');

    for (const user of [alice, carol]) {
      const lines = user.received.flatMap((stanza) =>
        stanza.name === 'message' && stanza.attrs.type === 'groupchat'
          ? (stanza.getChildText('body') ?? [])
          : [],
      );
      expect(new Set(lines).size).toBe(lines.length);
    }
    expect(new Set(bob.log.texts).size).toBe(bob.log.texts.length);
    expect(bob.log.of('member-left')).toEqual([]);
    // What Alice's client was told is refused did not go to SILC.
    const refused = alice.received.flatMap(({ name, attrs }) =>
      name === 'message' && attrs.type === 'error' ? (attrs.id ?? []) : [],
    );
    const reflected = alice.received.flatMap(({ name, attrs }) =>
      name === 'message' && attrs.type === 'groupchat' ? (attrs.id ?? []) : [],
    );
    expect(reflected.filter((id) => refused.includes(id))).toEqual([]);
  },
  { isJabberProxied: true, timeoutMs: 120_000 },
);
