import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelModeChange, SilcSession } from '../../../../src/silc/client/types.js';
import type { ChannelId } from '../../../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode } from '../../../../src/silc/modes.js';
import { Status } from '../../../../src/silc/status.js';
import { refusedWith, withCode } from '../../../support/silc-error.js';
import {
  EventLog,
  keyPairNamed,
  nextEvent,
  startSilcWorld,
  type SilcWorld,
} from '../../../support/silc-world.js';

let world: SilcWorld;
let alice: SilcSession;
let bob: SilcSession;
beforeEach(async () => {
  world = await startSilcWorld();
  [alice, bob] = [await world.client('alice'), await world.client('bob')];
});
afterEach(() => world.close());

const founderRights = ChannelUserMode.founder | ChannelUserMode.operator;

/** Alice is the founder, bob a plain member. */
async function together(change?: ChannelModeChange): Promise<ChannelId> {
  const { channel } = await alice.join('room');
  const came = nextEvent(alice, 'member-joined');
  await bob.join('room');
  await came;
  if (change !== undefined) await alice.setChannelMode(channel.id, change);
  return channel.id;
}

const modeOf = (session: SilcSession, channel: ChannelId, of = session): number | undefined =>
  session.channels.get(channel)?.members.get(of.self.clientId)?.mode;

describe('founder authentication', () => {
  it('keeps a channel for its founder, who comes back as such past every barrier but the passphrase', async () => {
    const { channel } = await alice.join('room');
    const change = {
      set: ChannelMode.founderAuth | ChannelMode.invite | ChannelMode.userLimit,
      userLimit: 1,
    };
    await alice.setChannelMode(channel.id, change);
    const settings = await alice.channelControl.settings(channel.id);
    expect(settings.founderKey?.encoded).toEqual(keyPairNamed('alice').publicKey.encoded);
    expect(settings).toMatchObject({ mode: change.set, userLimit: 1, joinKeys: [] });
    await alice.leave(channel.id);
    await expect(alice.join('room')).rejects.toThrow(refusedWith(Status.notInvited));
    const wrong = keyPairNamed('eve');
    await expect(alice.join('room', { founder: wrong })).rejects.toThrow(refusedWith(Status.notInvited));
    const back = await alice.join('room', { founder: true });
    expect(back).toMatchObject({ created: false, channel: { id: channel.id, mode: change.set } });
    expect(modeOf(alice, channel.id)).toBe(founderRights);
  });

  it('is claimed on the channel too, and deposes whoever was the founder', async () => {
    const key = keyPairNamed('shared');
    const channel = await together({ set: ChannelMode.founderAuth, founderKey: key });
    await expect(bob.channelControl.claimFounder(channel)).rejects.toThrow(refusedWith(Status.authFailed));
    const deposed = nextEvent(alice, 'member-mode-changed');
    await bob.channelControl.claimFounder(channel, key);
    expect((await deposed).member).toMatchObject({
      user: { nickname: 'alice' },
      mode: ChannelUserMode.operator,
    });
    expect(modeOf(bob, channel)).toBe(founderRights);
    await bob.setChannelMode(channel, { clear: ChannelMode.founderAuth });
    expect((await bob.channelControl.settings(channel)).founderKey).toBeUndefined();
  });

  it('cannot be claimed where it is not set', async () => {
    const channel = await together();
    await expect(bob.channelControl.claimFounder(channel)).rejects.toThrow(refusedWith(Status.authFailed));
  });
});

describe('channel authentication', () => {
  it('lets in who holds a key of the list, and nobody when it is taken away', async () => {
    const [mine, other] = [keyPairNamed('bob'), keyPairNamed('other')];
    const { channel } = await alice.join('room');
    await expect(alice.setChannelMode(channel.id, { set: ChannelMode.channelAuth })).rejects.toThrow(
      refusedWith(Status.notEnoughParams),
    );
    const add = [mine.publicKey, other.publicKey];
    await alice.setChannelMode(channel.id, { set: ChannelMode.channelAuth, joinKeys: { add } });
    expect((await alice.channelControl.settings(channel.id)).joinKeys).toHaveLength(2);
    await expect(bob.join('room')).rejects.toThrow(refusedWith(Status.permDenied));
    await expect(bob.join('room', { joinKey: keyPairNamed('eve') })).rejects.toThrow(
      refusedWith(Status.permDenied),
    );
    expect((await bob.join('room', { joinKey: true })).channel.mode).toBe(ChannelMode.channelAuth);
    await bob.leave(channel.id);
    const joinKeys = { delete: [mine.publicKey] };
    await alice.setChannelMode(channel.id, { set: ChannelMode.channelAuth, joinKeys });
    await expect(bob.join('room', { joinKey: true })).rejects.toThrow(refusedWith(Status.permDenied));
    await bob.join('room', { joinKey: other });
  });
});

describe('the cipher of a channel', () => {
  it('changes, changes again, and goes back, with a new key each time', async () => {
    const channel = await together();
    const changes: readonly ChannelModeChange[] = [
      { set: ChannelMode.cipher, cipher: 'aes-128-ctr' },
      { set: ChannelMode.cipher, cipher: 'twofish-256-cbc' },
      { clear: ChannelMode.cipher },
    ];
    for (const change of changes) {
      await alice.setChannelMode(channel, change);
      const heard = nextEvent(bob, 'channel-message');
      await alice.say(channel, 'hello');
      expect((await heard).message.text).toBe('hello');
    }
  });

  it('is chosen when the channel is made', async () => {
    const { channel } = await alice.join('other', { cipher: 'aes-256-ctr' });
    await bob.join('other');
    const heard = nextEvent(bob, 'channel-message');
    await alice.say(channel.id, 'hello');
    expect((await heard).message.text).toBe('hello');
  });

  it('is one that is known', async () => {
    const channel = await together();
    await expect(alice.setChannelMode(channel, { set: ChannelMode.cipher, cipher: 'rot13' })).rejects.toThrow(
      withCode('usage'),
    );
    await expect(alice.join('new', { cipher: 'rot13' })).rejects.toThrow(withCode('usage'));
  });
});

describe('the HMAC of a channel', () => {
  it('changes, changes again, and goes back, and everybody is heard', async () => {
    const channel = await together();
    const changes: readonly ChannelModeChange[] = [
      { set: ChannelMode.hmac, hmac: 'hmac-sha256-96' },
      { set: ChannelMode.hmac, hmac: 'hmac-md5' },
      { clear: ChannelMode.hmac },
    ];
    for (const change of changes) {
      await alice.setChannelMode(channel, change);
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        const heard = nextEvent(to, 'channel-message');
        await from.say(channel, 'hello');
        expect((await heard).message.text).toBe('hello');
      }
    }
  });

  it('may be told when the channel is made', async () => {
    const { channel } = await alice.join('hashed', { hmac: 'hmac-sha256-96' });
    await bob.join('hashed');
    const heard = nextEvent(bob, 'channel-message');
    await alice.say(channel.id, 'hello');
    expect((await heard).message.text).toBe('hello');
    await expect(alice.join('other', { hmac: 'crc' })).rejects.toThrow(withCode('usage'));
  });
});

describe('a change of channel modes', () => {
  it('that cannot do what it says is refused before anything is sent', async () => {
    const channel = await together();
    const { hmac, userLimit } = ChannelMode;
    const bad: readonly ChannelModeChange[] = [
      { passphrase: 'secret' },
      { set: ChannelMode.topic, userLimit: 3 },
      { clear: ChannelMode.cipher, cipher: 'aes-128-ctr' },
      { hmac: 'hmac-sha256-96' },
      { founderKey: keyPairNamed('alice') },
      { joinKeys: { add: [keyPairNamed('bob').publicKey] } },
      { set: hmac, hmac: 'crc' },
      { set: userLimit, userLimit: 0 },
      { set: userLimit, userLimit: 1.5 },
      { set: userLimit, userLimit: 2 ** 32 },
    ];
    for (const change of bad) {
      await expect(alice.setChannelMode(channel, change), JSON.stringify(change)).rejects.toThrow(
        withCode('usage'),
      );
    }
    await expect(alice.setChannelMode(channel, { set: hmac })).rejects.toThrow(
      refusedWith(Status.notEnoughParams),
    );
    expect(alice.channels.get(channel)?.mode).toBe(0);
  });
});

describe('private keys of a channel', () => {
  it('are needed for sending, and several are tried for reading', async () => {
    const channel = await together({ set: ChannelMode.privateKey });
    await expect(alice.say(channel, 'x')).rejects.toThrow(withCode('unsupported'));
    const keys = [alice.channelControl, bob.channelControl] as const;
    keys[0].setPrivateKey(channel, 'one', 'first secret');
    keys[0].setPrivateKey(channel, 'two', 'second secret', { cipher: 'aes-256-ctr', hmac: 'hmac-sha256-96' });
    const log = new EventLog(bob);
    await alice.say(channel, 'for nobody');
    expect(await log.find('channel-message-undecryptable')).toMatchObject({ reason: 'no-private-key' });
    keys[1].setPrivateKey(channel, 'b', 'second secret', { cipher: 'aes-256-ctr', hmac: 'hmac-sha256-96' });
    await alice.say(channel, 'for others');
    await log.find('channel-message-undecryptable', ({ reason }) => reason === 'other-private-key');
    keys[1].setPrivateKey(channel, 'a', 'first secret');
    await alice.say(channel, 'first');
    keys[0].selectPrivateKey(channel, 'two');
    await alice.say(channel, 'second');
    await log.find('channel-message', ({ message }) => message.text === 'second');
    expect(log.texts).toEqual(['first', 'second']);
    expect(bob.channelControl.statistics.undecryptable).toMatchObject({
      'no-private-key': 1,
      'other-private-key': 1,
      'wrong-key': 0,
    });
    expect(keys[0].privateKeys(channel)).toEqual([
      { name: 'one', cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96', selected: false },
      { name: 'two', cipher: 'aes-256-ctr', hmac: 'hmac-sha256-96', selected: true },
    ]);
    expect([keys[0].removePrivateKey(channel, 'two'), keys[0].removePrivateKey(channel, 'two')]).toEqual([
      true,
      false,
    ]);
    expect(keys[0].privateKeys(channel)).toMatchObject([{ name: 'one', selected: true }]);
  });

  it('are enough for who comes later: the server has no key to give then', async () => {
    const channel = await together({ set: ChannelMode.privateKey });
    alice.channelControl.setPrivateKey(channel, 'ours', 'among us');
    const late = await world.client('late');
    await late.join('room');
    late.channelControl.setPrivateKey(channel, 'ours', 'among us');
    const heard = nextEvent(alice, 'channel-message');
    await late.say(channel, 'here I am');
    expect(await heard).toMatchObject({ protection: 'private-key', message: { text: 'here I am' } });
  });

  it('give way to the server’s key when the mode is taken away', async () => {
    const channel = await together({ set: ChannelMode.privateKey });
    await alice.setChannelMode(channel, { clear: ChannelMode.privateKey });
    const heard = nextEvent(bob, 'channel-message');
    await alice.say(channel, 'open again');
    expect((await heard).message.text).toBe('open again');
  });

  it('are bounded, of 256 bits, and not of nothing', async () => {
    const channel = await together();
    const { channelControl: control } = alice;
    expect(() => control.setPrivateKey(channel, 'x', '')).toThrow(withCode('usage'));
    expect(() => control.setPrivateKey(channel, 'x', 's', { cipher: 'aes-128-cbc' })).toThrow(
      withCode('usage'),
    );
    expect(() => control.setPrivateKey(channel, 'x', 's', { hmac: 'none' })).toThrow(withCode('usage'));
    expect(() => control.selectPrivateKey(channel, 'x')).toThrow(withCode('usage'));
    for (let n = 0; n < 16; n++) control.setPrivateKey(channel, `${n}`, `secret ${n}`);
    expect(() => control.setPrivateKey(channel, 'x', 's')).toThrow(withCode('overflow'));
    control.setPrivateKey(channel, '3', 'another');
  });
});

describe('invite and ban lists', () => {
  const { publicKey } = keyPairNamed('bob');

  it('keep out and let in by mask, by key and by Client ID', async () => {
    const { channel } = await alice.join('room');
    const { channelControl: control } = alice;
    const entries = [
      { kind: 'mask', mask: 'b*!*@*' },
      { kind: 'key', key: publicKey },
      { kind: 'client', clientId: bob.self.clientId },
    ] as const;
    for (const entry of entries) {
      expect(await control.editEntries(channel.id, 'ban', 'add', [entry])).toEqual([entry]);
      await expect(bob.join('room')).rejects.toThrow(refusedWith(Status.bannedFromChannel));
      expect(await control.editEntries(channel.id, 'ban', 'delete', [entry])).toEqual([]);
    }
    await alice.setChannelMode(channel.id, { set: ChannelMode.invite });
    for (const entry of entries) {
      await expect(bob.join('room')).rejects.toThrow(refusedWith(Status.notInvited));
      await control.editEntries(channel.id, 'invite', 'add', [entry]);
      expect(await control.entries(channel.id, 'invite')).toEqual([entry]);
      await bob.join('room');
      await bob.leave(channel.id);
      await control.editEntries(channel.id, 'invite', 'delete', [entry]);
    }
  });

  it('refuse what no server keeps', async () => {
    const { channel } = await alice.join('room');
    const edit = (mask: string): Promise<unknown> =>
      alice.channelControl.editEntries(channel.id, 'ban', 'add', [{ kind: 'mask', mask }]);
    await expect(edit('')).rejects.toThrow(withCode('bad-string'));
    await expect(edit('a,b')).rejects.toThrow(withCode('bad-string'));
    await expect(edit('x'.repeat(1_025))).rejects.toThrow(withCode('limit'));
    await expect(alice.channelControl.editEntries(channel.id, 'ban', 'add', [])).rejects.toThrow(
      withCode('usage'),
    );
  });
});

describe('rights that are not there', () => {
  it('are known before anything is sent', async () => {
    const channel = await together();
    const refused: readonly (readonly [Promise<unknown>, number])[] = [
      [bob.setChannelMode(channel, { set: ChannelMode.topic }), Status.noChannelPriv],
      [bob.setMemberMode(channel, alice.self.clientId, { set: ChannelUserMode.quiet }), Status.noChannelPriv],
      [
        bob.setMemberMode(channel, bob.self.clientId, { set: ChannelUserMode.operator }),
        Status.noChannelPriv,
      ],
      [bob.setMemberMode(channel, bob.self.clientId, { set: ChannelUserMode.quiet }), Status.permDenied],
      [
        bob.setMemberMode(channel, alice.self.clientId, { set: ChannelUserMode.blockMessages }),
        Status.notYou,
      ],
    ];
    for (const [promise, status] of refused) await expect(promise).rejects.toThrow(refusedWith(status));
    const risen = nextEvent(bob, 'member-mode-changed');
    await alice.setMemberMode(channel, bob.self.clientId, { set: ChannelUserMode.operator });
    await risen;
    await bob.setChannelMode(channel, { set: ChannelMode.topic });
    for (const set of [ChannelMode.silenceUsers, ChannelMode.privateKey, ChannelMode.founderAuth]) {
      await expect(bob.setChannelMode(channel, { set })).rejects.toThrow(
        refusedWith(Status.noChannelFounderPriv),
      );
    }
    await expect(
      bob.setMemberMode(channel, alice.self.clientId, { clear: ChannelUserMode.founder }),
    ).rejects.toThrow(refusedWith(Status.noChannelFounderPriv));
  });
});
