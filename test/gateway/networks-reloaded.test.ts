import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GatewayConfig } from '../../src/gateway/config-types.js';
import { Deferred } from '../../src/util/deferred.js';
import { someone } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const BOB = 'bob@jabber.test/phone';
const [KEY, OTHER_KEY] = ['aa'.repeat(20), 'bb'.repeat(20)];

type Networks = GatewayConfig['networks'];
const network = (host: string, changes: Partial<Networks[string]> = {}): Networks[string] => ({
  ...{ default: false, servers: [{ host, port: 706 }], auth: { method: 'none' } },
  ...changes,
});
const NET = network('silc.test', { default: true });

let world: World;
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(async () => {
  await world.gateway.stop();
  vi.useRealTimers();
});

async function reload(networks: Networks): Promise<string[]> {
  await world.gateway.reconfigure({ networks });
  return outlines(await world.settle());
}

/** Hosts on which sessions are open, in the order in which they were opened. */
const hosts = (): string[] =>
  world.silc.sessions.filter(({ state }) => state !== 'closed').map(({ options }) => options.host);

const isIn = (stanzas: readonly string[]): boolean => stanzas.some((line) => line.includes('110'));

describe('a network that is added', () => {
  it('can be used at once, and disturbs nobody', async () => {
    world = await World.start(testConfig({ networks: { net: NET } }));
    await world.join(ALICE, 'lounge', 'alice');
    expect(outlines(await world.join(ALICE, 'lounge%far', 'alice'))).toEqual([
      `presence error lounge%far@gw.test/alice>${ALICE} cancel/item-not-found`,
    ]);
    expect(await reload({ net: NET, far: network('far.test') })).toEqual([]);
    expect(isIn(outlines(await world.join(ALICE, 'lounge%far', 'alice')))).toBe(true);
    expect(hosts()).toEqual(['silc.test', 'far.test']);
    expect([...(world.gateway.status()?.networks.keys() ?? [])]).toEqual(['net', 'far']);
  });

  it('stands where the configuration has it, and has the short addresses if nobody else had them', async () => {
    world = await World.start(testConfig({ networks: { net: network('silc.test') } }));
    await reload({ far: network('far.test', { default: true }), net: network('silc.test') });
    expect([...(world.gateway.status()?.networks.keys() ?? [])]).toEqual(['far', 'net']);
    expect(isIn(outlines(await world.join(ALICE, 'lounge', 'alice')))).toBe(true);
    expect(hosts()).toEqual(['far.test']);
  });

  it('is refused with everything else where its name can be in no address', async () => {
    world = await World.start(testConfig({ networks: { net: NET } }));
    await expect(world.gateway.reconfigure({ networks: { 'no!name': network('x') } })).rejects.toThrow(
      'network name',
    );
    expect([...(world.gateway.status()?.networks.keys() ?? [])]).toEqual(['net']);
  });
});

describe('a network that is removed', () => {
  it('tells its users why they leave, and nobody else', async () => {
    world = await World.start(testConfig({ networks: { net: NET, far: network('far.test') } }));
    await world.join(ALICE, 'lounge', 'alice');
    await world.join(ALICE, 'den%far', 'alice');
    await world.receive(
      `<presence from='${BOB}' to='den%far@gw.test/bob' xml:lang='de'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
    );
    await world.gateway.reconfigure({ networks: { net: NET } });
    const told = await world.settle();
    expect(outlines(told).sort()).toEqual([
      `presence unavailable den%far@gw.test/alice>${ALICE} owner/none 332,110`,
      `presence unavailable den%far@gw.test/bob>${BOB} none/none 332,110`,
    ]);
    expect(told.map((stanza) => stanza.getChildText('status')).sort()).toEqual([
      'Das Netz far gibt es hier nicht mehr.',
      'The network far is not served here any more.',
    ]);
    expect(hosts()).toEqual(['silc.test']);
    for (const session of world.silc.sessions.slice(1)) expect(session.log.at(-1)).toBe('quit');
    expect(world.gauges).toMatchObject({ sessions: 1, rooms: 1, resources: 1 });
    // Its addresses are those of no network.
    const message = `<message from='${ALICE}' to='bob!far@gw.test' id='m' type='chat'><body>psst</body></message>`;
    expect(outlines(await world.receive(message))).toEqual([
      `message error bob!far@gw.test>${ALICE} cancel/item-not-found`,
    ]);
    expect(outlines(await world.join(ALICE, 'den%far', 'alice'))).toEqual([
      `presence error den%far@gw.test/alice>${ALICE} cancel/item-not-found`,
    ]);
  });

  it('refuses who was on the way, and never gets a session that comes late', async () => {
    world = await World.start(testConfig({ networks: { net: NET, far: network('far.test') } }));
    const gate = new Deferred<void>();
    world.silc.connectGate = gate.promise;
    await world.join(ALICE, 'lounge%far', 'alice');
    expect(await reload({ net: NET })).toEqual([
      `presence error lounge%far@gw.test/alice>${ALICE} cancel/item-not-found`,
    ]);
    gate.resolve();
    expect(outlines(await world.settle())).toEqual([]);
    expect(hosts()).toEqual([]);
  });

  it('hands the short addresses on to another one', async () => {
    world = await World.start(testConfig({ networks: { net: NET } }));
    await world.join(ALICE, 'lounge', 'alice');
    const told = await reload({ far: network('far.test', { default: true }) });
    expect(told).toEqual([expect.stringContaining(`presence unavailable lounge@gw.test/alice>${ALICE}`)]);
    expect(isIn(outlines(await world.join(ALICE, 'lounge', 'alice')))).toBe(true);
    expect(hosts()).toEqual(['far.test']);
  });

  it('shows its contacts as gone, keeps them, and watches them again when it is back', async () => {
    const far = network('far.test');
    world = await World.start(testConfig({ networks: { net: NET, far } }));
    const carol = someone('Carol');
    world.silc.people.push(carol);
    const user = 'alice@jabber.test';
    const contact = 'carol!far@gw.test';
    await world.receive(`<presence type='subscribe' from='${user}' to='${contact}'/>`);
    await world.receive(`<presence type='subscribed' from='${user}' to='${contact}'/>`);
    await world.receive(`<presence from='${ALICE}' to='${contact}'/>`);
    const person = { clientId: carol.clientId, nickname: 'Carol', fingerprint: undefined, mode: 0 };
    world.silc.session.emit({ type: 'watched-online', person });
    expect(outlines(await world.settle())).toEqual([`presence ${contact}/silc>${user}`]);

    expect(await reload({ net: NET })).toEqual([`presence unavailable ${contact}/silc>${user}`]);
    expect(hosts()).toEqual([]);
    expect(await world.store.contacts.all()).toHaveLength(1);
    const unsubscribed = await world.receive(
      `<presence type='unsubscribe' from='${user}' to='carol!far@gw.test'/>`,
    );
    expect(outlines(unsubscribed)).toEqual([]);

    await reload({ net: NET, far });
    expect(hosts()).toEqual(['far.test']);
    expect([...world.silc.session.watched]).toEqual(['carol']);
    world.silc.session.emit({ type: 'watched-online', person });
    expect(outlines(await world.settle())).toEqual([`presence ${contact}/silc>${user}`]);
  });

  it('keeps who stays without a client, and brings them back when it is back', async () => {
    const far = network('far.test');
    world = await World.start(
      testConfig({ networks: { net: NET, far }, sessions: { stay: true, stay_days: 30 } }),
    );
    await world.join(ALICE, 'lounge%far', 'alice');
    await world.receive(`<presence type='unavailable' from='${ALICE}' to='lounge%far@gw.test/alice'/>`);
    expect(hosts()).toEqual(['far.test']);
    await reload({ net: NET });
    expect(hosts()).toEqual([]);
    await reload({ net: NET, far });
    expect(hosts()).toEqual(['far.test']);
    expect(world.silc.session.log).toContain('join lounge');
  });
});

describe('servers of a network', () => {
  const two = [
    { host: 'one.test', port: 706 },
    { host: 'two.test', port: 706 },
  ];

  it('keep their links as long as they are listed, in whatever order', async () => {
    world = await World.start(testConfig({ networks: { net: { ...NET, servers: two } } }));
    await world.join(ALICE, 'lounge', 'alice');
    expect(await reload({ net: { ...NET, servers: two.toReversed() } })).toEqual([]);
    expect(world.silc.connects).toBe(1);
    // Who comes now begins with the first one.
    await world.join(BOB, 'lounge', 'bob');
    expect(hosts()).toEqual(['one.test', 'two.test']);
  });

  it('that are not listed any more lose their links, whose users go to the others and stay shown', async () => {
    world = await World.start(testConfig({ networks: { net: { ...NET, servers: two } } }));
    world.silc.channel('lounge', [[someone('Carol')]]);
    await world.join(ALICE, 'lounge', 'alice');
    await world.receive(
      `<iq type='get' from='${ALICE}' to='gw.test' id='d'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
    );
    expect(hosts()).toEqual(['one.test', 'one.test']);
    const lines = await reload({ net: { ...NET, servers: two.slice(1) } });
    await vi.advanceTimersByTimeAsync(2_000);
    lines.push(...outlines(await world.settle()));
    expect(lines).toEqual([expect.stringContaining('The link to the SILC network was down from ')]);
    // The gateway's own session is opened again when it is needed.
    expect(hosts()).toEqual(['two.test']);
    expect(world.silc.sessions.map(({ log }) => log.at(-1))).toEqual(['quit', 'quit', 'join lounge']);
    await world.receive(
      `<message from='${ALICE}' to='lounge@gw.test' type='groupchat' id='m'><body>there</body></message>`,
    );
    expect(world.silc.session.log.at(-1)).toBe('say text there');
  });

  it('that are not listed any more get nobody who was on the way to them', async () => {
    world = await World.start(testConfig({ networks: { net: { ...NET, servers: two.slice(0, 1) } } }));
    const gate = new Deferred<void>();
    world.silc.connectGate = gate.promise;
    await world.join(ALICE, 'lounge', 'alice');
    expect(await reload({ net: { ...NET, servers: two.slice(1) } })).toEqual([]);
    gate.resolve();
    expect(isIn(outlines(await world.settle()))).toBe(true);
    expect(hosts()).toEqual(['two.test']);
  });

  it('wake those who wait for one that is away, when there is another one', async () => {
    world = await World.start(testConfig({ networks: { net: { ...NET, servers: two.slice(0, 1) } } }));
    await world.join(ALICE, 'lounge', 'alice');
    world.silc.connectFailure = () => Promise.reject(new Error('nobody there'));
    world.silc.session.lose();
    await vi.advanceTimersByTimeAsync(20_000);
    const before = world.silc.connects;
    world.silc.connectFailure = undefined;
    await reload({ net: { ...NET, servers: two.slice(1) } });
    expect(world.silc.connects).toBe(before + 1);
    expect(hosts()).toEqual(['two.test']);
  });
});

describe('the configured key of a server', () => {
  const withKey = (fingerprint?: string): Networks => ({
    net: { ...NET, servers: [{ host: 'silc.test', port: 706, fingerprint }] },
  });

  it('that is the one it has changes nothing', async () => {
    world = await World.start(testConfig({ networks: withKey() }));
    await world.join(ALICE, 'lounge', 'alice');
    expect(await reload(withKey(KEY))).toEqual([]);
    expect(await reload(withKey())).toEqual([]);
    expect(world.silc.connects).toBe(1);
    expect(hosts()).toEqual(['silc.test']);
  });

  it('that is another one closes its links, and who was there is told why', async () => {
    world = await World.start(testConfig({ networks: withKey() }));
    await world.join(ALICE, 'lounge', 'alice');
    await world.gateway.reconfigure({ networks: withKey(OTHER_KEY) });
    expect(hosts()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    const told = await world.settle();
    expect(outlines(told)).toEqual([
      expect.stringContaining(`presence unavailable lounge@gw.test/alice>${ALICE}`),
    ]);
    expect(told[0]?.toString()).toContain('AAAA AAAA');
    expect(outlines(await world.join(ALICE, 'lounge', 'alice'))).toEqual([
      expect.stringContaining('cancel/policy-violation'),
    ]);
    // The operator was wrong.
    await reload(withKey(KEY));
    expect(isIn(outlines(await world.join(ALICE, 'lounge', 'alice')))).toBe(true);
  });

  it('that is the one it shows next brings its users back', async () => {
    world = await World.start(testConfig({ networks: withKey(KEY) }));
    await world.join(ALICE, 'lounge', 'alice');
    world.silc.serverFingerprint = OTHER_KEY;
    expect(await reload(withKey(OTHER_KEY))).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outlines(await world.settle())).toEqual([]);
    expect(world.silc.session.log).toEqual(['join lounge']);
  });

  it('holds for a handshake that has begun before', async () => {
    world = await World.start(testConfig({ networks: withKey(KEY) }));
    const gate = new Deferred<void>();
    world.silc.connectGate = gate.promise;
    await world.join(ALICE, 'lounge', 'alice');
    await reload(withKey(OTHER_KEY));
    gate.resolve();
    expect(outlines(await world.settle())).toEqual([expect.stringContaining('cancel/policy-violation')]);
  });
});

it('moves fifty users at a time, none of whom leaves', async () => {
  const servers = [{ host: 'one.test', port: 706 }];
  const limits = { ...testConfig().limits, new_users_per_hour: 100 };
  world = await World.start(testConfig({ networks: { net: { ...NET, servers } }, limits }));
  const users = Array.from({ length: 50 }, (_, i) => `user${i}`);
  for (const user of users) await world.join(`${user}@jabber.test/phone`, 'lounge', user);
  expect(hosts()).toEqual(users.map(() => 'one.test'));
  const two = { ...NET, servers: [{ host: 'two.test', port: 706 }] };
  const lines = await reload({ net: two });
  lines.push(...(await reload({ net: two, far: network('far.test') })));
  await vi.advanceTimersByTimeAsync(5_000);
  lines.push(...outlines(await world.settle()));
  expect(hosts()).toEqual(users.map(() => 'two.test'));
  expect(lines.filter((line) => line.includes('unavailable') || line.includes('error'))).toEqual([]);
});

it('takes one configuration after the other, and nothing after its end', async () => {
  world = await World.start(testConfig({ networks: { net: NET } }));
  const [one, two] = [network('one.test'), network('two.test')];
  await Promise.all([
    world.gateway.reconfigure({ networks: { net: NET, one } }),
    world.gateway.reconfigure({ networks: { net: NET, two } }),
  ]);
  expect([...(world.gateway.status()?.networks.keys() ?? [])]).toEqual(['net', 'two']);
  await world.gateway.stop();
  await world.gateway.reconfigure({ networks: { net: NET, one } });
  expect([...(world.gateway.status()?.networks.keys() ?? [])]).toEqual(['net', 'two']);
});

it('applies what is read at use', async () => {
  const { timeouts, sessions } = testConfig();
  world = await World.start(testConfig({ networks: { net: NET } }));
  await world.join(ALICE, 'lounge', 'alice');
  const bare = `<presence from='${BOB}' to='lounge@gw.test/bob'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
  await world.gateway.reconfigure({ texts: { language: 'de' }, timeouts: { ...timeouts, join_ms: 1_000 } });
  const german = await world.receive(
    `<message from='${BOB}' to='lounge@gw.test' type='groupchat' id='g'><body>hi</body></message>`,
  );
  expect(german[0]?.toString()).toContain('Sie sind nicht in diesem Raum.');
  world.silc.gate = new Promise(() => undefined);
  world.link.receive(bare);
  await vi.advanceTimersByTimeAsync(1_100);
  const [refused] = await world.settle();
  expect(refused?.toString()).toContain('Das SILC-Netz hat nicht rechtzeitig geantwortet.');
  // Who stays without a client is let go when nobody stays any more.
  world.silc.gate = Promise.resolve();
  await world.gateway.reconfigure({ sessions: { ...sessions, stay: true } });
  await world.receive(`<presence type='unavailable' from='${ALICE}' to='lounge@gw.test/alice'/>`);
  expect(hosts()).toEqual(['silc.test']);
  await world.gateway.reconfigure({ sessions });
  await world.settle();
  expect(hosts()).toEqual([]);
});
