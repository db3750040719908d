import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChannelMode } from '../../src/silc/modes.js';
import { Deferred } from '../../src/util/deferred.js';
import type { FakeSession } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

const [ALICE, CAROL, DAVE] = ['alice', 'carol', 'dave'].map((name) => `${name}@jabber.test/phone`) as [
  string,
  string,
  string,
];

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Three on a channel whose members have a private key: Alice and Carol the same, Dave none. */
async function secretRoom() {
  const world = await World.start();
  const channel = world.silc.channel('silc');
  for (const full of [ALICE, CAROL, DAVE]) await world.join(full, 'silc', full.split('@', 1)[0] ?? '');
  channel.mode = ChannelMode.privateKey;
  world.silc.tellChannel(channel, { type: 'channel-mode-changed', channel, oldMode: 0, by: undefined });
  await world.settle();
  const key = { generation: 1 };
  const [alice, carol, dave] = world.silc.sessions as [FakeSession, FakeSession, FakeSession];
  for (const session of [alice, carol]) session.privateKeyRef = key;
  dave.missingKeys.add(key);
  return { world, alice };
}

/** Nothing of a marker goes to SILC. */
const mark = (from: string): string =>
  `<message from='${from}' to='silc@gw.test' type='groupchat' id='r'>` +
  `<displayed xmlns='urn:xmpp:chat-markers:0' id='x'/></message>`;

it('what only local users get reaches those who have the private key of its author', async () => {
  const { world } = await secretRoom();
  expect(outlines(await world.receive(mark(ALICE)))).toEqual(
    [ALICE, CAROL].map((full) => `message groupchat silc@gw.test/alice>${full}`),
  );
});

it('it is refused to an author who has no private key, as a line is', async () => {
  const { world } = await secretRoom();
  expect(outlines(await world.receive(mark(DAVE)))).toEqual([
    expect.stringMatching(`^message error silc@gw.test>${DAVE} `),
  ]);
});

it('it waits while the link of its author is lost: which key there will be is not known', async () => {
  const { world, alice } = await secretRoom();
  const connecting = new Deferred<never>();
  world.silc.connectFailure = () => connecting.promise;
  alice.lose();
  await world.settle();
  expect(await world.receive(mark(ALICE))).toEqual([]);
  world.silc.connectFailure = undefined;
  world.silc.onConnect = (session) => void (session.privateKeyRef = alice.privateKeyRef);
  connecting.reject(new Error('not now'));
  await vi.advanceTimersByTimeAsync(30_000);
  const told = outlines(world.link.take()).filter((line) => line.includes('groupchat silc@gw.test/alice'));
  expect(told).toEqual([ALICE, CAROL].map((full) => `message groupchat silc@gw.test/alice>${full}`));
});

it('a line that was meant for who has the key goes to nobody when the server has forgotten that there is one', async () => {
  const { world, alice } = await secretRoom();
  const say = (body: string): string =>
    `<message from='${ALICE}' to='silc@gw.test' type='groupchat' id='line'><body>${body}</body></message>`;
  const saidOnSilc = (): readonly string[] =>
    world.silc.sessions.flatMap(({ log }) => log.filter((command) => command.startsWith('say')));
  const connecting = new Deferred<never>();
  world.silc.connectFailure = () => connecting.promise;
  alice.lose();
  await world.settle();
  expect(await world.receive(say('among us'))).toEqual([]);
  world.silc.channel('silc').mode = 0;
  world.silc.connectFailure = undefined;
  connecting.reject(new Error('not now'));
  await vi.advanceTimersByTimeAsync(30_000);
  const told = world.link.take().map((stanza) => stanza.toString());
  expect(told.filter((stanza) => stanza.includes('among us'))).toEqual([]);
  expect(told.filter((stanza) => stanza.includes('not-acceptable'))).toHaveLength(1);
  expect(saidOnSilc()).toEqual([]);
  // Once the users have been told that there is none, they know to whom they speak.
  const channel = world.silc.channel('silc');
  const oldMode = ChannelMode.privateKey;
  world.silc.tellChannel(channel, { type: 'channel-mode-changed', channel, oldMode, by: undefined });
  await world.settle();
  expect(outlines(await world.receive(say('to everybody')))).toContain(
    `message groupchat silc@gw.test/alice>${ALICE} body=to everybody`,
  );
});
