import { expect } from 'vitest';
import { scenario } from '../support/scenario.js';

const MUC = 'http://jabber.org/protocol/muc';
const deep = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
/** Nested elements. ejabberd 23.01 falls itself when there are some thousands. */
const DEPTH = { prosody: 5_000, ejabberd: 1_000, jabberd2: 1_000 };

/** What a client of bad intent could write to the gateway; `TO` stands for an address of it. */
const hostile: readonly (readonly [string, string])[] = [
  ['a deep message', "<message to='TO' type='groupchat' id='h'><x xmlns='urn:x'>DEEP</x></message>"],
  ['a deep request', "<iq to='TO' type='get' id='h'><x xmlns='urn:x'>DEEP</x></iq>"],
  [
    '20,000 elements',
    `<message to='TO' type='chat' id='h'><x xmlns='urn:x'>${'<a/>'.repeat(20_000)}</x></message>`,
  ],
  [
    'a body of 200 KiB',
    `<message to='TO' type='groupchat' id='h'><body>${'x'.repeat(200 * 1024)}</body></message>`,
  ],
  [
    'a topic of 200 KiB',
    `<message to='TO' type='groupchat' id='h'><subject>${'x'.repeat(200 * 1024)}</subject></message>`,
  ],
  [
    'an id of 200 KiB',
    `<message to='TO' type='chat' id='${'i'.repeat(200 * 1024)}'><body>x</body></message>`,
  ],
  [
    '300 attributes',
    `<message to='TO' id='h'><a ${Array.from({ length: 300 }, (_, n) => `a${n}='1'`).join(' ')}/></message>`,
  ],
  [
    'a forest of prefixes',
    `<message to='TO' type='groupchat' id='h'><p:a xmlns:p='urn:p' xmlns:q='urn:q' q:b='1'><q:c p:d='2'/></p:a><body>x</body></message>`,
  ],
  [
    'an empty namespace',
    `<message to='TO' id='h'><x xmlns=''><body xmlns='jabber:client'>x</body></x></message>`,
  ],
  [
    'an old form of itself',
    `<message to='TO' type='groupchat' id='h'><message xmlns='jabber:component:accept'/><body>x</body></message>`,
  ],
  [
    'a join with everything',
    `<presence to='TO/n'><x xmlns='${MUC}'><password>${'p'.repeat(100_000)}</password><history maxchars='-1' seconds='x' since='yesterday'/></x></presence>`,
  ],
  [
    'an invitation of many',
    `<message to='TO' id='h'><x xmlns='${MUC}#user'>${"<invite to='a@b'/>".repeat(5_000)}</x></message>`,
  ],
  [
    'a page of nonsense',
    `<iq to='GW' type='get' id='h'><query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><max>-5</max><index>99999999999999</index></set></query></iq>`,
  ],
  [
    'characters at the edge',
    `<message to='TO' type='groupchat' id='h'><body>&#x10FFFF;&#xFFFD;&#x85;&#x2028;&#xD;</body></message>`,
  ],
  ['the error of an error', `<message to='TO' type='error' id='h'>${deep(200)}</message>`],
];

// Nothing from outside may end another user's session: the stream of all carries on, whatever one client writes.
scenario('hostile stanzas of one client do no harm to others', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  for (const [what, text] of hostile) {
    for (const isInside of [false, true]) {
      const mallory = await world.user();
      if (isInside) await mallory.join(room, 'mallory');
      mallory.write(
        text.replaceAll('TO', room).replace('DEEP', deep(DEPTH[world.kind])).replaceAll('GW', world.gw),
      );
      // Its own Jabber server may refuse it and end its stream; then there is nothing to wait for.
      await Promise.race([mallory.barrier(world.gw).catch(() => undefined), mallory.ended]);
      const id = `${what} ${isInside}`;
      await bob.session.say(channel.id, id);
      await alice.expect({ from: `${room}/bob`, body: id }, `a line after ${what}`);
      await alice.say(room, `${id}?`);
      await alice.expect({ from: `${room}/alice`, body: `${id}?` }, `an own line after ${what}`);
      await mallory.logout();
    }
  }
  await alice.barrier(world.gw);
  const farewells = alice.received.filter(
    ({ attrs }) => attrs.from === `${room}/alice` && attrs.type === 'unavailable',
  );
  expect(farewells).toEqual([]);
  expect(bob.log.of('member-left').filter(({ user }) => user.nickname === 'alice')).toEqual([]);
});

// Beyond what Prosody lets pass; ejabberd has no limit here. Whoever refuses it, the others do not notice.
scenario('a stanza larger than the gateway takes is refused, and nothing else happens', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  for (const size of [300 * 1024, 700 * 1024]) {
    const mallory = await world.user();
    mallory.write(
      `<message to='${room}' type='groupchat' id='big'><body>${'x'.repeat(size)}</body></message>`,
    );
    await Promise.race([mallory.expect({ type: 'error', id: 'big' }).catch(() => undefined), mallory.ended]);
    await alice.say(room, `after ${size}`);
    await alice.expect({ from: `${room}/alice`, body: `after ${size}` });
  }
  await alice.expectNothing(world.gw);
});
