import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SilcDisconnectError, SilcKilledError } from '../../src/silc/errors.js';
import { Status } from '../../src/silc/status.js';
import { someone } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/desk';
const stays = { sessions: { stay: true, stay_days: 30 } };
const bob = () => someone('bob');

beforeEach(() => void vi.useFakeTimers());

const leave = (world: World, full: string, room = 'silc', nick = 'alice') =>
  world.receive(`<presence from='${full}' to='${room}@gw.test/${nick}' type='unavailable'/>`);

/** A world in which alice stays in `silc`, where bob is. */
async function aliceStays(config = testConfig(stays)) {
  const world = await World.start(config);
  const friend = bob();
  const channel = world.silc.channel('silc', [[friend]]);
  await world.join(ALICE, 'silc', 'alice');
  const { session } = world.silc;
  return { world, friend, channel, session };
}

/** A command of a room as a client sends it, in two steps. */
async function choose(world: World, value: string) {
  const step = (attributes: string, form = '') =>
    world.receive(
      `<iq type='set' id='c1' from='${ALICE}' to='silc@gw.test'>` +
        `<command xmlns='http://jabber.org/protocol/commands' node='stay' ${attributes}>${form}</command></iq>`,
    );
  const answers = await step("action='execute'");
  const session = answers.flatMap((iq) => iq.getChild('command')?.attrs.sessionid ?? []).at(-1) ?? '';
  const field = `<field var='silc#stay'><value>${value}</value></field>`;
  return step(
    `sessionid='${session}' action='complete'`,
    `<x xmlns='jabber:x:data' type='submit'>${field}</x>`,
  );
}

describe('a user who stays in a room', () => {
  it('is on the channel when the last client has left, and comes back to it as it is', async () => {
    const { world, session } = await aliceStays();
    expect(outlines(await leave(world, ALICE))).toEqual([
      `presence unavailable silc@gw.test/alice>${ALICE} none/none 110`,
    ]);
    await vi.advanceTimersByTimeAsync(700_000);
    expect(session.state).toBe('ready');
    expect(session.log).toEqual(['join silc', 'umode {"set":4,"clear":88}']);
    expect(session.autoReply).toContain('no Jabber client online');
    const joined = outlines(await world.join(ALICE, 'silc', 'alice'));
    expect(joined).toContain(`presence silc@gw.test/bob>${ALICE} none/participant`);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(session.log).toEqual(['join silc', 'umode {"set":4,"clear":88}', 'umode {"set":0,"clear":92}']);
    expect(session.autoReply).toBeUndefined();
  });

  it('is not told to be away by one who changes clients in a moment', async () => {
    const { world, session } = await aliceStays();
    await leave(world, ALICE);
    await world.join('alice@jabber.test/desk', 'silc', 'alice');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(session.log).toEqual(['join silc']);
  });

  it('says of each room whether to stay, whatever the configuration says', async () => {
    const { world, session } = await aliceStays(testConfig());
    expect(outlines(await choose(world, '1'))).toEqual([`iq result silc@gw.test>${ALICE}`]);
    await leave(world, ALICE);
    await vi.advanceTimersByTimeAsync(700_000);
    expect(session.state).toBe('ready');
    // From outside the room as well; then nobody needs it any more.
    await choose(world, 'false');
    expect(session.state).toBe('closed');
  });

  it('is brought back after the grace period, with increasing pauses', async () => {
    const { world, session } = await aliceStays();
    await leave(world, ALICE);
    world.silc.connectFailure = () => Promise.reject(new SilcDisconnectError(Status.resourceLimit, 'full'));
    session.lose();
    await vi.advanceTimersByTimeAsync(400_000);
    expect(world.gauges.sessions).toBe(0);
    world.silc.connectFailure = undefined;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(world.silc.session.log).toEqual(['umode {"set":4,"clear":88}', 'join silc']);
  });

  it.each([
    ['kicked', ({ session }: Started) => kick(session)],
    ['killed', ({ session }: Started) => session.lose(new SilcKilledError('go'))],
  ])('is not brought back once %s', async (_, deed) => {
    const started = await aliceStays();
    await leave(started.world, ALICE);
    deed(started);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(started.world.gauges).toMatchObject({ sessions: 0, rooms: 0, resources: 0 });
  });

  it('leaves when nobody was there for too many days', async () => {
    const { world } = await aliceStays();
    await leave(world, ALICE);
    await vi.advanceTimersByTimeAsync(29 * 86_400_000);
    expect(world.gauges.rooms).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * 86_400_000);
    expect(world.gauges).toMatchObject({ sessions: 0, rooms: 0, resources: 0 });
  });
});

function kick(session: Started['session']): void {
  const [channel] = [...session.channels.values()];
  if (channel === undefined) throw new Error('not joined');
  const cause = { kind: 'kicked', by: undefined, comment: 'go' } as const;
  session.emit({ type: 'member-left', channel, user: session.self, self: true, cause });
}

type Started = Awaited<ReturnType<typeof aliceStays>>;

describe('what comes for a user without a client', () => {
  it('is a line with the nickname, which waits for the next client', async () => {
    const { world, friend, channel } = await aliceStays();
    world.silc.say(channel, friend, world.silc.message('alice: not away'));
    await leave(world, ALICE);
    world.silc.say(channel, friend, world.silc.message('Alice, are you there?'));
    world.silc.say(channel, friend, world.silc.message('nobody is'));
    await world.settle();
    const [first] = (await world.join(ALICE, 'silc', 'alice')).filter(
      ({ name, attrs }) => name === 'message' && attrs.from === 'gw.test',
    );
    expect(first?.getChildText('body')).toBe('bob mentioned you in silc@gw.test: Alice, are you there?');
    expect(first?.getChild('delay', 'urn:xmpp:delay')?.attrs.stamp).toMatch(/^\d{4}-/);
    await leave(world, ALICE);
    expect(
      outlines(await world.join(ALICE, 'silc', 'alice')).filter((line) => line.includes('mentioned')),
    ).toEqual([]);
  });

  it('is kept in the language that the user has read last', async () => {
    const { world, friend, channel } = await aliceStays();
    await world.receive(
      `<presence from='${ALICE}' to='silc@gw.test/alice' xml:lang='de'><show>away</show></presence>`,
    );
    await leave(world, ALICE);
    world.silc.say(channel, friend, world.silc.message('alice?'));
    await world.settle();
    const [first] = (await world.join(ALICE, 'silc', 'alice')).filter(
      ({ name, attrs }) => name === 'message' && attrs.from === 'gw.test',
    );
    expect(first?.getChildText('body')).toBe('bob hat Sie in silc@gw.test erwähnt: alice?');
    expect(first?.getChild('body')?.attrs['xml:lang']).toBe('de');
  });

  it('is a private message that the own server gives back, told to the first client that is seen', async () => {
    const { world, friend, session } = await aliceStays();
    await leave(world, ALICE);
    session.emit({
      type: 'private-message',
      sender: friend,
      message: world.silc.message('psst'),
      protection: 'session',
    });
    const [sent] = await world.settle();
    expect(sent?.attrs.to).toBe('alice@jabber.test');
    const bounce = `<message type='error' id='${sent?.attrs.id ?? ''}' from='alice@jabber.test' to='bob!@gw.test'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`;
    await world.receive(bounce);
    // Once.
    await world.receive(bounce);
    const told = await world.receive(`<presence from='${ALICE}' to='gw.test'/>`);
    const kept = told.filter(({ name }) => name === 'message');
    expect(outlines(kept)).toEqual([`message chat bob!@gw.test>${ALICE} body=psst`]);
    expect(kept[0]?.getChild('delay', 'urn:xmpp:delay')?.attrs.from).toBe('gw.test');
    expect(await world.receive(`<presence from='${ALICE}' to='gw.test'/>`)).toHaveLength(1);
  });

  it('is a private message of a neighbour in the room, which goes to the account', async () => {
    const { world } = await aliceStays();
    await world.join(CAROL, 'silc', 'carol');
    await leave(world, ALICE);
    const told = await world.receive(
      `<message type='chat' id='p1' from='${CAROL}' to='silc@gw.test/alice'><body>hi</body></message>`,
    );
    expect(outlines(told)).toEqual(['message chat carol!@gw.test>alice@jabber.test body=hi']);
  });

  it('is not kept where the user refuses it', async () => {
    const { world, friend, session } = await aliceStays();
    await leave(world, ALICE);
    session.emit({
      type: 'private-message',
      sender: friend,
      message: world.silc.message('spam'),
      protection: 'session',
    });
    const [sent] = await world.settle();
    await world.receive(
      `<message type='error' id='${sent?.attrs.id ?? ''}' from='alice@jabber.test' to='bob!@gw.test'><error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    expect(await world.receive(`<presence from='${ALICE}' to='gw.test'/>`)).toHaveLength(1);
  });
});
