import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/silc/bytes.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import type { ChannelId, ClientId, ServerId } from '../../src/silc/ids.js';
import { ChannelMode, UserMode } from '../../src/silc/modes.js';
import { AttributeType } from '../../src/silc/packets/attributes.js';
import { Status } from '../../src/silc/status.js';
import { refusedWith } from '../support/silc-error.js';
import { EventLog } from '../support/silc-world.js';
import { openNetwork, type TargetNetwork } from './support/network.js';
import { openTarget, type Target, type TargetKind } from './support/target.js';

/** An ID of the same server that nothing has. */
const unknown = <Id extends string>(id: Id): Id =>
  toHex(fromHex(id).map((octet, i) => (i < 5 ? octet : octet ^ 0x55))) as Id;

const otherServer = '0a00000102c20001' as ServerId;
const { SILC_INTEROP: standalone, SILC_INTEROP_ROUTER: router } = process.env;
const routerOnly = standalone !== undefined && standalone !== '' && standalone === router;
const kinds: readonly TargetKind[] = routerOnly ? ['router'] : ['none', 'router'];

// Servers let each client wait for itself: what takes long is done at the same time.
describe.concurrent.each(kinds)('commands (%s)', (kind) => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget(kind);
  });
  afterAll(() => target.close());

  async function pair(): Promise<{ readonly alice: SilcSession; readonly bob: SilcSession }> {
    return { alice: await target.client('alice'), bob: await target.client('bob') };
  }

  it('WHOWAS finds who has left', async () => {
    const { alice, bob } = await pair();
    const { clientId, nickname = '', username } = bob.self;
    await target.quit(bob);
    const found = await alice.lookup.whowas(nickname);
    expect(found).toMatchObject([
      { clientId, nickname, username, realName: 'bob of the interoperability tests' },
    ]);
    expect(found[0]?.server).not.toBe('');
    expect(await alice.lookup.whowas(target.unique('nobody'))).toEqual([]);
  });

  it('WHOIS finds people by their key, and as many as are wanted', async () => {
    const nickname = target.unique('twin');
    const alice = await target.client('alice');
    const twins = [await target.client('twin', { nickname }), await target.client('twin', { nickname })];
    expect(await alice.whois(nickname)).toHaveLength(2);
    expect(await alice.whois(nickname, { count: 1 })).toHaveLength(1);
    const mood = { type: AttributeType.statusMood, value: { kind: 'mask', mask: 1 } } as const;
    for (const twin of twins) twin.setAttributes([mood]);
    const key = await alice.getKey(twins[0]?.self.clientId ?? expect.unreachable());
    const byKey = await alice.lookup.whoisByKey(key ?? expect.unreachable(), {
      attributes: [AttributeType.statusMood],
    });
    expect(byKey.map(({ user }) => user.clientId).sort()).toEqual(
      twins.map(({ self }) => self.clientId).sort(),
    );
    for (const { attributes } of byKey) expect(attributes).toEqual({ values: [mood], signature: 'verified' });
    expect(await alice.lookup.whoisByKey(alice.serverPublicKey)).toEqual([]);
  });

  it('IDENTIFY gives IDs of names, and names of IDs', async () => {
    const { alice, bob } = await pair();
    const name = target.unique('place');
    const { channel } = await bob.join(name);
    const { lookup } = alice;
    const person = {
      kind: 'client',
      clientId: bob.self.clientId,
      nickname: bob.self.nickname,
      username: bob.self.username,
    };
    expect(await lookup.identify({ nickname: bob.self.nickname ?? '' })).toMatchObject([person]);
    expect(await lookup.identify({ clientId: bob.self.clientId })).toMatchObject([person]);
    const place = { kind: 'channel', channelId: channel.id, name };
    expect(await lookup.identify({ channelName: name })).toEqual([place]);
    expect(await bob.lookup.identify({ channelId: channel.id })).toEqual([place]);
    const info = await lookup.info();
    const server = { kind: 'server', serverId: alice.serverId, name: info?.name };
    expect(await lookup.identify({ serverId: alice.serverId })).toEqual([server]);
    expect(await lookup.identify({ serverName: info?.name ?? '' })).toEqual([server]);
    expect(await lookup.identify({ nickname: target.unique('nobody') })).toEqual([]);
    expect(await lookup.identify({ channelName: target.unique('nowhere') })).toEqual([]);
    expect(await lookup.identify({ serverName: 'nowhere.silc.test' })).toEqual([]);
  });

  it('IDENTIFY of IDs that nothing has finds nothing, and holds nothing up', async () => {
    const { alice, bob } = await pair();
    const { channel } = await bob.join(target.unique('place'));
    const { lookup } = alice;
    const asked = [
      lookup.identify({ clientId: unknown<ClientId>(bob.self.clientId) }),
      lookup.identify({ channelId: unknown<ChannelId>(channel.id) }),
      lookup.identify({ serverId: otherServer }),
    ];
    expect(await lookup.identify({ clientId: bob.self.clientId })).toHaveLength(1);
    expect(await Promise.all(asked)).toEqual([[], [], []]);
  });

  it('LIST shows one channel, as long as it is not secret', async () => {
    const { alice, bob } = await pair();
    const name = target.unique('place');
    const { channel } = await bob.join(name);
    await bob.setTopic(channel.id, 'to be seen');
    const listed = { id: channel.id, name, topic: 'to be seen', users: 1 };
    expect(await alice.lookup.channel(channel.id)).toEqual(listed);
    await bob.setChannelMode(channel.id, { set: ChannelMode.private });
    expect(await alice.lookup.channel(channel.id)).toEqual({ ...listed, topic: undefined, users: 0 });
    await bob.setChannelMode(channel.id, { set: ChannelMode.secret, clear: ChannelMode.private });
    expect(await alice.lookup.channel(channel.id)).toBeUndefined();
    expect(await alice.lookup.channel(unknown(channel.id))).toBeUndefined();
  });

  it('USERS shows who is on a channel that one is not on', async () => {
    const { alice, bob } = await pair();
    const name = target.unique('place');
    const { channel } = await bob.join(name);
    const users = await alice.lookup.users({ channelName: name }, { resolve: true });
    expect(users?.channelId).toBe(channel.id);
    expect(users?.members.map(({ user, mode }) => [user.nickname, mode])).toEqual([[bob.self.nickname, 3]]);
    const byId = await alice.lookup.users({ channelId: channel.id });
    expect(byId?.members.map(({ user }) => user)).toEqual(users?.members.map(({ user }) => user));
    await bob.setChannelMode(channel.id, { set: ChannelMode.secret });
    expect(await alice.lookup.users({ channelName: name })).toBeUndefined();
    expect(await alice.lookup.users({ channelName: target.unique('nowhere') })).toBeUndefined();
  });

  it('INFO, MOTD and STATS tell about the own server, by its name and by its ID', async () => {
    const alice = await target.client('alice');
    const { lookup, serverId } = alice;
    const info = (await lookup.info()) ?? expect.unreachable();
    expect(info.serverId).toBe(serverId);
    expect(info.text).not.toBe('');
    expect(await lookup.info({ serverName: info.name })).toEqual(info);
    expect(await lookup.info({ serverId })).toEqual(info);
    const motd = await lookup.motd({ serverName: info.name });
    expect(motd).not.toBe('');
    expect(await lookup.motd({ serverId })).toBe(motd);
    const statistics = (await lookup.statistics()) ?? expect.unreachable();
    expect(Math.abs(statistics.startTime + statistics.uptime - Date.now() / 1000)).toBeLessThan(3600);
    expect(statistics.myClients).toBeGreaterThanOrEqual(1);
    expect(statistics.clients).toBeGreaterThanOrEqual(statistics.myClients);
  });

  it('INFO, MOTD, STATS and GETKEY of other servers find nothing', async () => {
    const alice = await target.client('alice');
    const { lookup } = alice;
    for (const server of [{ serverName: 'nowhere.silc.test' }, { serverId: otherServer }]) {
      expect(await lookup.info(server)).toBeUndefined();
      expect(await lookup.motd(server)).toBeUndefined();
      expect(await lookup.serverKey(server)).toBeUndefined();
    }
    expect(await lookup.statistics(otherServer)).toBeUndefined();
  });

  it('GETKEY gives the key of the server', async () => {
    const alice = await target.client('alice');
    const key = await alice.lookup.serverKey();
    expect(key?.encoded).toEqual(alice.serverPublicKey.encoded);
  });

  it('SERVICE is answered, though there is none', async () => {
    const alice = await target.client('alice');
    const none = { services: [], granted: undefined, parameters: [] };
    expect(await alice.lookup.service()).toEqual(none);
    expect(await alice.lookup.service('mail')).toEqual(none);
  });

  it('refuses whatever is for operators to those who are none', async () => {
    const { alice, bob } = await pair();
    const { operator } = alice;
    const link = { host: 'other.silc.test', port: 706 };
    await expect(operator.kill(bob.self.clientId)).rejects.toThrow(refusedWith(Status.noRouterPriv));
    await expect(operator.connect(link)).rejects.toThrow(refusedWith(Status.noServerPriv));
    await expect(operator.close(link)).rejects.toThrow(refusedWith(Status.noServerPriv));
    await expect(operator.shutdown()).rejects.toThrow(refusedWith(Status.noServerPriv));
    await bob.ping();
  });

  it('OPER wants the right passphrase, and gives a rank that others see', async ({ skip }) => {
    if (target.operator === undefined) return skip('SILC_INTEROP_OPER names no operator');
    const { username, passphrase } = target.operator;
    const { alice, bob } = await pair();
    const { operator } = alice;
    const refused = refusedWith(Status.authFailed);
    await expect(operator.oper(username, { passphrase: `not ${passphrase}` })).rejects.toThrow(refused);
    await expect(operator.oper(username)).rejects.toThrow(refused);
    expect((await bob.whoisById(alice.self.clientId))?.user.mode).toBe(0);
    await operator.oper(username, { passphrase });
    expect((await bob.whoisById(alice.self.clientId))?.user.mode).toBe(UserMode.serverOperator);
    await alice.setUserMode({ set: UserMode.busy });
    expect(alice.self.mode).toBe(UserMode.serverOperator | UserMode.busy);
    expect((await alice.lookup.statistics())?.myServerOperators).toBeGreaterThanOrEqual(1);
    // No router operator, so nobody to end others.
    await expect(operator.kill(bob.self.clientId)).rejects.toThrow(refusedWith(Status.noRouterPriv));
    await alice.setUserMode({ clear: UserMode.serverOperator });
    expect((await bob.whoisById(alice.self.clientId))?.user.mode).toBe(UserMode.busy);
  });

  it('SILCOPER makes router operators of a router, who can KILL', async ({ skip }) => {
    if (target.operator === undefined) return skip('SILC_INTEROP_OPER names no operator');
    const { username, passphrase } = target.operator;
    const { alice, bob } = await pair();
    const becoming = alice.operator.silcoper(username, { passphrase });
    if (kind !== 'router') {
      await expect(becoming).rejects.toThrow(refusedWith(Status.authFailed));
      return;
    }
    await becoming;
    expect(alice.self.mode).toBe(UserMode.routerOperator);
    const carol = await target.client('carol');
    const name = target.unique('place');
    await carol.join(name);
    await bob.join(name);
    const [there, gone] = [new EventLog(carol), new EventLog(bob)];
    await alice.operator.kill(bob.self.clientId, 'only a test');
    const left = await there.find('member-left');
    expect(left.user.clientId).toBe(bob.self.clientId);
    expect(left.cause).toMatchObject({ kind: 'killed', comment: 'only a test' });
    await gone.find('closed');
    expect(await alice.whois(bob.self.nickname ?? '')).toEqual([]);
    await expect(alice.operator.kill(bob.self.clientId)).rejects.toMatchObject({
      status: Status.noSuchClientId,
      about: [{ kind: 'client', clientId: bob.self.clientId }],
    });
  });
});

describe('look-ups across servers', () => {
  let network: TargetNetwork;
  let alice: SilcSession;
  let bob: SilcSession;
  beforeAll(async () => {
    network = await openNetwork();
    [alice, bob] = [await network.router.client('alice'), await network.linked.client('bob')];
  });
  afterAll(() => network.close());

  it('tell about another server by its ID, in both directions', async () => {
    for (const [me, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const server = { serverId: other.serverId };
      const info = (await me.lookup.info(server)) ?? expect.unreachable();
      expect(info.serverId).toBe(other.serverId);
      // A silcd knows its router by the name or address that it is configured with, not by the router's own.
      expect(await me.lookup.info({ serverName: info.name })).toEqual(info);
      // A silcd that is no router does not ask its router for its message of the day.
      const motd = await me.lookup.motd(server);
      if (me === alice) expect(motd).toMatch(/./);
      else expect(motd).toBeDefined();
      expect((await me.lookup.serverKey(server))?.encoded).toEqual(other.serverPublicKey.encoded);
      const own = !network.live;
      expect((await me.lookup.statistics(other.serverId)) !== undefined).toBe(own);
    }
  });

  it('find people and channels of another server', async () => {
    const name = network.linked.unique('place');
    const { channel } = await bob.join(name);
    await bob.setTopic(channel.id, 'to be seen');
    const { lookup } = alice;
    const users = await lookup.users({ channelName: name }, { resolve: true });
    expect(users?.members.map(({ user, mode }) => [user.nickname, mode])).toEqual([[bob.self.nickname, 3]]);
    expect(await lookup.channel(channel.id)).toEqual({
      id: channel.id,
      name,
      topic: 'to be seen',
      users: 1,
    });
    const place = { kind: 'channel', channelId: channel.id, name };
    expect(await lookup.identify({ channelId: channel.id })).toEqual([place]);
    expect(await lookup.identify({ clientId: bob.self.clientId })).toMatchObject([
      { kind: 'client', nickname: bob.self.nickname },
    ]);
  });
});
