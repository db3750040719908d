import { expect } from 'vitest';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { scenario } from '../support/scenario.js';

// Contract 1: two spellings of one room never both appear. Contract 3: every join ends.
scenario('another spelling of a room is the same room, or leads to it', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('LOUNGE');
  const alice = await world.user();

  // Letter case is folded on the way by the Jabber server: this is the same address.
  const { occupants, self } = await joinAs(`LoungE@${world.gw.toUpperCase()}`);
  expect(occupants).toEqual([`${room}/bob`]);
  expect(self).toBe(`${room}/alice`);
  await alice.leave(room, 'alice');

  // These are other addresses to every Jabber server, so a client would wait for presence from them.
  // What follows an @ is a server's name to SILC.
  for (const other of ['lounge%test', 'lounge%TEST', 'lounge\\40silc.test'].map((local) =>
    world.room(local),
  )) {
    await alice.sendJoin(other, 'alice');
    const refusal = await alice.expect({ name: 'presence', type: 'error' });
    expect(refusal.attrs).toMatchObject({ from: `${other.toLowerCase()}/alice`, to: alice.full });
    const { type, condition, text, address } = parseStanzaError(refusal);
    expect({ type, condition, address }).toEqual({
      type: 'modify',
      condition: 'redirect',
      address: `xmpp:${room}`,
    });
    expect(text).toContain(`${room} <xmpp:${room}?join>`);
  }
  await alice.expectNothing(world.gw);
  await alice.join(room, 'alice');

  async function joinAs(spelling: string) {
    await alice.sendJoin(spelling, 'alice');
    const stanzas = await alice.expectSequence([
      { name: 'presence', type: null, status: [] },
      { name: 'presence', type: null, status: [110] },
      { name: 'message', type: 'groupchat', subject: '' },
    ]);
    const [other, own] = stanzas.map(({ attrs }) => attrs.from);
    return { occupants: [other], self: own };
  }
});
