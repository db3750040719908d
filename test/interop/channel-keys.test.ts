import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../src/silc/client/types.js';
import type { ChannelId } from '../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { refusedWith, withCode } from '../support/silc-error.js';
import { EventLog, nextEvent } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

interface Room {
  readonly alice: SilcSession;
  readonly bob: SilcSession;
  readonly channel: ChannelId;
  readonly name: string;
  /** Everything that bob is told. */
  readonly log: EventLog;
}

/** Alice is the founder, bob a plain user. */
async function room(options: { cipher?: string; hmac?: string } = {}): Promise<Room> {
  const [alice, bob] = [await target.client('alice'), await target.client('bob')];
  const name = target.unique('keyed');
  const { channel } = await alice.join(name, options);
  const came = nextEvent(alice, 'member-joined');
  await bob.join(name);
  await came;
  return { alice, bob, channel: channel.id, name, log: new EventLog(bob) };
}

const strong = { cipher: 'aes-256-ctr', hmac: 'hmac-sha256-96' } as const;

describe.concurrent('private keys of a channel', () => {
  it('are several, of which each opens, and what none opens is counted with its reason', async () => {
    const { alice, bob, channel, log } = await room();
    const [mine, theirs] = [alice.channelControl, bob.channelControl];
    const changed = nextEvent(bob, 'channel-mode-changed');
    await alice.setChannelMode(channel, { set: ChannelMode.privateKey });
    await changed;
    await expect(alice.say(channel, 'under no key')).rejects.toThrow(withCode('unsupported'));
    mine.setPrivateKey(channel, 'one', 'first secret');
    mine.setPrivateKey(channel, 'two', 'second secret', strong);
    await alice.say(channel, 'for nobody');
    expect(await log.find('channel-message-undecryptable')).toMatchObject({
      senderId: alice.self.clientId,
      reason: 'no-private-key',
    });
    theirs.setPrivateKey(channel, 'second', 'second secret', strong);
    await alice.say(channel, 'for others');
    await log.find('channel-message-undecryptable', ({ reason }) => reason === 'other-private-key');
    theirs.setPrivateKey(channel, 'first', 'first secret');
    await alice.say(channel, 'under the first');
    mine.selectPrivateKey(channel, 'two');
    await alice.say(channel, 'under the second', { sign: true });
    const { message, protection } = await log.find(
      'channel-message',
      (event) => event.message.text === 'under the second',
    );
    expect([message.signature, protection]).toEqual(['verified', 'private-key']);
    expect(log.texts).toEqual(['under the first', 'under the second']);
    expect(theirs.statistics.undecryptable).toMatchObject({ 'no-private-key': 1, 'other-private-key': 1 });
    expect(mine.privateKeys(channel).map(({ name, selected }) => [name, selected])).toEqual([
      ['one', false],
      ['two', true],
    ]);
    const heard = nextEvent(alice, 'channel-message');
    await bob.say(channel, 'back');
    expect(await heard).toMatchObject({ message: { text: 'back' }, protection: 'private-key' });
  });

  it('give way to the key of the server when the mode is taken back', async () => {
    const { alice, bob, channel, name, log } = await room();
    for (const { channelControl } of [alice, bob]) channelControl.setPrivateKey(channel, 'k', 'secret');
    await alice.setChannelMode(channel, { set: ChannelMode.privateKey });
    await alice.say(channel, 'among ourselves');
    const carol = await target.client('carol');
    const seen = new EventLog(carol);
    expect((await carol.join(name)).channel.mode).toBe(ChannelMode.privateKey);
    await alice.say(channel, 'not for carol');
    await seen.find('channel-message-undecryptable');
    await alice.setChannelMode(channel, { clear: ChannelMode.privateKey });
    await alice.say(channel, 'for all');
    const { protection } = await log.find('channel-message', ({ message }) => message.text === 'for all');
    expect(protection).toBe('channel-key');
    await seen.find('channel-message', ({ message }) => message.text === 'for all');
    expect(log.texts).toEqual(['among ourselves', 'not for carol', 'for all']);
    expect(seen.texts).toEqual(['for all']);
  });
});

describe.concurrent('the cipher and the HMAC that a channel begins with', () => {
  it.each([
    ['aes-128-ctr', 'hmac-sha256-96'],
    ['twofish-256-cbc', 'hmac-sha1'],
  ])('%s and %s: both ends hear each other, also under the next key', async (cipher, hmac) => {
    const { alice, bob, channel, name } = await room({ cipher, hmac });
    const both = async (): Promise<void> => {
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        const heard = nextEvent(to, 'channel-message');
        await from.say(channel, 'Grüße');
        expect((await heard).message.text).toBe('Grüße');
      }
    };
    await both();
    const came = [alice, bob].map((session) => nextEvent(session, 'member-joined'));
    await (await target.client('carol')).join(name);
    await Promise.all(came);
    await both();
  });
});

describe.concurrent('a moderated channel', () => {
  it('lets plain users be silent, then operators too, and founders talk', async () => {
    const { alice, bob, channel, log } = await room();
    const heard = new EventLog(alice);
    const { silenceUsers, silenceOperators } = ChannelMode;
    await alice.setChannelMode(channel, { set: silenceUsers });
    await log.find('channel-mode-changed');
    await bob.say(channel, 'unheard').catch(() => undefined);
    await alice.setMemberMode(channel, bob.self.clientId, { set: ChannelUserMode.operator });
    await log.find('member-mode-changed');
    await bob.say(channel, 'as an operator');
    await heard.find('channel-message');
    await expect(bob.setChannelMode(channel, { clear: silenceUsers })).rejects.toThrow(
      refusedWith(Status.noChannelFounderPriv),
    );
    await alice.setChannelMode(channel, { set: silenceOperators });
    await log.find('channel-mode-changed', ({ oldMode }) => oldMode === silenceUsers);
    await bob.say(channel, 'unheard too').catch(() => undefined);
    await alice.say(channel, 'as the founder');
    await log.find('channel-message');
    await alice.setChannelMode(channel, { clear: silenceUsers | silenceOperators });
    await log.find('channel-mode-changed', ({ oldMode }) => oldMode === (silenceUsers | silenceOperators));
    await bob.say(channel, 'again');
    await heard.find('channel-message', ({ message }) => message.text === 'again');
    expect(heard.texts).toEqual(['as an operator', 'again']);
  });

  it('is not told to who blocks the messages of a channel', async () => {
    const { alice, bob, channel, log } = await room();
    const mine = async (change: { set?: number; clear?: number }): Promise<void> => {
      await bob.setMemberMode(channel, bob.self.clientId, change);
    };
    await mine({ set: ChannelUserMode.blockMessages });
    await alice.say(channel, 'blocked');
    await alice.ping();
    await mine({ clear: ChannelUserMode.blockMessages });
    await alice.say(channel, 'open');
    await log.find('channel-message');
    expect(log.texts).toEqual(['open']);
  });
});
