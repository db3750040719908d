import fc from 'fast-check';
import { utf8 } from '../../../src/silc/bytes.js';
import { commands, encodeErrorReply, encodeReply } from '../../../src/silc/commands/index.js';
import type { CommandMessage } from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { channelId, clientId, NO_ID, serverId, type ServerId, type TypedId } from '../../../src/silc/ids.js';
import { channelMessageKey, encodeMessage, protectMessage } from '../../../src/silc/messages/index.js';
import { channelKeyPayload } from '../../../src/silc/packets/channel-key.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { encodeNotify, notifyPayload } from '../../../src/silc/packets/notify.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { testKeyPair } from '../../support/keys.js';
import { keyOf } from '../../support/scripted-server.js';
import { mutated, mutations } from './mutations.js';
import { nicknames, notifies, people, someChannel } from './notifies.js';

/** A packet as a malicious server sends it to a registered client. */
export interface HostilePacket {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly source: TypedId;
  readonly destination: TypedId;
  readonly flags: number;
}

const server = serverId('7f000001452e00ff' as ServerId);
const someClient = fc.constantFrom(...people);
const texts = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc.constantFrom('\u0000\u0001', '\ud800', ']]>', '<x/>', '\u2028\uffff', 'x'.repeat(10_000)),
);
const from = (source: TypedId, destination: TypedId, flags = 0) => ({ source, destination, flags });

const notify = fc
  .tuple(notifies, fc.option(someChannel, { nil: undefined }))
  .map(([value, channel]): HostilePacket => ({
    type: PacketType.notify,
    payload: encodePayload(notifyPayload, encodeNotify(value)),
    ...from(server, channel === undefined ? NO_ID : channelId(channel)),
  }));

const channelKey = fc
  .tuple(someChannel, fc.constantFrom('aes-256-cbc', 'aes-128-ctr', 'none'), fc.nat(5))
  .map(([channel, cipher, n]): HostilePacket => ({
    type: PacketType.channelKey,
    payload: encodePayload(channelKeyPayload, { channelId: channel, cipher, key: keyOf(n) }),
    ...from(server, NO_ID),
  }));

const signer = { key: testKeyPair('k1024v1').privateKey };
const messages = fc.record({
  flags: fc.nat(0xffff),
  data: texts.map(utf8),
  signer: fc.option(fc.constant(signer), { nil: undefined, freq: 10 }),
});

const channelMessage = fc
  .tuple(someChannel, someClient, fc.nat(5), messages)
  .map(([channel, sender, n, message]): HostilePacket => {
    const key = channelMessageKey(nodeBackend, keyOf(n), { cipher: 'aes-256-cbc' });
    const parties = { sender, receiver: channel };
    return {
      type: PacketType.channelMessage,
      payload: protectMessage(nodeBackend, key, parties, message),
      ...from(clientId(sender), channelId(channel)),
    };
  });

const privateMessage = fc
  .tuple(someClient, someClient, messages, fc.constantFrom(0, 1))
  .map(([sender, receiver, message, flags]): HostilePacket => ({
    type: PacketType.privateMessage,
    payload: encodeMessage(nodeBackend, message),
    ...from(clientId(sender), clientId(receiver), flags),
  }));

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const place = fc.constantFrom('single', 'start', 'item', 'end');
const ident = fc.integer({ min: 0, max: 40 });

/** A reply to one of the first commands, whether or not it was asked for. */
const reply = fc
  .oneof(
    fc
      .tuple(ident, place, someClient, nicknames, texts, optional(fc.uint8Array({ maxLength: 24 })))
      .map(([n, at, id, nickname, realName, fingerprint]): CommandMessage =>
        encodeReply(
          commands.whois,
          n,
          { clientId: id, nickname: nickname === '' ? 'x' : nickname, user: 'u@h', realName, fingerprint },
          at,
        ),
      ),
    fc
      .tuple(ident, someChannel, someClient, nicknames, fc.array(someClient, { maxLength: 8 }), texts)
      .map(([n, channel, me, name, members, topic]): CommandMessage =>
        encodeReply(commands.join, n, {
          name: name === '' ? 'x' : name,
          channelId: channel,
          clientId: me,
          mode: n * 0x1111,
          topic,
          channelKey: encodePayload(channelKeyPayload, {
            channelId: channel,
            cipher: 'aes-256-cbc',
            key: keyOf(1),
          }),
          members,
          memberModes: members.map(() => n),
        }),
      ),
    fc
      .tuple(ident, someChannel, fc.array(someClient, { maxLength: 8 }))
      .map(([n, channel, members]): CommandMessage =>
        encodeReply(commands.users, n, { channelId: channel, members, memberModes: [] }),
      ),
    fc
      .tuple(ident, someClient, optional(nicknames))
      .map(([n, id, nickname]): CommandMessage => encodeReply(commands.nick, n, { clientId: id, nickname })),
    fc.tuple(ident, someClient).map(([n, id]): CommandMessage => {
      const { encoded: data } = testKeyPair('k1024v1').publicKey;
      const publicKey = encodePayload(publicKeyPayload, { type: 1, data });
      return encodeReply(commands.getkey, n, { id: clientId(id), publicKey });
    }),
    fc
      .tuple(fc.constantFrom(1, 3, 4, 12, 14, 24, 25, 26, 99), ident, fc.nat(60), place)
      .map(([command, n, status, at]): CommandMessage => encodeErrorReply(command, n, status, [], at)),
  )
  .map((message): HostilePacket => ({
    type: PacketType.commandReply,
    payload: encodePayload(commandPayload, message),
    ...from(server, NO_ID),
  }));

const anything = fc
  .tuple(fc.integer({ min: 3, max: 40 }), fc.uint8Array({ minLength: 1, maxLength: 80 }))
  // DISCONNECT ends the session, and a rekey out of order too: they have tests of their own.
  .filter(([type]) => ![1, 14, 15, 22, 23].includes(type))
  .map(([type, payload]): HostilePacket => ({ type, payload, ...from(server, NO_ID) }));

/** Packets of all kinds, most of them well-formed, some changed in a few octets. */
export const hostilePackets: fc.Arbitrary<HostilePacket> = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: notify },
      { weight: 2, arbitrary: channelMessage },
      { weight: 2, arbitrary: privateMessage },
      { weight: 1, arbitrary: channelKey },
      { weight: 4, arbitrary: reply },
      { weight: 1, arbitrary: anything },
    ),
    fc.option(mutations, { nil: undefined, freq: 2 }),
  )
  .map(([packet, changes]) =>
    changes === undefined ? packet : { ...packet, payload: mutated(packet.payload, changes) },
  );
