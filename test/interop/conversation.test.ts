import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelModeChange, SilcSession } from '../../src/silc/client/types.js';
import { SilcCommandError } from '../../src/silc/errors.js';
import type { ChannelId } from '../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { EventLog, nextEvent } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

const texts = [
  'plain',
  'Grüße, 世界',
  'emoji 😀 and 👩‍👩‍👧‍👦',
  ' kept  blanks\nand lines\t',
  '0123456789'.repeat(6_000),
];

interface Room {
  readonly alice: SilcSession;
  readonly bob: SilcSession;
  readonly channel: ChannelId;
  readonly name: string;
  /** Everything that bob is told. */
  readonly log: EventLog;
}

/** Alice is the founder, bob a plain user. */
async function room(): Promise<Room> {
  const [alice, bob] = [await target.client('alice'), await target.client('bob')];
  const name = target.unique('room');
  const { channel, created } = await alice.join(name);
  expect(created).toBe(true);
  const came = nextEvent(alice, 'member-joined');
  const joined = await bob.join(name);
  expect(joined.created).toBe(false);
  expect((await came).member.user.clientId).toBe(bob.self.clientId);
  return { alice, bob, channel: channel.id, name, log: new EventLog(bob) };
}

describe.concurrent('on a channel', () => {
  it('both ends hear each other, octet for octet', async () => {
    const { alice, bob, channel } = await room();
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      for (const text of texts) {
        const heard = nextEvent(to, 'channel-message');
        const { digest } = await from.say(channel, text);
        const { message, sender } = await heard;
        expect(message).toMatchObject({ kind: 'text', signature: 'none', digest });
        // The whole text of a failure would be sixty thousand characters long.
        expect(message.text === text).toBe(true);
        expect(sender.clientId).toBe(from.self.clientId);
      }
    }
  });

  it('actions and notices stay what they are', async () => {
    const { alice, channel, log } = await room();
    await alice.say(channel, 'waves', { kind: 'action' });
    await alice.say(channel, 'a notice', { kind: 'notice' });
    await log.find('channel-message', ({ message }) => message.kind === 'notice');
    expect(log.of('channel-message').map(({ message }) => [message.kind, message.text])).toEqual([
      ['action', 'waves'],
      ['notice', 'a notice'],
    ]);
  });

  it('members see each other with names, modes and keys', async () => {
    const { alice, bob, channel } = await room();
    const seen = bob.channels.get(channel)?.members.get(alice.self.clientId);
    expect(seen?.mode).toBe(ChannelUserMode.founder | ChannelUserMode.operator);
    expect(seen?.user.nickname).toBe(alice.self.nickname);
    expect(seen?.user.fingerprint).toBe(alice.self.fingerprint);
    expect(bob.channels.get(channel)?.members.size).toBe(2);
  });

  it('the topic is shown to who is there and to who comes', async () => {
    const { alice, channel, name, log } = await room();
    await alice.setTopic(channel, 'Thema: Äpfel & 🍐');
    const { topic, by } = await log.find('topic-changed');
    expect(topic).toBe('Thema: Äpfel & 🍐');
    expect(by?.clientId).toBe(alice.self.clientId);
    const carol = await target.client('carol');
    expect((await carol.join(name)).channel.topic).toBe('Thema: Äpfel & 🍐');
  });

  it('messages go on under a new nickname, in both directions', async () => {
    const { alice, bob, channel, log } = await room();
    const oldId = alice.self.clientId;
    const nickname = target.unique('Ändert');
    await alice.nick(nickname);
    const changed = await log.find('nick-changed');
    expect(changed).toMatchObject({ oldClientId: oldId, self: false });
    expect(changed.user.nickname).toBe(nickname);
    expect(changed.user.clientId).toBe(alice.self.clientId);
    expect(alice.self.clientId).not.toBe(oldId);

    await alice.say(channel, 'still me');
    const { sender } = await log.find('channel-message', ({ message }) => message.text === 'still me');
    expect(sender.clientId).toBe(alice.self.clientId);
    const answer = nextEvent(alice, 'channel-message');
    await bob.say(channel, 'hello again');
    expect((await answer).sender.clientId).toBe(bob.self.clientId);
  });

  it('leaving and quitting are told, and the rest talks on', async () => {
    const { alice, bob, channel, name, log } = await room();
    const carol = await target.client('carol');
    await carol.join(name);
    await carol.leave(channel);
    const left = await log.find('member-left');
    expect(left).toMatchObject({ cause: { kind: 'leave' }, self: false });
    expect(left.user.nickname).toBe(carol.self.nickname);

    const again = nextEvent(bob, 'member-joined');
    await carol.join(name);
    await again;
    await target.quit(carol, 'so long');
    const quit = await log.find('member-left', ({ cause }) => cause.kind === 'signoff');
    expect(quit.cause).toEqual({ kind: 'signoff', message: 'so long' });
    const heard = nextEvent(bob, 'channel-message');
    await alice.say(channel, 'after the key change');
    expect((await heard).message.text).toBe('after the key change');
  });

  it('who is kicked is told why and can come back', async () => {
    const { alice, bob, channel, name, log } = await room();
    await alice.kick(channel, bob.self.clientId, 'Ende');
    const { self, cause } = await log.find('member-left');
    expect(self).toBe(true);
    expect(cause).toMatchObject({ kind: 'kicked', comment: 'Ende' });
    expect(bob.channels.has(channel)).toBe(false);
    expect((await bob.join(name)).created).toBe(false);
  });
});

describe.concurrent('channel modes', () => {
  const refusals: readonly (readonly [string, ChannelModeChange, number])[] = [
    ['invited ones only', { set: ChannelMode.invite }, Status.notInvited],
    ['a passphrase', { set: ChannelMode.passphrase, passphrase: 'sésame' }, Status.badPassword],
    ['a user limit', { set: ChannelMode.userLimit, userLimit: 1 }, Status.channelIsFull],
  ];

  it.each(refusals)('keep others out: %s', async (_what, change, status) => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const name = target.unique('closed');
    const { channel } = await alice.join(name);
    await alice.setChannelMode(channel.id, change);
    expect(channel.mode & (change.set ?? 0)).toBe(change.set);
    await expect(bob.join(name)).rejects.toThrow(refusedWith(status));
    await alice.setChannelMode(channel.id, { clear: change.set ?? 0 });
    expect((await bob.join(name)).created).toBe(false);
  });

  it('the right passphrase opens', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const name = target.unique('locked');
    const { channel } = await alice.join(name);
    await alice.setChannelMode(channel.id, { set: ChannelMode.passphrase, passphrase: 'sésame' });
    await expect(bob.join(name, { passphrase: 'wrong' })).rejects.toThrow(refusedWith(Status.badPassword));
    expect((await bob.join(name, { passphrase: 'sésame' })).channel.mode).toBe(ChannelMode.passphrase);
  });

  it('are told to the others, and a plain user cannot set them', async () => {
    const { alice, bob, channel, log } = await room();
    await alice.setChannelMode(channel, { set: ChannelMode.topic | ChannelMode.secret });
    const changed = await log.find('channel-mode-changed');
    expect(changed).toMatchObject({ oldMode: ChannelMode.none });
    expect(changed.channel.mode).toBe(ChannelMode.topic | ChannelMode.secret);
    await expect(bob.setTopic(channel, 'mine')).rejects.toThrow(refusedWith(Status.noChannelPriv));
    await expect(bob.setChannelMode(channel, { clear: ChannelMode.topic })).rejects.toThrow(
      refusedWith(Status.noChannelPriv),
    );
  });

  it('an operator can do what a plain user could not', async () => {
    const { alice, bob, channel, log } = await room();
    await alice.setMemberMode(channel, bob.self.clientId, { set: ChannelUserMode.operator });
    const { member, oldMode } = await log.find('member-mode-changed');
    expect([oldMode, member.mode]).toEqual([ChannelUserMode.none, ChannelUserMode.operator]);
    await bob.setChannelMode(channel, { set: ChannelMode.topic });
    await bob.setTopic(channel, 'by an operator');
    await expect(bob.kick(channel, alice.self.clientId)).rejects.toThrow(
      refusedWith(Status.noChannelFounderPriv),
    );
  });

  it('what a quieted user says vanishes', async () => {
    const { alice, bob, channel, log } = await room();
    const heard = new EventLog(alice);
    await alice.setMemberMode(channel, bob.self.clientId, { set: ChannelUserMode.quiet });
    await log.find('member-mode-changed');
    await bob.say(channel, 'unheard').catch(() => undefined);
    await alice.setMemberMode(channel, bob.self.clientId, { clear: ChannelUserMode.quiet });
    await log.find('member-mode-changed', ({ oldMode }) => oldMode === ChannelUserMode.quiet);
    await bob.say(channel, 'heard');
    await heard.find('channel-message');
    expect(heard.texts).toEqual(['heard']);
  });

  it('a change of modes does not interrupt the conversation', async () => {
    const { alice, bob, channel } = await room();
    const changed = nextEvent(bob, 'channel-mode-changed');
    await alice.setChannelMode(channel, { set: ChannelMode.private });
    await changed;
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const heard = nextEvent(to, 'channel-message');
      await from.say(channel, 'x');
      expect((await heard).message.text).toBe('x');
    }
  });
});

describe.concurrent('bans and invitations', () => {
  it('a ban keeps out whom it names until it is taken back', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const name = target.unique('banning');
    const { channel } = await alice.join(name);
    const mask = `${bob.self.nickname ?? ''}!*@*`;
    await alice.ban(channel.id, 'add', mask);
    expect(await alice.bans(channel.id)).toEqual([mask]);
    await expect(bob.join(name)).rejects.toThrow(refusedWith(Status.bannedFromChannel));
    await alice.ban(channel.id, 'delete', mask);
    expect(await alice.bans(channel.id)).toEqual([]);
    expect((await bob.join(name)).created).toBe(false);
  });

  it('an invitation arrives and opens an invite-only channel', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const name = target.unique('party');
    const { channel } = await alice.join(name);
    await alice.setChannelMode(channel.id, { set: ChannelMode.invite });
    const invited = nextEvent(bob, 'invited');
    await alice.invite(channel.id, bob.self.clientId);
    expect(await invited).toMatchObject({ channelName: name, channelId: channel.id });
    expect((await bob.join(name)).channel.mode).toBe(ChannelMode.invite);
  });
});

describe.concurrent('in private', () => {
  it('messages of all kinds arrive as they were sent', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      for (const text of texts) {
        const heard = nextEvent(to, 'private-message');
        const { digest } = await from.tell(to.self.clientId, text);
        const { message, sender, protection } = await heard;
        expect(message).toMatchObject({ kind: 'text', digest });
        expect(message.text === text).toBe(true);
        expect(protection).toBe('session');
        expect(sender.clientId).toBe(from.self.clientId);
      }
    }
    const action = nextEvent(bob, 'private-message');
    await alice.tell(bob.self.clientId, 'nods', { kind: 'action' });
    expect((await action).message).toMatchObject({ kind: 'action', text: 'nods' });
  });

  it('a message to somebody who is gone comes back as a failure', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    await target.quit(bob);
    const failed = nextEvent(alice, 'delivery-failed');
    await alice.tell(bob.self.clientId, 'are you there?');
    expect(await failed).toMatchObject({ clientId: bob.self.clientId });
  });

  it('a user who blocks private messages gets none', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const heard = new EventLog(bob);
    await bob.setUserMode({ set: UserMode.blockPrivateMessages });
    await alice.tell(bob.self.clientId, 'blocked');
    await alice.ping();
    await bob.setUserMode({ clear: UserMode.blockPrivateMessages });
    await alice.tell(bob.self.clientId, 'open');
    await heard.find('private-message');
    expect(heard.texts).toEqual(['open']);
  });
});

/** For `toThrow`: a command that the server refused with this status. */
function refusedWith(status: number): Error {
  return expect.toSatisfy(
    (error: unknown) => error instanceof SilcCommandError && error.status === status,
  ) as Error;
}
