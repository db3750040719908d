import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelModeChange } from '../../src/silc/client/types.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { refusedWith } from '../support/silc-error.js';
import { keyPairNamed, nextEvent } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

const founderRights = ChannelUserMode.founder | ChannelUserMode.operator;

describe.concurrent('rights by key', () => {
  it('a founder comes back as such, and claims the rights again', async () => {
    const alice = await target.client('alice');
    const name = target.unique('founded');
    const { channel } = await alice.join(name);
    const set = ChannelMode.founderAuth | ChannelMode.invite;
    await alice.setChannelMode(channel.id, { set });
    const { founderKey } = await alice.channelControl.settings(channel.id);
    expect(founderKey?.encoded).toBeDefined();
    await alice.leave(channel.id);
    await expect(alice.join(name)).rejects.toThrow(refusedWith(Status.notInvited));
    const back = await alice.join(name, { founder: true });
    const mine = () => back.channel.members.get(alice.self.clientId)?.mode;
    await alice.ping();
    expect(mine()).toBe(founderRights);
    await alice.setMemberMode(back.channel.id, alice.self.clientId, { clear: founderRights });
    expect(mine()).toBe(0);
    await alice.channelControl.claimFounder(back.channel.id);
    expect(mine()).toBe(founderRights);
    await alice.setChannelMode(back.channel.id, { clear: set });
  });

  it('a key of the list opens a channel', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const key = keyPairNamed(target.unique('key'));
    const name = target.unique('keyed');
    const { channel } = await alice.join(name);
    const joinKeys = { add: [key.publicKey] };
    await alice.setChannelMode(channel.id, { set: ChannelMode.channelAuth, joinKeys });
    expect((await alice.channelControl.settings(channel.id)).joinKeys).toHaveLength(1);
    await expect(bob.join(name)).rejects.toThrow(refusedWith(Status.permDenied));
    await expect(bob.join(name, { joinKey: true })).rejects.toThrow(refusedWith(Status.permDenied));
    await bob.join(name, { joinKey: key });
    await bob.leave(channel.id);
    await alice.setChannelMode(channel.id, { clear: ChannelMode.channelAuth });
    await bob.join(name);
  });
});

describe.concurrent('keys of a channel', () => {
  it('are new with another cipher, and private ones serve as well', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const name = target.unique('ciphered');
    const { channel } = await alice.join(name);
    await bob.join(name);
    const changes: readonly ChannelModeChange[] = [
      { set: ChannelMode.cipher, cipher: 'aes-128-ctr' },
      { set: ChannelMode.cipher, cipher: 'twofish-256-cbc' },
      { clear: ChannelMode.cipher },
      { set: ChannelMode.privateKey },
      { clear: ChannelMode.privateKey },
    ];
    for (const session of [alice, bob]) session.channelControl.setPrivateKey(channel.id, 'k', 'our secret');
    for (const change of changes) {
      await alice.setChannelMode(channel.id, change);
      const heard = nextEvent(bob, 'channel-message');
      await alice.say(channel.id, 'hello');
      expect((await heard).message.text).toBe('hello');
    }
  });
});

describe.concurrent('the HMAC of a channel', () => {
  it('changes, changes again and goes back, whoever has come meanwhile, and everybody is heard', async () => {
    const [alice, bob, carol] = [
      await target.client('alice'),
      await target.client('bob'),
      await target.client('carol'),
    ];
    const name = target.unique('hashed');
    const { channel } = await alice.join(name, { hmac: 'hmac-sha256-96' });
    await bob.join(name);
    const changes: readonly (ChannelModeChange | undefined)[] = [
      undefined,
      { set: ChannelMode.hmac, hmac: 'hmac-sha1' },
      { set: ChannelMode.hmac, hmac: 'hmac-sha256' },
      { clear: ChannelMode.hmac },
    ];
    for (const change of changes) {
      if (change !== undefined) await alice.setChannelMode(channel.id, change);
      // Its coming makes a new key, of which those who are there and those who come make different things.
      // Not bob's coming, of which alice may hear only now.
      const came = [alice, bob].map((session) =>
        nextEvent(session, 'member-joined', ({ member }) => member.user.clientId === carol.self.clientId),
      );
      await carol.join(name);
      await Promise.all(came);
      for (const from of [alice, bob, carol]) {
        const others = [alice, bob, carol].filter((session) => session !== from);
        const heard = Promise.all(others.map((other) => nextEvent(other, 'channel-message')));
        await from.say(channel.id, 'hello');
        for (const { message } of await heard) expect(message.text).toBe('hello');
      }
      await carol.leave(channel.id);
    }
  });
});

describe.concurrent('two operators at the same time', () => {
  it('keep what the other changes', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const { channel } = await alice.join(target.unique('raced'));
    await bob.join(channel.name);
    const risen = nextEvent(bob, 'member-mode-changed');
    await alice.setMemberMode(channel.id, bob.self.clientId, { set: ChannelUserMode.operator });
    await risen;
    const { topic, invite, userLimit } = ChannelMode;
    await Promise.all([
      alice.setChannelMode(channel.id, { set: topic }),
      bob.setChannelMode(channel.id, { set: invite | userLimit, userLimit: 7 }),
    ]);
    const wanted = { mode: topic | invite | userLimit };
    expect(await alice.channelControl.settings(channel.id)).toMatchObject(wanted);
    await bob.ping();
    expect(bob.channels.get(channel.id)).toMatchObject({ ...wanted, userLimit: 7 });
  });
});

describe.concurrent('invite and ban lists', () => {
  it.each(['mask', 'key', 'client'] as const)('know entries of a kind: %s', async (kind) => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const name = target.unique('listed');
    const { channel } = await alice.join(name);
    const key = await alice.getKey(bob.self.clientId);
    if (key === undefined) throw new Error('the server has no key');
    const entry = {
      mask: { kind: 'mask', mask: `${bob.self.nickname ?? ''}!*@*` },
      key: { kind: 'key', key },
      client: { kind: 'client', clientId: bob.self.clientId },
    } as const;
    const { channelControl: control } = alice;
    expect(await control.editEntries(channel.id, 'ban', 'add', [entry[kind]])).toEqual([entry[kind]]);
    await expect(bob.join(name)).rejects.toThrow(refusedWith(Status.bannedFromChannel));
    expect(await control.editEntries(channel.id, 'ban', 'delete', [entry[kind]])).toEqual([]);
    await alice.setChannelMode(channel.id, { set: ChannelMode.invite });
    await expect(bob.join(name)).rejects.toThrow(refusedWith(Status.notInvited));
    await control.editEntries(channel.id, 'invite', 'add', [entry[kind]]);
    await bob.join(name);
    await bob.leave(channel.id);
    await control.editEntries(channel.id, 'invite', 'delete', [entry[kind]]);
    await expect(bob.join(name)).rejects.toThrow(refusedWith(Status.notInvited));
  });
});

describe.concurrent('MIME messages', () => {
  it.each([500, 150_000])('go through in both ways, signed: %i octets', async (length) => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const name = target.unique('mime');
    const { channel } = await alice.join(name);
    await bob.join(name);
    const entity = {
      fields: [{ name: 'Content-Type', value: 'application/octet-stream' }],
      body: new Uint8Array(length).fill(13),
    };
    const heard = nextEvent(bob, 'channel-message');
    const told = nextEvent(bob, 'private-message');
    const said = await alice.sendMime({ channel: channel.id }, entity, { sign: true });
    await alice.sendMime({ user: bob.self.clientId }, entity, { sign: true });
    expect((await heard).message.digest).toBe(said.digest);
    for (const { message } of [await heard, await told]) {
      expect(message.mime?.fields).toEqual(entity.fields);
      expect(Buffer.from(message.mime?.body ?? []).equals(entity.body)).toBe(true);
      expect(message.signature).toBe('verified');
    }
  });
});
