import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fingerprint } from '../../../../src/silc/crypto/fingerprint.js';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import { ClientSession } from '../../../../src/silc/client/session.js';
import type { NetworkState } from '../../../../src/silc/client/network-state.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { utf8 } from '../../../../src/silc/bytes.js';
import { commands } from '../../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { channelId, clientId } from '../../../../src/silc/ids.js';
import type { ClientId } from '../../../../src/silc/ids.js';
import {
  channelMessageKey,
  channelPrivateKey,
  encodeMime,
  fragmentMime,
  MessageFlag,
  protectMessage,
} from '../../../../src/silc/messages/index.js';
import { PacketType } from '../../../../src/silc/packets/packet-type.js';
import { keyPairNamed } from '../../../support/silc-world.js';
import {
  channelNumber,
  idOf,
  keyOf,
  scriptedSession,
  type ScriptedServer,
} from '../../../support/scripted-server.js';
import { EventLog } from '../../../support/session-events.js';

const room = channelNumber(1);
const zoe = idOf('zoe');

interface One {
  readonly session: SilcSession;
  readonly server: ScriptedServer;
  readonly log: EventLog;
}

const sessions: SilcSession[] = [];
let sharing: SessionSharing;
beforeEach(() => {
  sharing = new SessionSharing();
});
afterEach(() => {
  vi.useRealTimers();
  for (const session of sessions.splice(0)) session.destroy();
});

/** A session on the one server, on the channel with zoe. */
async function one(nickname: string, members: readonly ClientId[] = [zoe]): Promise<One> {
  const { session, server } = await scriptedSession({ sharing, nickname, keyPair: keyPairNamed(nickname) });
  sessions.push(session);
  server.person('zoe');
  const log = new EventLog(session);
  await server.admit(session, 1, members);
  await new Promise(setImmediate);
  return { session, server, log };
}

function networkOf(session: SilcSession): NetworkState {
  if (!(session instanceof ClientSession)) throw new Error('another kind of session');
  return session.core.network;
}

/** The same octets to each, in this order. */
async function toAll(all: readonly One[], payload: Uint8Array, sender = zoe): Promise<void> {
  for (const { session, server } of all) {
    const addresses = { source: clientId(sender), destination: channelId(room) };
    await server.send(PacketType.channelMessage, payload, addresses);
    await session.ping();
  }
}

const under = (n: number, text: string): Uint8Array =>
  protectMessage(
    nodeBackend,
    channelMessageKey(nodeBackend, keyOf(n), { cipher: 'aes-256-cbc' }),
    { sender: zoe, receiver: room },
    { flags: MessageFlag.utf8, data: utf8(text) },
  );

describe('sessions that share, on one server', () => {
  it('open a message once, and only for those who hold its key', async () => {
    const all = [await one('ann'), await one('bob'), await one('cat')];
    const [ann, bob, cat] = all as [One, One, One];
    for (const { server } of [ann, cat]) await server.channelKey(room, 2);
    const payload = under(2, 'for those with the key');
    await toAll(all, payload);
    const [told] = ann.log.of('channel-message');
    expect(told?.message.text).toBe('for those with the key');
    expect(bob.log.of('channel-message')).toEqual([]);
    expect(bob.log.of('channel-message-undecryptable').map(({ reason }) => reason)).toEqual(['wrong-key']);
    expect(bob.session.channelControl.statistics.undecryptable['wrong-key']).toBe(1);
    expect(cat.log.of('channel-message')[0]?.message).toBe(told?.message);
    expect(all.map(({ session }) => session.holdsKey(room, told!.key))).toEqual([true, false, true]);
  });

  it('share nothing of messages under private keys of the members', async () => {
    const all = [await one('ann'), await one('bob'), await one('cat')];
    const [ann, bob, cat] = all as [One, One, One];
    for (const { session } of [ann, cat]) session.channelControl.setPrivateKey(room, 'ours', 'secret');
    const key = channelPrivateKey(nodeBackend, utf8('secret'));
    const parties = { sender: zoe, receiver: room };
    await toAll(
      all,
      protectMessage(nodeBackend, key, parties, { flags: MessageFlag.utf8, data: utf8('psst') }),
    );
    const [first, second] = [ann, cat].map(({ log }) => log.of('channel-message')[0]);
    expect([first?.message.text, first?.protection]).toEqual(['psst', 'private-key']);
    expect(second?.message).toEqual(first?.message);
    expect(second?.message).not.toBe(first?.message);
    // Each has an object of its own for it; that it is the same key is known.
    expect(all.map(({ session }) => session.holdsKey(room, first!.key))).toEqual([true, false, true]);
    expect(bob.log.of('channel-message')).toEqual([]);
    expect(bob.log.of('channel-message-undecryptable')).toHaveLength(1);
  });

  it('give nobody a message in fragments of which one could not be read', async () => {
    const all = [await one('ann'), await one('bob'), await one('cat')];
    const [ann, bob, cat] = all as [One, One, One];
    const whole = encodeMime({
      fields: [{ name: 'Content-Type', value: 'text/plain' }],
      body: utf8('long words '.repeat(9)),
    });
    const fragments = fragmentMime(whole, 40, 'an id');
    const last = fragments.length - 1;
    expect(last).toBeGreaterThan(0);
    for (const { server } of [ann, cat]) await server.channelKey(room, 2);
    for (const [n, data] of fragments.entries()) {
      // The last one is under a key that bob has, too.
      if (n === last) await bob.server.channelKey(room, 3);
      if (n === last) for (const { server } of [ann, cat]) await server.channelKey(room, 3);
      const key = channelMessageKey(nodeBackend, keyOf(n === last ? 3 : 2), { cipher: 'aes-256-cbc' });
      const parties = { sender: zoe, receiver: room };
      await toAll(all, protectMessage(nodeBackend, key, parties, { flags: MessageFlag.data, data }));
    }
    const [first] = ann.log.of('channel-message');
    expect(first?.message.mime?.body).toEqual(utf8('long words '.repeat(9)));
    expect(cat.log.of('channel-message')[0]?.message).toBe(first?.message);
    expect(bob.log.of('channel-message')).toEqual([]);
    expect(bob.log.of('channel-message-undecryptable')).toHaveLength(last);
  });

  it('ask for nobody who is one of them: name and fingerprint are at hand', async () => {
    const ann = await one('ann');
    const bob = await one('bob', [zoe, ann.session.self.clientId]);
    await ann.server.tellChannel(room, {
      type: 'join',
      clientId: bob.session.self.clientId,
      channelId: room,
    });
    await ann.session.ping();
    const [joined] = ann.log.of('member-joined');
    expect(joined?.member.user).toMatchObject({
      nickname: 'bob',
      username: 'user',
      fingerprint: fingerprint(nodeBackend, keyPairNamed('bob').publicKey),
    });
    expect(ann.server.asked.flat()).toEqual([zoe]);
    expect(bob.server.asked).toEqual([]);
    expect(bob.session.leads(room)).toBe(false);
  });

  it('keep no record of a member, and no member, but for the one who leads', async () => {
    const crowd = Array.from({ length: 200 }, (_, n) => idOf(`p${n}`));
    const { session } = await scriptedSession({ sharing, nickname: 'ann' }).then(
      async ({ session, server }) => {
        sessions.push(session);
        for (let n = 0; n < 200; n++) server.person(`p${n}`);
        await server.admit(session, 1, crowd);
        return { session };
      },
    );
    const others = [await one('bob', crowd), await one('cat', crowd)];
    expect(session.channels.get(room)?.members.size).toBe(201);
    for (const { session: other, server, log } of others) {
      const network = networkOf(other);
      await server.tellChannel(room, { type: 'leave', clientId: idOf('p7') });
      await server.tellChannel(room, { type: 'join', clientId: idOf('p300'), channelId: room });
      await server.notify({ type: 'signoff', clientId: idOf('p8'), message: 'bye' });
      await server.channelMessage(room, idOf('p9'), 1, 'words');
      await other.ping();
      expect(network.users.size).toBe(1);
      expect(network.channel(room)?.table.size).toBe(0);
      expect(other.channels.get(room)?.members.size).toBe(201);
      expect(server.asked).toEqual([]);
      expect(log.of('channel-message')[0]?.sender.nickname).toBe('p9');
    }
    const [first, second] = others.map(({ session: other }) => networkOf(other).channel(room)!);
    expect([first?.keys.holds(second!.keys.sendRef()), first?.keys.size]).toEqual([true, 1]);
  });

  it('wait for no name of a speaker whom the one who leads does not know yet', async () => {
    const ann = await one('ann');
    const bob = await one('bob');
    await bob.server.channelMessage(room, idOf('new'), 1, 'first words');
    await bob.session.ping();
    const [told] = bob.log.of('channel-message');
    expect([told?.message.text, told?.sender.nickname]).toEqual(['first words', undefined]);
    expect(bob.server.asked).toEqual([]);
    ann.server.person('new');
    await ann.server.tellChannel(room, { type: 'join', clientId: idOf('new'), channelId: room });
    const { member } = await ann.log.find('member-joined');
    expect(member.user).toBe(told?.sender);
    expect(told?.sender.nickname).toBe('new');
  });

  it('hold up only what concerns somebody whose name nobody tells', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ann = await one('ann');
    ann.server.on(commands.whois, () => []);
    const ghost = idOf('ghost');
    const { server, session, log } = ann;
    log.clear();
    await server.tellChannel(room, { type: 'join', clientId: ghost, channelId: room });
    await server.channelMessage(room, ghost, 1, 'boo');
    await server.channelMessage(room, zoe, 1, 'who is there?');
    await server.tellChannel(room, { type: 'topic-set', by: clientId(zoe), topic: 'ghosts' });
    await server.tellChannel(room, { type: 'cumode-change', by: clientId(zoe), mode: 2, target: zoe });
    await server.tellChannel(room, { type: 'leave', clientId: zoe });
    await session.ping();
    const types = (): readonly string[] => log.events.map(({ type }) => type);
    const others = ['channel-message', 'topic-changed', 'member-mode-changed', 'member-left'];
    expect(types()).toEqual(others);
    expect(log.texts).toEqual(['who is there?']);
    await vi.advanceTimersByTimeAsync(10_001);
    expect(types()).toEqual([...others, 'member-joined', 'channel-message']);
    expect(log.texts).toEqual(['who is there?', 'boo']);
  });

  it('tell of an own message before it is on its way what receivers know it by', async () => {
    const all = [await one('ann'), await one('bob')];
    const [ann, bob] = all as [One, One];
    const order: string[] = [];
    const sent = await ann.session.say(room, 'mine', {
      onSending: ({ digest }) => order.push(digest, String(ann.server.packets.length)),
    });
    expect(order).toEqual([sent.digest, '0']);
    expect(sent.protection).toBe('channel-key');
    const { payload } = await ann.server.nextPacket(PacketType.channelMessage);
    await toAll([bob], payload, ann.session.self.clientId);
    const [copy] = bob.log.of('channel-message');
    expect([copy?.message.digest, copy?.key]).toEqual([sent.digest, sent.key]);
    expect(bob.session.holdsKey(room, sent.key!)).toBe(true);
    const private_: string[] = [];
    const told = await ann.session.tell(zoe, 'psst', { onSending: ({ digest }) => private_.push(digest) });
    expect(private_).toEqual([told.digest]);
  });
});
