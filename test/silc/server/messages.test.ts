import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientId, channelId } from '../../../src/silc/ids.js';
import type { ChannelId, ClientId } from '../../../src/silc/ids.js';
import { commands } from '../../../src/silc/commands/index.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../../src/silc/modes.js';
import { PacketFlag, PacketType } from '../../../src/silc/packets/packet-type.js';
import { Status } from '../../../src/silc/status.js';
import { anyPayload, type RawClient } from '../../support/raw-client.js';
import { startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

let world: SilcWorld;
let alice: RawClient;
let bob: RawClient;
let carol: RawClient;
let channel: ChannelId;
beforeEach(async () => {
  world = await startSilcWorld();
  alice = await world.raw('alice');
  bob = await world.raw('bob');
  carol = await world.raw('carol');
  channel = await alice.join('channel');
  await bob.join('channel');
  await settle();
  for (const client of [alice, bob, carol]) client.clear();
});
afterEach(() => world.close());

async function settle(): Promise<void> {
  for (const client of [alice, bob, carol]) await client.sync();
  for (const client of [alice, bob, carol]) await client.sync();
}

describe('a channel message', () => {
  it('reaches the other members as it came, and nobody else', async () => {
    await alice.toChannel(channel);
    await settle();
    expect([alice.story, bob.story, carol.story]).toEqual([[], ['message'], []]);
    const { source, destination, payload } = await bob.packet(
      ({ type }) => type === PacketType.channelMessage,
    );
    expect({ source, destination, payload }).toEqual({
      source: clientId(alice.id),
      destination: channelId(channel),
      payload: anyPayload,
    });
  });

  it('of the largest size that fits reaches them, too', async () => {
    const payload = new Uint8Array(65_535 - 10 - 16 - 8).fill(7);
    await alice.toChannel(channel, payload);
    const packet = await bob.packet(({ type }) => type === PacketType.channelMessage);
    expect(packet.payload.length).toBe(payload.length);
  });

  it('keeps its place among those of the same sender', async () => {
    for (let i = 0; i < 200; i++) await alice.toChannel(channel, Uint8Array.of(i, 0, 0, 0, 0));
    await settle();
    expect(
      bob.log.filter(({ type }) => type === PacketType.channelMessage).map(({ payload }) => payload[0]),
    ).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('of a stranger, a quieted or a silenced user vanishes', async () => {
    const { silenceUsers, silenceOperators } = ChannelMode;
    await carol.toChannel(channel);
    await alice.must(commands.cumode, { channelId: channel, mode: ChannelUserMode.quiet, clientId: bob.id });
    await bob.toChannel(channel);
    await alice.must(commands.cumode, { channelId: channel, mode: 0, clientId: bob.id });
    await alice.must(commands.cmode, { channelId: channel, mode: silenceUsers | silenceOperators });
    await bob.toChannel(channel);
    await settle();
    expect(alice.story).not.toContain('message');
    expect(bob.story).not.toContain('error');
    expect(carol.story).toEqual([]);
    await alice.toChannel(channel); // the founder is always heard
    await settle();
    expect(bob.story.at(-1)).toBe('message');
  });

  it('does not reach those who do not want it: from anybody, from plain users, from robots', async () => {
    const { blockMessages, blockMessagesUsers, blockMessagesRobots } = ChannelUserMode;
    const heard: number[] = [];
    let number = 0;
    const everybodySpeaks = async (): Promise<void> => {
      for (const from of [alice, carol]) await from.toChannel(channel, Uint8Array.of(++number, 0, 0, 0, 0));
      await settle();
      for (const { type, payload } of bob.log)
        if (type === PacketType.channelMessage) heard.push(payload[0] ?? 0);
      bob.clear();
    };
    const wants = (mode: number) => bob.must(commands.cumode, { channelId: channel, mode, clientId: bob.id });
    await carol.join('channel');
    await wants(blockMessages);
    await everybodySpeaks();
    expect(heard).toEqual([]);
    await wants(blockMessagesUsers);
    await everybodySpeaks();
    expect(heard).toEqual([3]);
    await wants(blockMessagesRobots);
    await alice.must(commands.umode, { clientId: alice.id, mode: UserMode.robot });
    await everybodySpeaks();
    expect(heard).toEqual([3, 6]);
    await wants(0);
    await everybodySpeaks();
    expect(heard).toEqual([3, 6, 7, 8]);
  });

  it('to a channel that does not exist comes back as NOTIFY ERROR', async () => {
    const nowhere = '7f00000101020304' as ChannelId;
    await alice.toChannel(nowhere);
    await alice.sync();
    expect(alice.notifies).toEqual([
      { type: 'error', status: Status.noSuchChannelId, id: channelId(nowhere) },
    ]);
  });

  it('goes by foreign flags only where the protocol knows them', async () => {
    for (const flags of [PacketFlag.list, PacketFlag.broadcast, 0xff]) {
      await alice.send(PacketType.channelMessage, anyPayload, channelId(channel), flags);
    }
    await alice.send(PacketType.channelMessage, anyPayload, channelId(channel), PacketFlag.compressed | 0x40);
    await settle();
    expect(bob.log.map(({ flags, type }) => [type, flags])).toContainEqual([PacketType.channelMessage, 0]);
    expect(bob.story).toEqual(['message']);
  });
});

describe('a packet for one client', () => {
  it.each([
    ['private message', PacketType.privateMessage],
    ['private message key', PacketType.privateMessageKey],
    ['key agreement', PacketType.keyAgreement],
    ['file transfer', PacketType.fileTransfer],
  ])('%s reaches that one as it came', async (_what, type) => {
    await alice.send(type, anyPayload, clientId(carol.id));
    await settle();
    const packet = await carol.packet((candidate) => candidate.type === type);
    expect(packet).toMatchObject({ source: clientId(alice.id), payload: anyPayload, flags: 0 });
    expect(bob.log.filter((candidate) => candidate.type === type)).toEqual([]);
  });

  it('to an ID that nobody has comes back as NOTIFY ERROR', async () => {
    const nobody = '7f000001aabbccddeeff001122334455' as ClientId;
    await alice.send(PacketType.privateMessage, anyPayload, clientId(nobody));
    await alice.sync();
    expect(alice.notifies).toEqual([{ type: 'error', status: Status.noSuchClientId, id: clientId(nobody) }]);
  });

  it('is kept from who wants no private messages, unless it is under a key of their own', async () => {
    await carol.must(commands.umode, { clientId: carol.id, mode: UserMode.blockPrivateMessages });
    carol.clear();
    await alice.send(PacketType.privateMessage, anyPayload, clientId(carol.id));
    await alice.send(PacketType.privateMessage, anyPayload, clientId(carol.id), PacketFlag.privmsgKey);
    await settle();
    const got = carol.log.filter(({ type }) => type === PacketType.privateMessage);
    expect(got.map(({ flags }) => flags)).toEqual([PacketFlag.privmsgKey]);
    expect(alice.story).toEqual([]);
  });

  it('with a foreign source is dropped', async () => {
    await alice.connection.send({
      type: PacketType.privateMessage,
      payload: anyPayload,
      source: clientId(bob.id),
      destination: clientId(carol.id),
    });
    await alice.connection.send({
      type: PacketType.channelMessage,
      payload: anyPayload,
      source: clientId(bob.id),
      destination: channelId(channel),
    });
    await settle();
    expect([alice.story, bob.story, carol.story]).toEqual([[], [], []]);
  });
});

describe('a client that takes nothing', () => {
  it('is dropped when too much waits for it, and the others notice only that it left', async () => {
    await world.close();
    world = await startSilcWorld({ limits: { pendingOctets: 200_000 } });
    [alice, bob, carol] = [await world.raw('alice'), await world.raw('bob'), await world.raw('carol')];
    channel = await alice.join('channel');
    await bob.join('channel');
    const slow = await world.raw('slow', { reads: false });
    await slow.sendJoin('channel');
    await alice.packet(({ type }) => type === PacketType.notify);
    await settle();
    alice.clear();
    bob.clear();

    const payload = new Uint8Array(60_000);
    let sent = 0;
    const signedOff = (): boolean => alice.notifies.some(({ type }) => type === 'signoff');
    while (!signedOff() && sent < 2_000) {
      await alice.toChannel(channel, payload);
      sent++;
      // Bob reads, and is given time for it.
      if (sent % 2 === 0) await bob.sync();
      await alice.sync();
    }
    expect(signedOff()).toBe(true);
    await settle();
    expect(bob.log.filter(({ type }) => type === PacketType.channelMessage)).toHaveLength(sent);
    expect(world.server.clientCount).toBe(3);
    expect(await bob.refusal(commands.users, { name: 'channel' })).toBe(0);
  });
});
