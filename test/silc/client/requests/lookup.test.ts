import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeErrorReply, encodeReply } from '../../../../src/silc/commands/index.js';
import {
  channelId,
  clientId,
  encodeIdPayload,
  serverId,
  type ChannelId,
  type ClientId,
  type ServerId,
} from '../../../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode } from '../../../../src/silc/modes.js';
import { AttributeType, attributeList } from '../../../../src/silc/packets/attributes.js';
import { decodePayload, encodePayload } from '../../../../src/silc/packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../../../../src/silc/packets/public-key-payload.js';
import { Status } from '../../../../src/silc/status.js';
import { testKeyPair } from '../../../support/keys.js';
import {
  channelNumber,
  idOf,
  scriptedSession,
  type ScriptedServer,
} from '../../../support/scripted-server.js';
import { refusedWith, withCode } from '../../../support/silc-error.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

const SERVER = 'silc.test';
const other = '0a00000102c20001' as ServerId;
const nowhere = '7f00000102c2ffff' as ChannelId;
const nobody = '7f000001aabbccddeeff001122334455' as ClientId;

describe('looking up on a server', () => {
  let world: SilcWorld;
  let alice: SilcSession;
  let bob: SilcSession;
  beforeEach(async () => {
    world = await startSilcWorld({ motd: 'the message', limits: { attributesMs: 50 } });
    [alice, bob] = [await world.client('alice'), await world.client('bob')];
  });
  afterEach(() => world.close());

  const person = (session: SilcSession) => ({
    kind: 'client' as const,
    clientId: session.self.clientId,
    nickname: session.self.nickname,
    server: SERVER,
    username: session.self.username,
    hostname: '127.0.0.1',
  });

  it('finds who has left under the last nickname, as many as are wanted', async () => {
    const id = bob.self.clientId;
    await bob.quit();
    for (let i = 0; i < 2; i++) await (await world.client('bob')).quit();
    const found = await alice.lookup.whowas('BOB');
    expect(found).toHaveLength(3);
    expect(found).toContainEqual({
      clientId: id,
      nickname: 'bob',
      server: SERVER,
      username: 'bob',
      hostname: '127.0.0.1',
      realName: 'bob of the tests',
    });
    expect(await alice.lookup.whowas('bob', 2)).toHaveLength(2);
    expect(await alice.lookup.whowas('alice')).toEqual([]);
  });

  it('finds whoever has a key, and tells attributes where they were asked for', async () => {
    const key = keyPairNamed('bob').publicKey;
    const mood = { type: AttributeType.statusMood, value: { kind: 'mask', mask: 3 } } as const;
    bob.setAttributes([mood]);
    await bob.nick('robert');
    const twin = await world.client('twin', { keyPair: keyPairNamed('bob') });
    const found = await alice.lookup.whoisByKey(key);
    expect(found.map(({ user }) => user.nickname).sort()).toEqual(['robert', 'twin']);
    expect(found.map(({ attributes }) => attributes)).toEqual([undefined, undefined]);
    expect(found.map(({ user }) => user.fingerprint)).toEqual([bob.self.fingerprint, twin.self.fingerprint]);
    expect(await alice.lookup.whoisByKey(key, { count: 1 })).toHaveLength(1);
    const [told] = await alice.lookup.whoisByKey(key, { attributes: [AttributeType.statusMood], count: 1 });
    expect(told?.attributes).toEqual({ values: [mood], signature: 'verified' });
    expect(await alice.lookup.whoisByKey(testKeyPair('k2048v2').publicKey)).toEqual([]);
  });

  it('WHOIS by nickname gives as many as are wanted', async () => {
    for (let i = 0; i < 3; i++) await world.client('twin');
    expect(await alice.whois('twin')).toHaveLength(3);
    expect(await alice.whois('twin', { count: 2 })).toHaveLength(2);
    expect(await alice.whois('nobody', { count: 2 })).toEqual([]);
    for (const count of [0, -1, 1.5, Number.NaN, 2 ** 32]) {
      await expect(alice.whois('twin', { count })).rejects.toThrow(withCode('usage'));
      await expect(alice.lookup.whowas('twin', count)).rejects.toThrow(withCode('usage'));
      await expect(alice.lookup.identify({ nickname: 'twin' }, count)).rejects.toThrow(withCode('usage'));
    }
  });

  it('WHOIS tells the channels, and what somebody is there', async () => {
    const own = await bob.join('own');
    const { channel } = await alice.join('open');
    await bob.join('open');
    await alice.setMemberMode(channel.id, bob.self.clientId, { set: ChannelUserMode.quiet });
    const [found] = await alice.whois('bob');
    expect(found?.channels).toEqual([
      {
        id: own.channel.id,
        name: 'own',
        mode: 0,
        memberMode: ChannelUserMode.founder | ChannelUserMode.operator,
      },
      { id: channel.id, name: 'open', mode: 0, memberMode: ChannelUserMode.quiet },
    ]);
  });

  it('identifies people, channels and servers by name and by ID', async () => {
    const { channel } = await bob.join('Käse');
    const place = { kind: 'channel', channelId: channel.id, name: 'Käse' };
    const server = { kind: 'server', serverId: alice.serverId, name: SERVER };
    const { lookup } = alice;
    expect(await lookup.identify({ nickname: 'BOB' })).toEqual([person(bob)]);
    expect(await lookup.identify({ clientId: bob.self.clientId })).toEqual([person(bob)]);
    expect(await lookup.identify({ channelName: 'KÄSE' })).toEqual([place]);
    expect(await lookup.identify({ channelId: channel.id })).toEqual([place]);
    expect(await lookup.identify({ serverName: SERVER })).toEqual([server]);
    expect(await lookup.identify({ serverId: alice.serverId })).toEqual([server]);
    for (let i = 0; i < 3; i++) await world.client('twin');
    expect(await lookup.identify({ nickname: 'twin' })).toHaveLength(3);
    expect(await lookup.identify({ nickname: 'twin' }, 2)).toHaveLength(2);
    for (const target of [
      { nickname: 'nobody' },
      { clientId: nobody },
      { channelName: 'nowhere' },
      { channelId: nowhere },
      { serverName: 'other' },
      { serverId: other },
    ]) {
      expect(await lookup.identify(target)).toEqual([]);
    }
    for (const target of [{ nickname: 'a b' }, { channelName: '' }, { serverName: '' }]) {
      await expect(lookup.identify(target)).rejects.toThrow(withCode('bad-string'));
    }
  });

  it('shows single channels as the list does', async () => {
    const { channel } = await bob.join('open');
    await bob.setTopic(channel.id, 'come in');
    const hidden = await bob.join('hidden');
    await bob.setChannelMode(hidden.channel.id, { set: ChannelMode.private });
    const secret = await bob.join('secret');
    await bob.setChannelMode(secret.channel.id, { set: ChannelMode.secret });
    const open = { id: channel.id, name: 'open', topic: 'come in', users: 1 };
    expect(await alice.lookup.channel(channel.id)).toEqual(open);
    expect(await alice.lookup.channel(hidden.channel.id)).toEqual({
      id: hidden.channel.id,
      name: 'hidden',
      topic: undefined,
      users: 0,
    });
    expect(await alice.lookup.channel(secret.channel.id)).toBeUndefined();
    expect(await alice.lookup.channel(nowhere)).toBeUndefined();
  });

  it('shows who is on channels that one is not on, with names where they are wanted', async () => {
    const carol = await world.client('carol');
    const { channel } = await bob.join('open');
    await carol.join('open');
    const bare = await alice.lookup.users({ channelName: 'OPEN' });
    const expected = [
      [bob.self.clientId, undefined, ChannelUserMode.founder | ChannelUserMode.operator],
      [carol.self.clientId, undefined, 0],
    ];
    const seen = (users = bare) =>
      users?.members.map(({ user, mode }) => [user.clientId, user.nickname, mode]);
    expect(bare?.channelId).toBe(channel.id);
    expect(seen()).toEqual(expected);
    const named = await alice.lookup.users({ channelId: channel.id }, { resolve: true });
    expect(seen(named)).toEqual(expected.map(([id, , mode], i) => [id, ['bob', 'carol'][i], mode]));
    // The objects are those of the network state: names show in what was given before, too.
    expect(seen()).toEqual(seen(named));
    await bob.setChannelMode(channel.id, { set: ChannelMode.private });
    expect(await alice.lookup.users({ channelId: channel.id })).toBeUndefined();
    expect(await alice.lookup.users({ channelName: 'nowhere' })).toBeUndefined();
    expect(await alice.lookup.users({ channelId: nowhere })).toBeUndefined();
  });

  it('tells of people without a name when it becomes known', async () => {
    const log = new EventLog(alice);
    await bob.join('open');
    const users = await alice.lookup.users({ channelName: 'open' });
    await alice.whoisById(bob.self.clientId);
    expect((await log.find('user-resolved')).user).toBe(users?.members[0]?.user);
  });

  it('tells about the own server, and of others that they are not there', async () => {
    const { lookup, serverId: own } = alice;
    const info = { serverId: own, name: SERVER, text: `${SERVER}: embedded server of silc-xmpp-gateway` };
    for (const target of [undefined, { serverName: SERVER }, { serverId: own }]) {
      expect(await lookup.info(target)).toEqual(info);
      expect(await lookup.motd(target)).toBe('the message');
      expect((await lookup.serverKey(target))?.encoded).toEqual(alice.serverPublicKey.encoded);
    }
    for (const target of [{ serverName: 'other' }, { serverId: other }]) {
      expect(await lookup.info(target)).toBeUndefined();
      expect(await lookup.motd(target)).toBeUndefined();
      expect(await lookup.serverKey(target)).toBeUndefined();
    }
    expect(await lookup.service()).toEqual({ services: [], granted: undefined, parameters: [] });
    await expect(lookup.info({ serverName: 'x'.repeat(257) })).rejects.toThrow(withCode('limit'));
    await expect(lookup.service(undefined, [Uint8Array.of(1)])).rejects.toThrow(withCode('usage'));
  });

  it('counts', async () => {
    await bob.join('channel');
    const statistics = await alice.lookup.statistics();
    expect(statistics).toMatchObject({
      myClients: 2,
      myChannels: 1,
      clients: 2,
      servers: 1,
      myServerOperators: 0,
    });
    expect(statistics?.startTime).toBeGreaterThan(1_600_000_000);
    expect(await alice.lookup.statistics(other)).toBeUndefined();
  });

  it('asks nothing any more when the session is over', async () => {
    await alice.quit();
    const { lookup } = alice;
    const questions: (() => Promise<unknown>)[] = [
      () => lookup.whowas('bob'),
      () => lookup.whoisByKey(keyPairNamed('bob').publicKey),
      () => lookup.identify({ nickname: 'bob' }),
      () => lookup.channel(nowhere),
      () => lookup.users({ channelName: 'open' }),
      () => lookup.info(),
      () => lookup.motd(),
      () => lookup.motd({ serverName: SERVER }),
      () => lookup.statistics(),
      () => lookup.serverKey(),
      () => lookup.service(),
    ];
    for (const ask of questions) await expect(ask()).rejects.toThrow(withCode('closed'));
  });
});

describe('looking up on a server with its own ways', () => {
  let session: SilcSession;
  let server: ScriptedServer;
  beforeEach(async () => {
    ({ session, server } = await scriptedSession());
  });
  afterEach(() => {
    vi.useRealTimers();
    session.destroy();
  });

  it('asks for one ID a command, and for one that was not found not again for a minute', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const asked: unknown[] = [];
    server.on(commands.identify, ({ ids = [] }, { ident }) => {
      asked.push(ids);
      return [encodeErrorReply(3, ident, Status.timedOut)];
    });
    const { lookup } = session;
    for (let i = 0; i < 2; i++) {
      expect(await lookup.identify({ clientId: nobody })).toEqual([]);
      expect(await lookup.identify({ channelId: nowhere })).toEqual([]);
      expect(await lookup.identify({ serverId: other })).toEqual([]);
    }
    expect(asked).toEqual([[clientId(nobody)], [channelId(nowhere)], [serverId(other)]]);
    vi.advanceTimersByTime(60_001);
    await lookup.identify({ channelId: nowhere });
    expect(asked).toHaveLength(4);
  });

  it('asks neither for joined channels nor for the own server by ID', async () => {
    server.on(commands.info, (_request, { ident }) => [
      encodeReply(commands.info, ident, { serverId: session.serverId, name: 'here' }),
    ]);
    const { id } = await server.admit(session, 1);
    const [place] = await session.lookup.identify({ channelId: id });
    expect(place).toEqual({ kind: 'channel', channelId: channelNumber(1), name: 'channel1' });
    const [own] = await session.lookup.identify({ serverId: session.serverId });
    expect(own).toEqual({ kind: 'server', serverId: session.serverId, name: 'here' });
    expect(server.seen).not.toContain('IDENTIFY');
  });

  it('takes of an answer only what was asked for', async () => {
    server.on(commands.identify, (_request, { ident }) => [
      encodeReply(commands.identify, ident, { id: channelId(nowhere), name: 'x' }, 'start'),
      encodeReply(commands.identify, ident, { id: clientId(nobody), name: 'bob@there' }, 'end'),
    ]);
    server.on(commands.list, (_request, { ident }) => [
      encodeReply(commands.list, ident, { channelId: channelNumber(1), name: 'one', users: 1 }, 'start'),
      encodeReply(commands.list, ident, { channelId: channelNumber(2), name: 'two', users: 2 }, 'end'),
    ]);
    server.on(commands.info, (_request, { ident }) => [
      encodeReply(commands.info, ident, { serverId: session.serverId, name: 'here' }),
    ]);
    expect(await session.lookup.identify({ nickname: 'bob' })).toEqual([
      {
        kind: 'client',
        clientId: nobody,
        nickname: 'bob',
        server: 'there',
        username: undefined,
        hostname: undefined,
      },
    ]);
    expect(await session.lookup.channel(channelNumber(2))).toMatchObject({ name: 'two', topic: undefined });
    expect(await session.lookup.channel(channelNumber(3))).toBeUndefined();
    // silcd answers for itself where it does not know the ID.
    expect(await session.lookup.info({ serverId: other })).toBeUndefined();
    expect(await session.lookup.info({ serverName: 'he' })).toEqual({
      serverId: session.serverId,
      name: 'here',
      text: '',
    });
  });

  it('finds nothing where an ID is not answered at all; of names that is a timeout', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { lookup } = session;
    const byId = [lookup.identify({ clientId: nobody }), lookup.info({ serverId: other })];
    const byName = [lookup.identify({ nickname: 'bob' }), lookup.whowas('bob')];
    const named = byName.map((asking) => expect(asking).rejects.toThrow(withCode('timeout')));
    await server.next(commands.whowas);
    vi.advanceTimersByTime(40_000);
    expect(await Promise.all(byId)).toEqual([[], undefined]);
    await Promise.all(named);
  });

  it('rejects with the error of a list that holds nothing else', async () => {
    server.on(commands.whois, ({ nickname }, { ident }) =>
      nickname === undefined
        ? undefined
        : [
            encodeErrorReply(
              1,
              ident,
              nickname === 'bob' ? Status.badNickname : Status.noSuchNick,
              [],
              'end',
            ),
          ],
    );
    await expect(session.whois('bob')).rejects.toThrow(refusedWith(Status.badNickname));
    expect(await session.whois('alice')).toEqual([]);
  });

  it('names a plain OK of LIST no channel', async () => {
    server.on(commands.list, (_request, { ident }) => [encodeReply(commands.list, ident, {})]);
    expect(await session.lookup.channel(channelNumber(1))).toBeUndefined();
  });

  it('refuses a key of the own server that is not the one of the key exchange', async () => {
    const payload = (data: Uint8Array) => encodePayload(publicKeyPayload, { type: PublicKeyType.silc, data });
    let publicKey: Uint8Array | undefined = payload(keyPairNamed('somebody').publicKey.encoded);
    server.on(commands.getkey, ({ id }, { ident }) => [
      encodeReply(commands.getkey, ident, { id, publicKey }),
    ]);
    await expect(session.lookup.serverKey()).rejects.toThrow(withCode('authentication'));
    expect((await session.lookup.serverKey({ serverId: other }))?.identifier.UN).toBe('somebody');
    publicKey = undefined;
    expect(await session.lookup.serverKey()).toBeUndefined();
  });

  it('rejects with the status and the objects of other errors', async () => {
    const about = [{ type: 2, data: encodeIdPayload(serverId(other)) }];
    server.on(commands.stats, (_request, { ident }) => [
      encodeErrorReply(11, ident, Status.permDenied, about),
    ]);
    await expect(session.lookup.statistics()).rejects.toMatchObject({
      command: 11,
      status: Status.permDenied,
      about: [{ kind: 'server', serverId: other }],
    });
  });

  it('gives the counters by name, in the order of the wire', async () => {
    const names = [
      ...['startTime', 'uptime', 'myClients', 'myChannels', 'myServerOperators', 'myRouterOperators'],
      ...['cellClients', 'cellChannels', 'cellServers', 'clients', 'channels', 'servers', 'routers'],
      ...['serverOperators', 'routerOperators'],
    ];
    const data = new Uint8Array(60);
    names.forEach((_name, i) => (data[4 * i + 3] = i + 1));
    server.on(commands.stats, (_request, { ident, command }) => [
      {
        command,
        ident,
        args: [
          { type: 1, data: Uint8Array.of(0, 0) },
          { type: 2, data: encodeIdPayload(serverId(session.serverId)) },
          { type: 3, data },
        ],
      },
    ]);
    const expected = Object.fromEntries(names.map((name, i) => [name, i + 1]));
    expect(await session.lookup.statistics()).toEqual(expected);
  });

  it('asks for a key as the one requested attribute that has a value', async () => {
    const { publicKey } = keyPairNamed('bob');
    const asking = session.lookup.whoisByKey(publicKey, { attributes: true, count: 3 });
    const { request, ident } = await server.next(commands.whois);
    expect(request).toMatchObject({ nickname: undefined, count: 3, ids: [] });
    const attributes = decodePayload(attributeList, request.attributes ?? new Uint8Array(0));
    expect(attributes.filter(({ data }) => data.length > 0).map(({ type }) => type)).toEqual([
      AttributeType.userPublicKey,
    ]);
    expect(attributes.filter(({ type }) => type === AttributeType.userPublicKey)).toHaveLength(1);
    const reply = { clientId: idOf('bob'), nickname: 'bob', user: 'bob@host' };
    await server.reply(encodeReply(commands.whois, ident, reply, 'start'));
    await server.reply(encodeErrorReply(1, ident, Status.noSuchNick, [], 'end'));
    expect((await asking).map(({ user }) => user.nickname)).toEqual(['bob']);
  });

  it('lists services, and says what was granted', async () => {
    server.on(commands.service, ({ service, parameters = [] }, { ident }) => [
      encodeReply(
        commands.service,
        ident,
        service === undefined ? { services: 'bots, mail,,' } : { service, parameters },
      ),
    ]);
    const { lookup } = session;
    expect((await lookup.service()).services).toEqual(['bots', 'mail']);
    const parameters = [Uint8Array.of(1), Uint8Array.of(2, 3)];
    expect(await lookup.service('mail', parameters)).toEqual({ services: [], granted: 'mail', parameters });
  });
});
