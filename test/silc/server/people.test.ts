import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprintBytes } from '../../../src/silc/crypto/fingerprint.js';
import { commands } from '../../../src/silc/commands/index.js';
import { channelId, clientId, serverId } from '../../../src/silc/ids.js';
import type { ClientId } from '../../../src/silc/ids.js';
import { ChannelMode, UserMode } from '../../../src/silc/modes.js';
import { decodePayload } from '../../../src/silc/packets/codec.js';
import { publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { Status } from '../../../src/silc/status.js';
import type { RawClient } from '../../support/raw-client.js';
import { keyPairNamed, startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

const nobody = '7f000001aabbccddeeff001122334455' as ClientId;

let world: SilcWorld;
let alice: RawClient;
let bob: RawClient;
beforeEach(async () => {
  world = await startSilcWorld({ motd: 'the message' });
  alice = await world.raw('alice');
  bob = await world.raw('bob', { registration: { username: 'robert', realName: 'Bob Builder' } });
});
afterEach(() => world.close());

describe('WHOIS', () => {
  it('tells who somebody is, and on which channels where they are public', async () => {
    const open = await bob.join('open');
    for (const [name, mode] of [
      ['private', ChannelMode.private],
      ['secret', ChannelMode.secret],
    ] as const) {
      const channel = await bob.join(name);
      await bob.must(commands.cmode, { channelId: channel, mode });
    }
    await bob.must(commands.umode, { clientId: bob.id, mode: UserMode.gone });
    const expected = {
      clientId: bob.id,
      nickname: 'bob@silc.test',
      user: 'robert@127.0.0.1',
      realName: 'Bob Builder',
      channels: [{ name: 'open', channelId: open, mode: 0 }],
      mode: UserMode.gone,
      idleSeconds: 0,
      fingerprint: fingerprintBytes(nodeBackend, keyPairNamed('bob').publicKey),
      channelUserModes: [3],
    };
    expect(await alice.must(commands.whois, { nickname: 'BOB' })).toMatchObject(expected);
    expect(await alice.must(commands.whois, { ids: [bob.id] })).toMatchObject(expected);
    expect(await bob.must(commands.whois, { ids: [bob.id] })).toMatchObject(expected);
  });

  it('lists all holders of a nickname, or as many as were asked for', async () => {
    for (let i = 0; i < 4; i++) await world.raw('twin');
    const all = await alice.runList(commands.whois, { nickname: 'twin' });
    expect(all.map(({ position }) => position)).toEqual(['start', 'item', 'item', 'end']);
    expect(await alice.runList(commands.whois, { nickname: 'twin', count: 2 })).toHaveLength(2);
    expect(await alice.runList(commands.whois, { nickname: 'twin', count: 1 })).toMatchObject([
      { position: 'single' },
    ]);
    expect(await alice.runList(commands.whois, { nickname: 'twin', count: 0 })).toHaveLength(4);
  });

  it('answers for each of several IDs, with an error for the unknown', async () => {
    const replies = await alice.runList(commands.whois, { ids: [bob.id, nobody, alice.id] });
    expect(replies.map(({ error }) => error)).toEqual([0, Status.noSuchClientId, 0]);
    expect(await alice.refusal(commands.whois, { ids: [nobody] })).toBe(Status.noSuchClientId);
  });

  it('of nobody is refused', async () => {
    expect(await alice.refusal(commands.whois, { nickname: 'nobody' })).toBe(Status.noSuchNick);
    expect(await alice.refusal(commands.whois, { nickname: 'no body' })).toBe(Status.badNickname);
    expect(await alice.refusal(commands.whois, { count: 3 })).toBe(Status.notEnoughParams);
  });

  it('sends the user name for a missing real name, because clients want one', async () => {
    expect((await bob.must(commands.whois, { nickname: 'alice' })).realName).toBe('alice');
  });
});

describe('WHOWAS', () => {
  it('remembers who has left under the last nickname', async () => {
    const { id } = bob;
    await bob.quit();
    const reply = await alice.must(commands.whowas, { nickname: 'Bob' });
    expect(reply).toMatchObject({ clientId: id, nickname: 'bob@silc.test', user: 'robert@127.0.0.1' });
    expect(await alice.refusal(commands.whowas, { nickname: 'alice' })).toBe(Status.noSuchNick);
  });
});

describe('IDENTIFY', () => {
  it('finds clients, channels and the server by name and by ID', async () => {
    const channel = await bob.join('Käse');
    const server = { id: serverId(alice.serverId), name: 'silc.test' };
    const person = { id: clientId(bob.id), name: 'bob@silc.test', info: 'robert@127.0.0.1' };
    const place = { id: channelId(channel), name: 'Käse' };
    expect(await alice.must(commands.identify, { nickname: 'bob' })).toMatchObject(person);
    expect(await alice.must(commands.identify, { channelName: 'KÄSE' })).toMatchObject(place);
    expect(await alice.must(commands.identify, { serverName: 'silc.test' })).toMatchObject(server);
    for (const expected of [person, place, server]) {
      expect(await alice.must(commands.identify, { ids: [expected.id] })).toMatchObject(expected);
    }
  });

  it('refuses what is not there', async () => {
    const status = (request: object): Promise<number> => alice.refusal(commands.identify, request);
    expect(await status({ nickname: 'nobody' })).toBe(Status.noSuchNick);
    expect(await status({ channelName: 'nowhere' })).toBe(Status.noSuchChannel);
    expect(await status({ serverName: 'other' })).toBe(Status.noSuchServer);
    expect(await status({ ids: [clientId(nobody)] })).toBe(Status.noSuchClientId);
    expect(await status({ count: 1 })).toBe(Status.notEnoughParams);
  });
});

describe('USERS and LIST', () => {
  it('show who is where; hidden channels only to those who are there', async () => {
    const rows = [
      ['open', 0, true, { topic: 'the topic', users: 1 }],
      ['private', ChannelMode.private, false, { topic: '*private*', users: 0 }],
      ['secret', ChannelMode.secret, false, undefined],
    ] as const;
    for (const [name, mode] of rows) {
      const channel = await bob.join(name);
      await bob.must(commands.topic, { channelId: channel, topic: 'the topic' });
      await bob.must(commands.cmode, { channelId: channel, mode });
    }
    const listed = await alice.runList(commands.list, {});
    const seen = new Map(
      listed.map((item) => ('value' in item ? [item.value.name, item.value] : ['', undefined])),
    );
    for (const [name, , open, shown] of rows) {
      if (shown === undefined) expect(seen.has(name)).toBe(false);
      else expect(seen.get(name)).toMatchObject(shown);
      const users = await alice.run(commands.users, { name });
      expect(users.error).toBe(open ? 0 : Status.noSuchChannel);
      expect(await bob.must(commands.users, { name })).toMatchObject({ members: [bob.id], memberModes: [3] });
    }
    expect(await bob.runList(commands.list, {})).toHaveLength(3);
  });

  it('LIST of a network without channels is an empty success', async () => {
    expect(await alice.runList(commands.list, {})).toMatchObject([{ position: 'single', error: 0 }]);
  });

  it('LIST of very many channels arrives completely', async () => {
    await world.close();
    world = await startSilcWorld({ limits: { channelsPerClient: 3_000, pendingOctets: 100_000 } });
    [alice, bob] = [await world.raw('alice'), await world.raw('bob')];
    const topic = 'x'.repeat(250);
    for (let i = 0; i < 1_000; i++) {
      const channel = await bob.join(`channel${i}${'y'.repeat(200)}`);
      await bob.must(commands.topic, { channelId: channel, topic });
      bob.clear();
    }
    // Half a megabyte, five times what may wait for a client.
    const listed = await alice.runList(commands.list, {});
    expect(listed).toHaveLength(1_000);
    expect(listed.at(-1)?.position).toBe('end');
    await alice.sync();
  });
});

describe('GETKEY', () => {
  it('gives the key of a client', async () => {
    const { publicKey } = await alice.must(commands.getkey, { id: clientId(bob.id) });
    const { data } = decodePayload(publicKeyPayload, publicKey ?? new Uint8Array(0));
    expect(data).toEqual(keyPairNamed('bob').publicKey.encoded);
    expect(await alice.refusal(commands.getkey, { id: clientId(nobody) })).toBe(Status.noSuchClientId);
  });
});

describe('UMODE', () => {
  it('is for oneself, and rank cannot be taken', async () => {
    const own = { clientId: alice.id };
    expect(await alice.must(commands.umode, { ...own, mode: UserMode.busy })).toEqual({
      mode: UserMode.busy,
    });
    expect(await alice.must(commands.umode, own)).toEqual({ mode: UserMode.busy });
    expect(await alice.refusal(commands.umode, { clientId: bob.id, mode: 0 })).toBe(Status.notYou);
    for (const mode of [
      UserMode.serverOperator,
      UserMode.routerOperator,
      UserMode.anonymous,
      UserMode.detached,
      0x80000000,
    ]) {
      expect(await alice.refusal(commands.umode, { ...own, mode })).toBe(Status.permDenied);
    }
  });
});

describe('the server', () => {
  it('tells about itself', async () => {
    const info = await alice.must(commands.info, {});
    expect(info).toMatchObject({ serverId: alice.serverId, name: 'silc.test' });
    expect(await alice.must(commands.info, { serverName: 'silc.test' })).toEqual(info);
    expect(await alice.refusal(commands.info, { serverName: 'other' })).toBe(Status.noSuchServer);
    const { motd } = await alice.must(commands.motd, { serverName: 'silc.test' });
    expect(motd).toBe('the message');
    expect(await alice.refusal(commands.motd, { serverName: 'other' })).toBe(Status.noSuchServer);
    await bob.join('channel');
    const { statistics } = await alice.must(commands.stats, { serverId: alice.serverId });
    expect(statistics).toMatchObject({ myClients: 2, myChannels: 1, servers: 1 });
  });

  it('refuses what it does not offer', async () => {
    const auth = new Uint8Array(20);
    expect(await alice.refusal(commands.oper, { username: 'admin', auth })).toBe(Status.authFailed);
    expect(await alice.refusal(commands.silcoper, { username: 'admin', auth })).toBe(Status.authFailed);
    expect(await alice.refusal({ ...commands.info, number: 99 }, {})).toBe(Status.unknownCommand);
  });
});
