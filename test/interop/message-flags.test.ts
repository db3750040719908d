import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../src/silc/client/types.js';
import { MessageFlag } from '../../src/silc/messages/message-flag.js';
import { EventLog } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

async function pair(): Promise<readonly [SilcSession, SilcSession]> {
  return [await target.client('alice'), await target.client('bob')];
}

const APPLICATION = 0x4000;

/** Options, and the flags that they are on the wire besides `utf8`. */
const flagged = [
  [{ kind: 'action' }, MessageFlag.action],
  [{ kind: 'notice' }, MessageFlag.notice],
  [{ noReply: true }, MessageFlag.noreply],
  [{ autoReply: true }, MessageFlag.autoreply | MessageFlag.noreply],
  [{ exchange: 'request' }, MessageFlag.request],
  [{ exchange: 'reply' }, MessageFlag.reply],
  [{ exchange: 'stop' }, MessageFlag.stop],
  [{ privateFlags: APPLICATION }, APPLICATION],
  [
    { sign: true, kind: 'action', privateFlags: APPLICATION },
    MessageFlag.signed | MessageFlag.action | APPLICATION,
  ],
] as const;

describe.concurrent('flags of messages', () => {
  it('go through the server as they are, on a channel and in private', async () => {
    const [alice, bob] = await pair();
    const { channel } = await alice.join(target.unique('room'));
    await bob.join(channel.name);
    const log = new EventLog(bob);
    for (const [options] of flagged) {
      await alice.say(channel.id, 'x', options);
      await alice.tell(bob.self.clientId, 'x', options);
    }
    await alice.tell(bob.self.clientId, 'last');
    await log.find('private-message', ({ message }) => message.text === 'last');
    const wanted = flagged.map(([, flags]) => flags | MessageFlag.utf8);
    const flags = (type: 'channel-message' | 'private-message') =>
      log.of(type).map(({ message }) => message.flags);
    expect(flags('channel-message')).toEqual(wanted);
    expect(flags('private-message').slice(0, -1)).toEqual(wanted);
  });
});

describe.concurrent('automatic replies', () => {
  it('are given once, to those who want one, and never to each other', async () => {
    const [alice, bob] = await pair();
    const carol = await target.client('carol');
    const logs = [alice, bob, carol].map((session) => new EventLog(session));
    const [atAlice, atBob, atCarol] = logs;
    alice.setAutoReply('alice is away');
    bob.setAutoReply('bob is away');
    await carol.tell(bob.self.clientId, 'no answer, please', { noReply: true });
    await carol.tell(bob.self.clientId, 'are you there?');
    await carol.tell(bob.self.clientId, 'and now?');
    // A word of one who is away is answered by the other, and that is the end of it.
    await alice.tell(bob.self.clientId, 'hello');
    const answer = await atAlice?.find('private-message');
    expect(answer?.message).toMatchObject({
      text: 'bob is away',
      flags: MessageFlag.autoreply | MessageFlag.noreply | MessageFlag.utf8,
    });
    bob.setAutoReply(undefined);
    await bob.tell(carol.self.clientId, 'back', { noReply: true });
    await bob.tell(alice.self.clientId, 'back', { noReply: true });
    for (const log of [atAlice, atCarol])
      await log?.find('private-message', ({ message }) => message.text === 'back');
    expect(atAlice?.texts).toEqual(['bob is away', 'back']);
    expect(atCarol?.texts).toEqual(['bob is away', 'back']);
    await alice.ping();
    await bob.ping();
    expect(atBob?.texts).toEqual(['no answer, please', 'are you there?', 'and now?', 'hello']);
  });
});
