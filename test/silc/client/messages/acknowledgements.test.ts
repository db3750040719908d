import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands } from '../../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { hmac } from '../../../../src/silc/crypto/algorithms.js';
import type { Packet } from '../../../../src/silc/frame.js';
import {
  ACKNOWLEDGEMENT,
  acknowledgementOf,
  asksForAcknowledgement,
  channelMessageKey,
  encodeMessage,
  isAcknowledgement,
  MessageFlag,
  openMessage,
  protectMessage,
  staticMessageKeys,
} from '../../../../src/silc/messages/index.js';
import { channelKeyPayload } from '../../../../src/silc/packets/channel-key.js';
import { decodePayload } from '../../../../src/silc/packets/codec.js';
import { PacketFlag, PacketType } from '../../../../src/silc/packets/packet-type.js';
import { clientId } from '../../../../src/silc/ids.js';
import { utf8 } from '../../../../src/silc/bytes.js';
import type { RawClient } from '../../../support/raw-client.js';
import { EventLog, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';
import { withCode } from '../../../support/silc-error.js';

let world: SilcWorld;
beforeEach(async () => {
  world = await startSilcWorld();
});
afterEach(() => world.close());

async function person(
  nickname: string,
  options: { answers?: boolean | 'by-application'; negotiates?: boolean } = {},
) {
  const { answers = true, negotiates = false } = options;
  const session = await world.client(nickname, {
    answerAcknowledgements: answers,
    negotiatePrivateKeys: negotiates,
  });
  return { session, log: new EventLog(session), id: () => session.self.clientId };
}
type Person = Awaited<ReturnType<typeof person>>;

async function shareKey(one: Person, other: Person): Promise<void> {
  await one.session.setPrivateKey(other.id(), 'secret', 'initiator');
  await other.session.setPrivateKey(one.id(), 'secret', 'responder');
}
const barrier = async (...sessions: readonly SilcSession[]) => {
  for (const session of [...sessions, ...sessions]) await session.ping();
};

describe('the flags of acknowledgements', () => {
  it('ask only where nothing else forbids an answer', () => {
    expect(asksForAcknowledgement(MessageFlag.ack | MessageFlag.utf8)).toBe(true);
    expect(asksForAcknowledgement(MessageFlag.ack | MessageFlag.noreply)).toBe(false);
    expect(asksForAcknowledgement(MessageFlag.ack | MessageFlag.autoreply)).toBe(false);
    expect(asksForAcknowledgement(ACKNOWLEDGEMENT)).toBe(false);
    expect(isAcknowledgement(ACKNOWLEDGEMENT | MessageFlag.utf8)).toBe(true);
    expect(isAcknowledgement(MessageFlag.ack | MessageFlag.noreply)).toBe(false);
  });

  it('the data is the MAC of the MAC, by the same key', () => {
    const key = { hmac: 'hmac-sha1-96', hmacKey: utf8('0123456789abcdef') } as const;
    const payload = utf8('what goes before|twelveoctets');
    const expected = hmac(nodeBackend, 'hmac-sha1-96', key.hmacKey, utf8('twelveoctets'));
    expect(acknowledgementOf(nodeBackend, key, payload)).toEqual(expected);
  });
});

describe('a message that asks to be acknowledged', () => {
  it.each([
    ['static-key', false],
    ['negotiated-key', true],
  ] as const)('is, under a %s, and the sender is told which one', async (protection, negotiates) => {
    const [ann, bob] = [await person('ann', { negotiates }), await person('bob')];
    if (!negotiates) await shareKey(ann, bob);
    const first = await ann.session.tell(bob.id(), 'one', { acknowledge: true });
    await ann.session.tell(bob.id(), 'two');
    const third = await ann.session.tell(bob.id(), 'three', { acknowledge: true });
    await ann.log.find('acknowledged', ({ digest }) => digest === third.digest);
    expect(ann.log.of('acknowledged').map(({ user, digest }) => [user.clientId, digest])).toEqual([
      [bob.id(), first.digest],
      [bob.id(), third.digest],
    ]);
    const heard = bob.log.of('private-message');
    expect(heard.map((event) => event.protection)).toEqual([protection, protection, protection]);
    expect(heard.map(({ message }) => asksForAcknowledgement(message.flags))).toEqual([true, false, true]);
    // The acknowledgements are no messages to anybody.
    expect(ann.log.of('private-message')).toEqual([]);
  });

  it('is told as such before its acknowledgement, under whatever nickname', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await shareKey(ann, bob);
    await Promise.all([ann.session.join('room'), bob.session.join('room')]);
    const order: string[] = [];
    ann.session.subscribe(({ type }) => {
      if (type === 'acknowledged') order.push(type);
    });
    await ann.session.tell(bob.id(), 'one', { acknowledge: true }).then(() => order.push('sent'));
    const first = await ann.log.find('acknowledged');
    await bob.session.nick('bobby');
    await ann.log.find('nick-changed');
    await ann.session.tell(bob.id(), 'two', { acknowledge: true }).then(() => order.push('sent'));
    await ann.log.find('acknowledged', ({ digest }) => digest !== first.digest);
    expect(order).toEqual(['sent', 'acknowledged', 'sent', 'acknowledged']);
  });

  it('is not, where the receiver has switched that off: the deadline tells', async () => {
    const [ann, bob] = [await person('ann'), await person('bob', { answers: false })];
    await shareKey(ann, bob);
    const { digest } = await ann.session.tell(bob.id(), 'one', { acknowledge: { timeoutMs: 50 } });
    expect(await ann.log.find('unacknowledged')).toMatchObject({ digest, reason: 'timeout' });
    expect(bob.log.of('private-message')).toHaveLength(1);
  });

  it('is when the application says so, once, where it wants to decide', async () => {
    const [ann, bob] = [await person('ann'), await person('bob', { answers: 'by-application' })];
    await shareKey(ann, bob);
    const { digest } = await ann.session.tell(bob.id(), 'one', { acknowledge: true });
    const { acknowledge } = await bob.log.find('private-message');
    await barrier(bob.session, ann.session);
    expect(ann.log.of('acknowledged')).toEqual([]);
    acknowledge?.();
    acknowledge?.();
    expect((await ann.log.find('acknowledged')).digest).toBe(digest);
    await barrier(bob.session, ann.session);
    expect(ann.log.of('acknowledged')).toHaveLength(1);
    await ann.session.tell(bob.id(), 'two');
    const second = await bob.log.find('private-message', ({ message }) => message.text === 'two');
    expect(second.acknowledge).toBeUndefined();
  });

  it('asks for nothing without a key, and says so', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const { digest } = await ann.session.tell(bob.id(), 'one', { acknowledge: true });
    expect(await ann.log.find('unacknowledged')).toMatchObject({ digest, reason: 'no-key' });
    const { message } = await bob.log.find('private-message');
    expect(message.flags & MessageFlag.ack).toBe(0);
  });

  it('can be a MIME message: its last fragment is acknowledged', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await shareKey(ann, bob);
    const fields = [{ name: 'Content-Type', value: 'image/png' }];
    const { digest } = await ann.session.sendMime(
      { user: bob.id() },
      { fields, body: new Uint8Array(130_000) },
      { acknowledge: true },
    );
    expect((await ann.log.find('acknowledged')).digest).toBe(digest);
    await barrier(bob.session, ann.session);
    expect(ann.log.of('acknowledged')).toHaveLength(1);
    expect((await bob.log.find('private-message')).message.data.length).toBeGreaterThan(130_000);
  });

  it('cannot be one to a channel, nor one that wants no answer', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const { channel } = await ann.session.join('room');
    const usage = withCode('usage');
    await expect(ann.session.say(channel.id, 'x', { acknowledge: true })).rejects.toThrow(usage);
    const entity = { fields: [{ name: 'Content-Type', value: 'text/plain' }], body: utf8('x') };
    await expect(
      ann.session.sendMime({ channel: channel.id }, entity, { acknowledge: true }),
    ).rejects.toThrow(usage);
    await expect(ann.session.tell(bob.id(), 'x', { acknowledge: true, noReply: true })).rejects.toThrow(
      usage,
    );
  });

  it('is one of a bounded number: the oldest is given up', async () => {
    const [ann, bob] = [await person('ann'), await person('bob', { answers: false })];
    await shareKey(ann, bob);
    const sent = [];
    for (let i = 0; i < 258; i++) {
      sent.push(ann.session.tell(bob.id(), `number ${i}`, { acknowledge: { timeoutMs: 3_600_000 } }));
    }
    const [first, second] = await Promise.all(sent);
    await ann.log.find('unacknowledged', ({ digest }) => digest === second?.digest);
    expect(ann.log.of('unacknowledged')).toMatchObject([
      { digest: first?.digest, reason: 'overflow' },
      { digest: second?.digest, reason: 'overflow' },
    ]);
  });
});

describe('a peer by hand', () => {
  const keys = staticMessageKeys(nodeBackend, utf8('secret'), 'responder');
  let ann: Person;
  let raw: RawClient;
  beforeEach(async () => {
    ann = await person('ann');
    raw = await world.raw('bob');
    await ann.session.setPrivateKey(raw.id, 'secret', 'initiator');
  });

  const send = async (flags: number, data: Uint8Array): Promise<Uint8Array> => {
    const parties = { sender: raw.id, receiver: ann.id() };
    const payload = protectMessage(nodeBackend, keys.send, parties, { flags, data });
    await raw.send(PacketType.privateMessage, payload, clientId(ann.id()), PacketFlag.privmsgKey);
    return payload;
  };
  const received = () => raw.log.filter(({ type }) => type === PacketType.privateMessage);
  const opened = ({ payload }: Packet) =>
    openMessage(nodeBackend, keys.receive, { sender: ann.id(), receiver: raw.id }, payload).message;
  const quiet = async () => {
    await barrier(ann.session);
    await raw.sync();
  };

  it('gets the acknowledgement that the draft describes', async () => {
    const payload = await send(MessageFlag.utf8 | MessageFlag.ack, utf8('there?'));
    await raw.packet(({ type }) => type === PacketType.privateMessage);
    const [packet] = received();
    if (packet === undefined) throw new Error('no acknowledgement');
    expect(packet.flags).toBe(PacketFlag.privmsgKey);
    const { flags, data } = opened(packet);
    expect(flags).toBe(MessageFlag.ack | MessageFlag.autoreply | MessageFlag.noreply);
    expect(data).toEqual(acknowledgementOf(nodeBackend, keys.send, payload));
    await ann.log.find('private-message', ({ message }) => message.text === 'there?');
  });

  it('gets none for an acknowledgement, or for what wants no answer', async () => {
    await send(ACKNOWLEDGEMENT, nodeBackend.randomBytes(12));
    await send(MessageFlag.utf8 | MessageFlag.ack | MessageFlag.noreply, utf8('no answer'));
    await send(MessageFlag.utf8 | MessageFlag.ack | MessageFlag.autoreply, utf8('away'));
    await quiet();
    expect(received()).toEqual([]);
    expect(ann.log.texts).toEqual(['no answer', 'away']);
    expect(ann.log.of('acknowledged')).toEqual([]);
  });

  it('gets none for what is under no key, or cannot be read', async () => {
    const plain = encodeMessage(nodeBackend, {
      flags: MessageFlag.utf8 | MessageFlag.ack,
      data: utf8('plain'),
    });
    await raw.send(PacketType.privateMessage, plain, clientId(ann.id()));
    const garbage = nodeBackend.randomBytes(92);
    await raw.send(PacketType.privateMessage, garbage, clientId(ann.id()), PacketFlag.privmsgKey);
    await quiet();
    expect(received()).toEqual([]);
    expect(ann.log.of('private-message-undecryptable')).toHaveLength(1);
  });

  it('cannot acknowledge what it has not read, nor anything twice', async () => {
    const { digest } = await ann.session.tell(raw.id, 'hello', { acknowledge: { timeoutMs: 3_600_000 } });
    await raw.packet(({ type }) => type === PacketType.privateMessage);
    const [packet] = received();
    if (packet === undefined) throw new Error('no message');
    const right = acknowledgementOf(nodeBackend, keys.receive, packet.payload);
    for (const wrong of [nodeBackend.randomBytes(12), right.subarray(0, 11), new Uint8Array(1)]) {
      await send(ACKNOWLEDGEMENT, wrong);
    }
    await quiet();
    expect(ann.log.of('acknowledged')).toEqual([]);
    await send(ACKNOWLEDGEMENT, right);
    await send(ACKNOWLEDGEMENT, right);
    await quiet();
    expect(ann.log.of('acknowledged')).toMatchObject([{ digest }]);
  });

  it('gets a bounded number of acknowledgements for a flood', async () => {
    for (let i = 0; i < 300; i++) await send(MessageFlag.utf8 | MessageFlag.ack, utf8(`${i}`));
    await ann.log.find('private-message', ({ message }) => message.text === '299');
    await quiet();
    expect(received().length).toBeGreaterThanOrEqual(64);
    expect(received().length).toBeLessThan(300);
    expect(ann.log.of('private-message')).toHaveLength(300);
  });

  it('on a channel is not heard asking', async () => {
    await ann.session.join('room');
    const { channelKey } = await raw.must(commands.join, { name: 'room', clientId: raw.id });
    const { channelId, key } = decodePayload(channelKeyPayload, channelKey ?? expect.unreachable());
    const message = { flags: MessageFlag.utf8 | MessageFlag.ack, data: utf8('to all') };
    const parties = { sender: raw.id, receiver: channelId };
    await raw.toChannel(
      channelId,
      new Uint8Array(protectMessage(nodeBackend, channelMessageKey(nodeBackend, key), parties, message)),
    );
    const heard = await ann.log.find('channel-message');
    expect(heard.message.flags & MessageFlag.ack).toBe(MessageFlag.ack);
    await quiet();
    expect(received()).toEqual([]);
  });
});
