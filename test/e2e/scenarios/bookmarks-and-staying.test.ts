import { expect, test } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import { type Bookmark, bookmarkSet, bookmarksGet, bookmarksIn } from '../../../src/mapping/bookmarks.js';
import { carryOut, inWords } from '../support/commands.js';
import type { JabberUser } from '../support/jabber-user.js';
import { withPrivileges } from '../support/privileges.js';
import type { ScenarioWorld } from '../support/scenario.js';

const isInvitation = (stanza: Element): boolean =>
  stanza.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('invite') !== undefined;

/** What the user's own client has bookmarked. */
async function bookmarks(user: JabberUser): Promise<readonly Bookmark[]> {
  return bookmarksIn(await user.request(user.bare, 'get', bookmarksGet()));
}

async function registered(world: ScenarioWorld): Promise<JabberUser> {
  const alice = await world.user();
  await carryOut(alice, world.gw, 'register', [{ nick: 'alice' }]);
  await alice.expect({ name: 'presence', from: world.gw, type: 'subscribe' });
  await alice.send(xml('presence', { to: world.gw, type: 'subscribed' }));
  return alice;
}

// XEP-0402 by XEP-0356: who wants it stays where a bookmark says so, and has a bookmark of where the gateway is told to stay.
test('on Prosody with mod_privilege bookmarks and staying go together', { timeout: 120_000 }, () =>
  withPrivileges('prosody', async (world) => {
    const [lounge, garden] = [world.room('lounge'), world.room('garden')];
    const bob = await world.native('bob');
    await bob.session.join('garden');
    const first = await registered(world);
    // Nothing of it without being asked for.
    await carryOut(first, lounge, 'stay', [{ 'silc#stay': '1' }]);
    await expect(bookmarks(first)).rejects.toMatchObject({ condition: 'item-not-found' });

    expect(await inWords(first, world.gw, 'settings bookmarks yes')).toBe('bookmarks is yes now.');
    await first.join(lounge, 'alice');
    expect(await carryOut(first, lounge, 'stay', [{ 'silc#stay': '1' }])).toBe('You stay in this room.');
    expect(await bookmarks(first)).toMatchObject([
      { room: lounge, name: 'lounge', isAutojoined: true, nickname: 'alice' },
    ]);
    const rest = [xml('nick', {}, 'alice'), xml('extensions', {}, xml('color', { xmlns: 'urn:x' }, 'red'))];
    const mine = { room: garden, name: 'My garden', rest };
    await first.request(first.bare, 'set', bookmarkSet({ ...mine, isAutojoined: true }));
    expect(await inWords(first, world.gw, 'settings autojoin true garden')).toContain('yes');
    await first.logout();

    const second = await world.user({ name: first.name });
    const joined = await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'alice');
    expect(joined.channel.name).toBe('garden');
    // The client joins by itself: it is not invited into what it has bookmarked.
    await second.expectNothing(world.gw, isInvitation);
    expect(await carryOut(second, garden, 'stay', [{ 'silc#stay': '0' }])).not.toContain('bookmark');
    await bob.log.find('member-left', ({ user }) => user.nickname === 'alice');
    const after = (await bookmarks(second)).find(({ room }) => room === garden);
    expect(after).toMatchObject({ name: 'My garden', isAutojoined: false, nickname: 'alice' });
    expect(after?.rest.map(String).join('')).toContain('red');

    // Back by the bookmark, and out again by it.
    for (const isAutojoined of [true, false]) {
      bob.log.clear();
      await second.request(second.bare, 'set', bookmarkSet({ ...mine, isAutojoined }));
      await inWords(second, world.gw, 'settings bookmarks no');
      expect(await inWords(second, world.gw, 'settings bookmarks yes')).toContain('yes');
      if (isAutojoined) await bob.log.find('member-joined', ({ member }) => member.user.nickname === 'alice');
      else await bob.log.find('member-left', ({ user }) => user.nickname === 'alice');
    }
  }),
);

test('on ejabberd, which does not grant it, it is said so and invitations go on', { timeout: 90_000 }, () =>
  withPrivileges('ejabberd', async (world) => {
    const alice = await registered(world);
    expect(await inWords(alice, world.gw, 'settings bookmarks yes')).toContain(
      'does not let me at your bookmarks',
    );
    expect(await carryOut(alice, world.room('lounge'), 'stay', [{ 'silc#stay': '1' }])).toContain(
      'Your bookmark of it could not be changed',
    );
    expect(await inWords(alice, world.gw, 'settings autojoin true lounge')).toContain('yes');
    await alice.logout();
    const again = await world.user({ name: alice.name });
    await again.expect(isInvitation, 'the invitation');
  }),
);
