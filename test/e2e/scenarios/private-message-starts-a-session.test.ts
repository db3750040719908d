import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

// Contract 2: a session starts at the first private message as well, and ends when it has been idle.
scenario(
  'a private message needs no room, and the session ends when nothing is said any more',
  async (world) => {
    const bob = await world.native('bob');
    const alice = await world.user();
    await alice.tell(world.silcUser('bob'), 'hello');
    const { sender } = await bob.log.find('private-message');
    expect(sender.nickname).toMatch(/./);
    expect(sender.nickname).not.toContain(alice.name);
    expect(sender).toMatchObject({ username: 'jabber', realName: 'Jabber user' });

    await bob.session.tell(sender.clientId, 'hello stranger');
    const [from, to] = [world.silcUser('bob'), world.shownAs(alice)];
    await alice.expect({ type: 'chat', from, to, body: 'hello stranger' });
    await alice.tell(world.silcUser('bob'), 'bye');
    await bob.log.find('private-message', ({ message }) => message.text === 'bye');
    await alice.expectNothing(world.gw);

    // SILC has no event for strangers who leave: asked until it has happened.
    const nickname = sender.nickname ?? '';
    await expect.poll(async () => (await bob.session.whois(nickname)).length, { timeout: 20_000 }).toBe(0);
    // What comes later opens a new one under the same nickname.
    await alice.tell(world.silcUser('bob'), 'back');
    const back = await bob.log.find('private-message', ({ message }) => message.text === 'back');
    expect(back.sender.nickname).toBe(nickname);
  },
  { config: { timeouts: { idle_ms: 2_000 } } },
);
