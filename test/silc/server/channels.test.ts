import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands, maskEntry, maskOfEntry, ListAction } from '../../../src/silc/commands/index.js';
import { clientId, channelId, decodeIdPayload } from '../../../src/silc/ids.js';
import type { ChannelId, ClientId } from '../../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../../src/silc/modes.js';
import { channelKeyPayload } from '../../../src/silc/packets/channel-key.js';
import { decodePayload } from '../../../src/silc/packets/codec.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { Status } from '../../../src/silc/status.js';
import type { RawClient } from '../../support/raw-client.js';
import { startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

let world: SilcWorld;
let alice: RawClient;
let bob: RawClient;
beforeEach(async () => {
  world = await startSilcWorld({ limits: { channelsPerClient: 3, listEntries: 3 } });
  alice = await world.raw('alice');
  bob = await world.raw('bob');
});
afterEach(() => world.close());

/** Everything that was sent so far has arrived everywhere. */
async function settle(...clients: readonly RawClient[]): Promise<void> {
  for (const client of clients) await client.sync();
  for (const client of clients) await client.sync();
}

/** Alice is the founder, bob a plain member; both logs are empty. */
async function together(name = 'channel'): Promise<ChannelId> {
  const channel = await alice.join(name);
  await bob.join(name);
  await settle(alice, bob);
  alice.clear();
  bob.clear();
  return channel;
}

const cmode = (client: RawClient, channel: ChannelId, request: object): Promise<number> =>
  client.refusal(commands.cmode, { channelId: channel, ...request });

const joinStatus = (client: RawClient, name: string, passphrase?: string): Promise<number> =>
  client.refusal(commands.join, { name, clientId: client.id, passphrase });

describe('JOIN', () => {
  it('creates a channel for the first and makes it founder and operator', async () => {
    const reply = await alice.must(commands.join, { name: 'Käse', clientId: alice.id });
    expect(reply).toMatchObject({
      name: 'Käse',
      clientId: alice.id,
      created: 1,
      mode: 0,
      members: [alice.id],
      memberModes: [ChannelUserMode.founder | ChannelUserMode.operator],
      hmac: 'hmac-sha1-96',
    });
    const key = decodePayload(channelKeyPayload, reply.channelKey ?? new Uint8Array(0));
    expect(key).toMatchObject({ channelId: reply.channelId, cipher: 'aes-256-cbc' });
    expect(key.key).toHaveLength(32);
  });

  it('finds it in any spelling and answers with the first one', async () => {
    const channel = await alice.join('Straße');
    const reply = await bob.must(commands.join, { name: 'STRASSE@silc.test', clientId: bob.id });
    expect(reply).toMatchObject({ name: 'Straße', channelId: channel, created: 0 });
    expect(reply.members).toEqual([alice.id, bob.id]);
    expect(reply.memberModes).toEqual([3, 0]);
  });

  it('gives the key to the others before it tells them, and to the joiner with the reply only', async () => {
    await alice.join('channel');
    alice.clear();
    const reply = await bob.must(commands.join, { name: 'channel', clientId: bob.id });
    await settle(alice, bob);
    expect(alice.story).toEqual(['key', 'join']);
    expect(bob.story).toEqual(['reply', 'join']);
    const packet = await alice.packet(({ type }) => type === PacketType.channelKey);
    expect(packet.payload).toEqual(reply.channelKey);
    expect(alice.notifies).toEqual([{ type: 'join', clientId: bob.id, channelId: reply.channelId }]);
    expect(bob.notifies).toEqual(alice.notifies);
  });

  it.each(['with blank', 'tab\t', 'emoji😀', '€uro', 'x'.repeat(257), '@only'])(
    'refuses the name %j',
    async (name) => {
      expect(await joinStatus(alice, name)).toBe(Status.badChannel);
    },
  );

  it('refuses who is there already, who is on too many, and a foreign Client ID', async () => {
    const channel = await alice.join('channel');
    const again = await alice.run(commands.join, { name: 'CHANNEL', clientId: alice.id });
    expect(again).toMatchObject({ error: Status.userOnChannel });
    if ('args' in again) expect(again.args.map(({ type }) => type)).toEqual([2, 3]);
    await alice.join('second');
    await alice.join('third');
    expect(await joinStatus(alice, 'fourth')).toBe(Status.resourceLimit);
    expect(await bob.refusal(commands.join, { name: 'other', clientId: alice.id })).toBe(Status.notYou);
    await alice.must(commands.leave, { channelId: channel });
    expect(await joinStatus(alice, 'fourth')).toBe(0);
  });

  it('keeps out the uninvited, the banned, the one too many and those without passphrase', async () => {
    const channel = await alice.join('channel');
    const { invite, userLimit, passphrase } = ChannelMode;
    expect(await cmode(alice, channel, { mode: invite })).toBe(0);
    expect(await joinStatus(bob, 'channel')).toBe(Status.notInvited);
    expect(await cmode(alice, channel, { mode: userLimit, userLimit: 1 })).toBe(0);
    expect(await joinStatus(bob, 'channel')).toBe(Status.channelIsFull);
    expect(await cmode(alice, channel, { mode: passphrase, passphrase: 'secret' })).toBe(0);
    expect(await joinStatus(bob, 'channel')).toBe(Status.badPassword);
    expect(await joinStatus(bob, 'channel', 'Secret')).toBe(Status.badPassword);
    expect(await joinStatus(bob, 'channel', 'secret')).toBe(0);
    await bob.must(commands.leave, { channelId: channel });
    await cmode(alice, channel, { mode: 0 });
    const entries = [maskEntry('b?b!*@127.*')];
    await alice.must(commands.ban, { channelId: channel, action: ListAction.add, entries });
    expect(await joinStatus(bob, 'channel')).toBe(Status.bannedFromChannel);
  });

  it('lets the invited come again until they are kicked', async () => {
    const channel = await alice.join('channel');
    await cmode(alice, channel, { mode: ChannelMode.invite });
    await alice.must(commands.invite, { channelId: channel, clientId: bob.id });
    await bob.sync();
    expect(bob.notifies).toContainEqual({
      type: 'invite',
      channelId: channel,
      channelName: 'channel',
      inviter: alice.id,
    });
    expect(await joinStatus(bob, 'channel')).toBe(0);
    await bob.must(commands.leave, { channelId: channel });
    expect(await joinStatus(bob, 'channel')).toBe(0);
    await alice.must(commands.kick, { channelId: channel, clientId: bob.id });
    expect(await joinStatus(bob, 'channel')).toBe(Status.notInvited);
  });

  it('takes cipher and HMAC of the creator, and refuses what nobody has', async () => {
    const request = { name: 'special', clientId: alice.id };
    expect(await alice.refusal(commands.join, { ...request, cipher: 'rot13' })).toBe(Status.unknownAlgorithm);
    expect(await alice.refusal(commands.join, { ...request, hmac: 'crc' })).toBe(Status.unknownAlgorithm);
    const reply = await alice.must(commands.join, {
      ...request,
      cipher: 'aes-128-ctr',
      hmac: 'hmac-sha256-96',
    });
    expect(reply.hmac).toBe('hmac-sha256-96');
    expect(decodePayload(channelKeyPayload, reply.channelKey ?? new Uint8Array(0)).key).toHaveLength(16);
  });
});

describe('who leaves', () => {
  it('by LEAVE is told to the rest, who get a new key', async () => {
    const channel = await together();
    await bob.must(commands.leave, { channelId: channel });
    await settle(alice, bob);
    expect(bob.story).toEqual(['reply']);
    expect(alice.story).toEqual(['leave', 'key']);
    const { destination } = await alice.packet(({ type }) => type === PacketType.notify);
    expect(destination).toEqual(channelId(channel));
    expect(await bob.refusal(commands.leave, { channelId: channel })).toBe(Status.notOnChannel);
  });

  it('by QUIT says its last words, once for each shared channel', async () => {
    await together('one');
    await alice.join('two');
    await bob.join('two');
    await settle(alice, bob);
    alice.clear();
    const left = bob.id;
    await bob.quit('so long');
    await alice.sync();
    expect(alice.story).toEqual(['signoff', 'key', 'signoff', 'key']);
    expect(alice.notifies[0]).toEqual({ type: 'signoff', clientId: left, message: 'so long' });
  });

  it('by dropping the connection is told too', async () => {
    await together();
    bob.drop();
    await alice.packet(({ type }) => type === PacketType.channelKey);
    expect(alice.story).toEqual(['signoff', 'key']);
  });

  it('by KICK is told to everybody, gets no new key, and cannot hear any more', async () => {
    const channel = await together();
    const comment = 'go';
    await alice.must(commands.kick, { channelId: channel, clientId: bob.id, comment });
    await alice.toChannel(channel);
    await settle(alice, bob);
    expect(bob.story).toEqual(['kicked']);
    expect(alice.story).toEqual(['kicked', 'key', 'reply']);
    expect(bob.notifies).toEqual([{ type: 'kicked', clientId: bob.id, comment, by: clientId(alice.id) }]);
  });

  it('last takes the channel along', async () => {
    const channel = await together();
    await cmode(alice, channel, { mode: ChannelMode.passphrase, passphrase: 'secret' });
    await alice.must(commands.leave, { channelId: channel });
    await bob.must(commands.leave, { channelId: channel });
    expect(await bob.refusal(commands.users, { name: 'channel' })).toBe(Status.noSuchChannel);
    const reply = await bob.must(commands.join, { name: 'channel', clientId: bob.id });
    expect(reply).toMatchObject({ created: 1, mode: 0 });
    expect(reply.channelId).toBeDefined();
  });

  it('with a comment that is too long leaves without it', async () => {
    const channel = await together();
    const comment = 'x'.repeat(129);
    await alice.must(commands.kick, { channelId: channel, clientId: bob.id, comment });
    await settle(bob);
    expect(bob.notifies).toEqual([{ type: 'kicked', clientId: bob.id, by: clientId(alice.id) }]);
  });
});

describe('NICK', () => {
  it('tells everybody once, oneself before the reply, and makes the old ID dead', async () => {
    const channel = await together('one');
    await alice.join('two');
    await bob.join('two');
    await settle(alice, bob);
    alice.clear();
    bob.clear();
    const oldId = bob.id;
    const reply = await bob.must(commands.nick, { nickname: 'Bobby' });
    await bob.toChannel(channel); // still from the old ID
    bob.id = reply.clientId;
    bob.connection.setLocalId(clientId(reply.clientId));
    await bob.toChannel(channel);
    await settle(alice, bob);
    expect(bob.story).toEqual(['nick-change', 'reply']);
    expect(alice.story).toEqual(['nick-change', 'message']);
    expect(alice.notifies).toEqual([
      { type: 'nick-change', oldId, newId: reply.clientId, nickname: 'Bobby' },
    ]);
    const message = await alice.packet(({ type }) => type === PacketType.channelMessage);
    expect(message.source).toEqual(clientId(reply.clientId));
  });

  it('to the same nickname changes nothing, and to an illegal one is refused', async () => {
    const reply = await alice.must(commands.nick, { nickname: 'alice' });
    expect(reply).toEqual({ clientId: alice.id, nickname: 'alice' });
    expect(await alice.refusal(commands.nick, { nickname: 'a b' })).toBe(Status.badNickname);
    expect(await alice.refusal(commands.nick, { nickname: 'bob@silc.test' })).toBe(Status.badNickname);
    expect(await alice.refusal(commands.nick, { nickname: 'x'.repeat(200) })).toBe(Status.badNickname);
    await alice.sync();
  });
});

describe('TOPIC', () => {
  it('is told to all, the setter included, and can be asked for', async () => {
    const channel = await together();
    await alice.must(commands.topic, { channelId: channel, topic: 'Äpfel' });
    await settle(alice, bob);
    expect(alice.story).toEqual(['topic-set', 'reply']);
    expect(bob.notifies).toEqual([{ type: 'topic-set', by: clientId(alice.id), topic: 'Äpfel' }]);
    expect((await bob.must(commands.topic, { channelId: channel })).topic).toBe('Äpfel');
    const long = 'x'.repeat(257);
    expect(await alice.refusal(commands.topic, { channelId: channel, topic: long })).toBe(
      Status.resourceLimit,
    );
  });

  it('of a hidden channel is not for strangers', async () => {
    const channel = await alice.join('channel');
    await cmode(alice, channel, { mode: ChannelMode.secret });
    expect(await bob.refusal(commands.topic, { channelId: channel })).toBe(Status.noSuchChannelId);
    expect(await bob.refusal(commands.topic, { channelId: channel, topic: 'x' })).toBe(Status.notOnChannel);
  });
});

describe('CMODE', () => {
  it('is told to all with its arguments, and can be asked for', async () => {
    const channel = await together();
    const mode = ChannelMode.userLimit | ChannelMode.topic;
    await alice.must(commands.cmode, { channelId: channel, mode, userLimit: 7 });
    await settle(alice, bob);
    expect(bob.story).toEqual(['cmode-change']);
    expect(bob.notifies[0]).toMatchObject({ by: clientId(alice.id), mode, userLimit: 7 });
    expect(await bob.must(commands.cmode, { channelId: channel })).toMatchObject({ mode, userLimit: 7 });
  });

  it.each([ChannelMode.userLimit, ChannelMode.passphrase, ChannelMode.cipher, ChannelMode.hmac])(
    'with bit %i set needs its argument',
    async (mode) => {
      const channel = await alice.join('channel');
      expect(await cmode(alice, channel, { mode })).toBe(Status.notEnoughParams);
      expect(await alice.must(commands.cmode, { channelId: channel })).toMatchObject({ mode: 0 });
    },
  );

  it('with private keys takes the channel key away, and back again without', async () => {
    const channel = await together();
    await cmode(alice, channel, { mode: ChannelMode.privateKey });
    await bob.must(commands.leave, { channelId: channel });
    const reply = await bob.must(commands.join, { name: 'channel', clientId: bob.id });
    expect(reply.channelKey).toBeUndefined();
    await settle(alice, bob);
    expect(alice.story).not.toContain('key');
    bob.clear();
    await cmode(alice, channel, { mode: 0 });
    await settle(bob);
    expect(bob.story).toEqual(['cmode-change', 'key']);
  });

  it('with a cipher makes a key for it', async () => {
    const channel = await together();
    expect(await cmode(alice, channel, { mode: ChannelMode.cipher, cipher: 'rot13' })).toBe(
      Status.unknownAlgorithm,
    );
    await cmode(alice, channel, { mode: ChannelMode.cipher, cipher: 'aes-128-cbc' });
    const { payload } = await bob.packet(({ type }) => type === PacketType.channelKey);
    const { cipher, key } = decodePayload(channelKeyPayload, payload);
    expect([cipher, key.length]).toEqual(['aes-128-cbc', 16]);
  });

  it('leaves an HMAC that is set as it is, until it is cleared', async () => {
    const channel = await together();
    const mode = ChannelMode.hmac;
    await cmode(alice, channel, { mode, hmac: 'hmac-sha256-96' });
    await cmode(alice, channel, { mode, hmac: 'hmac-md5' });
    await cmode(alice, channel, { mode: 0 });
    await settle(alice, bob);
    expect(bob.notifies.map((notify) => notify.type === 'cmode-change' && notify.hmac)).toEqual([
      'hmac-sha256-96',
      undefined,
      'hmac-sha1-96',
    ]);
  });

  it('refuses a passphrase that would not fit into its notify', async () => {
    const channel = await together();
    const request = { mode: ChannelMode.passphrase, passphrase: 'x'.repeat(60_000) };
    expect(await cmode(alice, channel, request)).toBe(Status.resourceLimit);
    await settle(alice, bob);
    expect(bob.story).toEqual([]);
  });
});

describe('CUMODE', () => {
  it('is told to all; the founder is untouchable', async () => {
    const channel = await together();
    const { operator } = ChannelUserMode;
    const request = { channelId: channel, mode: operator, clientId: bob.id };
    expect(await bob.refusal(commands.cumode, request)).toBe(Status.noChannelPriv);
    await alice.must(commands.cumode, request);
    await settle(alice, bob);
    expect(bob.notifies).toEqual([
      { type: 'cumode-change', by: clientId(alice.id), mode: operator, target: bob.id },
    ]);
    expect(await bob.refusal(commands.cumode, { channelId: channel, mode: 0, clientId: alice.id })).toBe(
      Status.noChannelFounderPriv,
    );
  });

  it('that changes nothing is answered, and told to nobody', async () => {
    const channel = await together();
    await settle(alice, bob);
    alice.clear();
    await bob.must(commands.cumode, { channelId: channel, mode: 0, clientId: bob.id });
    await settle(alice, bob);
    expect(alice.story).toEqual([]);
  });
});

describe('ban and invite lists', () => {
  const edit = (
    command: typeof commands.ban | typeof commands.invite,
    channel: ChannelId,
    action: number,
    ...masks: readonly string[]
  ) => alice.run(command, { channelId: channel, action, entries: masks.map(maskEntry) });

  it.each([
    ['BAN', commands.ban],
    ['INVITE', commands.invite],
  ])('%s adds and deletes, keeps no doubles, and has an end', async (_name, command) => {
    const channel = await alice.join('channel');
    await edit(command, channel, ListAction.add, 'one', 'two', 'one', '', 'with,comma');
    const listed = await edit(command, channel, ListAction.delete, 'one', 'none');
    if (!('value' in listed)) throw new Error('refused');
    expect(listed.value.entries?.map(maskOfEntry)).toEqual(['two']);
    expect(await edit(command, channel, ListAction.add, 'a', 'b', 'c')).toMatchObject({
      error: Status.resourceLimit,
    });
    const all = await alice.must(command, { channelId: channel });
    expect(all.entries?.map(maskOfEntry)).toEqual(['two', 'a', 'b']);
  });

  it('stay small enough for the reply of JOIN', async () => {
    await world.close();
    world = await startSilcWorld();
    [alice, bob] = [await world.raw('alice'), await world.raw('bob')];
    const channel = await alice.join('channel');
    for (const command of [commands.ban, commands.invite]) {
      for (let i = 0; i < 64; i++) {
        await edit(command, channel, ListAction.add, `${'é'.repeat(500)}${i}`);
      }
    }
    const reply = await bob.must(commands.join, { name: 'channel', clientId: bob.id });
    const octets = [...(reply.bans ?? []), ...(reply.invites ?? [])].reduce(
      (sum, { data }) => sum + data.length,
      0,
    );
    expect(octets).toBeGreaterThan(4_000);
    expect(octets).toBeLessThanOrEqual(8_192);
  });

  it('are for operators; BAN is not for a founder who is none', async () => {
    const channel = await together();
    const entries = [maskEntry('eve')];
    const request = { channelId: channel, action: ListAction.add, entries };
    expect(await bob.refusal(commands.ban, request)).toBe(Status.noChannelPriv);
    expect(await bob.refusal(commands.invite, request)).toBe(Status.noChannelPriv);
    await alice.must(commands.cumode, {
      channelId: channel,
      mode: ChannelUserMode.founder,
      clientId: alice.id,
    });
    expect(await alice.refusal(commands.ban, request)).toBe(Status.noChannelPriv);
    expect(await alice.refusal(commands.invite, request)).toBe(0);
  });

  it('a person who wants no invitations gets none, but is let in', async () => {
    const channel = await alice.join('channel');
    await cmode(alice, channel, { mode: ChannelMode.invite });
    await bob.must(commands.umode, { clientId: bob.id, mode: UserMode.blockInvite });
    bob.clear();
    await alice.must(commands.invite, { channelId: channel, clientId: bob.id });
    await settle(bob);
    expect(bob.story).toEqual([]);
    expect(await joinStatus(bob, 'channel')).toBe(0);
  });

  it('know a person by another nickname, and not whoever takes the old one', async () => {
    const channel = await alice.join('channel');
    await cmode(alice, channel, { mode: ChannelMode.invite });
    await alice.must(commands.invite, { channelId: channel, clientId: bob.id });
    const { clientId: id } = await bob.must(commands.nick, { nickname: 'robert' });
    bob.id = id;
    bob.connection.setLocalId(clientId(id));
    const { entries = [] } = await alice.must(commands.invite, { channelId: channel });
    expect(entries.map(({ data }) => decodeIdPayload(data, 2))).toEqual([id]);
    expect(await joinStatus(bob, 'channel')).toBe(0);
  });
});

describe('targets that are not there', () => {
  const nobody = '7f000001aabbccddeeff001122334455' as ClientId;
  const nowhere = '7f00000101020304' as ChannelId;

  it('are told as such by every command that names them', async () => {
    const channel = await alice.join('channel');
    const { noSuchChannelId, noSuchClientId, userNotOnChannel, notOnChannel } = Status;
    const on = { channelId: channel };
    const there = { channelId: nowhere };
    expect(await alice.refusal(commands.kick, { ...on, clientId: nobody })).toBe(noSuchClientId);
    expect(await alice.refusal(commands.kick, { ...on, clientId: bob.id })).toBe(userNotOnChannel);
    expect(await alice.refusal(commands.kick, { ...there, clientId: bob.id })).toBe(noSuchChannelId);
    expect(await bob.refusal(commands.kick, { ...on, clientId: alice.id })).toBe(notOnChannel);
    expect(await alice.refusal(commands.cumode, { ...on, mode: 0, clientId: bob.id })).toBe(userNotOnChannel);
    expect(await alice.refusal(commands.invite, { ...on, clientId: nobody })).toBe(noSuchClientId);
    expect(await bob.refusal(commands.invite, { ...on, clientId: alice.id })).toBe(notOnChannel);
    expect(await alice.refusal(commands.cmode, there)).toBe(noSuchChannelId);
    expect(await bob.refusal(commands.cmode, on)).toBe(notOnChannel);
    expect(await alice.refusal(commands.ban, there)).toBe(noSuchChannelId);
    expect(await bob.refusal(commands.ban, on)).toBe(notOnChannel);
    expect(await alice.refusal(commands.topic, there)).toBe(noSuchChannelId);
    expect(await alice.refusal(commands.leave, there)).toBe(noSuchChannelId);
    expect(await alice.refusal(commands.users, there)).toBe(noSuchChannelId);
  });
});
