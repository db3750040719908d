import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeTunnelled } from '../../../../src/silc/client/private-keys/tunnel.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { concat, fromUtf8, utf8 } from '../../../../src/silc/bytes.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { propose } from '../../../../src/silc/ke/state.js';
import { encodeMessage, MessageFlag } from '../../../../src/silc/messages/index.js';
import { encodePayload } from '../../../../src/silc/packets/codec.js';
import { PacketFlag, PacketType } from '../../../../src/silc/packets/packet-type.js';
import { statusPayload } from '../../../../src/silc/packets/status-payload.js';
import type { Packet } from '../../../../src/silc/frame.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';
import { TunnelPeer, tunnelledIn } from '../../../support/tunnel-peer.js';

let world: SilcWorld;
let session: SilcSession;
let log: EventLog;
let peer: TunnelPeer;

beforeEach(async () => {
  world = await startSilcWorld();
  session = await world.client('ann');
  log = new EventLog(session);
  peer = new TunnelPeer(await world.raw('bob'), session.self.clientId, keyPairNamed('bob'));
});
afterEach(() => world.close());

const said = () => log.of('private-message').map(({ message, protection }) => [message.text, protection]);
const answer = async (pair: Awaited<ReturnType<TunnelPeer['exchange']>>, wanted: number) => {
  const keyed = (packet: Packet) =>
    packet.type === PacketType.privateMessage && tunnelledIn(packet) === undefined;
  await peer.raw.packet(() => peer.raw.log.filter(keyed).length >= wanted);
  return peer.raw.log.filter(keyed).map(({ flags, payload }) => {
    const parties = { sender: session.self.clientId, receiver: peer.raw.id };
    expect(flags).toBe(PacketFlag.privmsgKey);
    return fromUtf8(pair.receiver.open(parties, payload).message.data);
  });
};

describe('keys that the peer negotiates', () => {
  it('protect the messages of both sides, in order', async () => {
    const pair = await peer.exchange();
    await peer.say(pair, 'one');
    await peer.say(pair, 'two');
    await log.find('private-message', ({ message }) => message.text === 'two');
    await session.tell(peer.raw.id, 'three');
    await session.tell(peer.raw.id, 'four');
    expect(await answer(pair, 2)).toEqual(['three', 'four']);
    await peer.say(pair, 'five');
    await log.find('private-message', ({ message }) => message.text === 'five');
    expect(said()).toEqual([
      ['one', 'negotiated-key'],
      ['two', 'negotiated-key'],
      ['five', 'negotiated-key'],
    ]);
    expect(session.privateKeyList()).toMatchObject([{ kind: 'negotiated-key', cipher: 'aes-256-ctr' }]);
  });

  it('are not used before the peer has shown that it has them', async () => {
    await peer.exchange();
    await session.tell(peer.raw.id, 'early');
    const packet = await peer.raw.packet(
      (candidate) => candidate.type === PacketType.privateMessage && tunnelledIn(candidate) === undefined,
    );
    expect(packet.flags & PacketFlag.privmsgKey).toBe(0);
  });

  it('are changed without a proposal, and messages that wait go out under the new ones', async () => {
    const first = await peer.exchange();
    await peer.say(first, 'one');
    const second = await peer.rekey();
    const sent = session.tell(peer.raw.id, 'answer');
    await peer.say(second, 'two');
    await sent;
    expect(await answer(second, 1)).toEqual(['answer']);
    expect(said()).toEqual([
      ['one', 'negotiated-key'],
      ['two', 'negotiated-key'],
    ]);
  });

  it('stay as they were when the peer gives a change up', async () => {
    const first = await peer.exchange();
    await peer.say(first, 'one');
    await peer.rekey();
    await peer.send({ type: PacketType.failure, payload: encodePayload(statusPayload, 1) });
    await peer.say(first, 'two');
    await log.find('private-message', ({ message }) => message.text === 'two');
    await session.tell(peer.raw.id, 'answer');
    expect(await answer(first, 1)).toEqual(['answer']);
  });

  it('outlast the nicknames of both', async () => {
    const pair = await peer.exchange();
    await peer.say(pair, 'one');
    await log.find('private-message');
    await session.nick('anna');
    const again = new TunnelPeer(peer.raw, session.self.clientId, keyPairNamed('bob'));
    await again.say(pair, 'two');
    await log.find('private-message', ({ message }) => message.text === 'two');
    expect(said().at(-1)).toEqual(['two', 'negotiated-key']);
  });

  it('go with the peer', async () => {
    await session.join('room');
    await peer.raw.join('room');
    const pair = await peer.exchange();
    await peer.say(pair, 'one');
    await log.find('private-message');
    await peer.raw.quit();
    await log.find('member-left');
    expect(session.privateKeyList()).toEqual([]);
  });
});

describe('an exchange is refused', () => {
  it('when the key is not the one that WHOIS tells', async () => {
    const impostor = new TunnelPeer(peer.raw, session.self.clientId, keyPairNamed('mallory'));
    await expect(impostor.exchange()).rejects.toThrow('packet of type 3');
    expect(session.privateKeyList()).toEqual([]);
  });

  it('when it begins in the middle', async () => {
    await peer.send({ type: PacketType.keyExchange1, payload: peer.offer().payload });
    expect(await peer.refusal()).toBe(1);
  });

  it('when the signature is wrong', async () => {
    const proposal = propose(peer.party);
    await peer.send({ type: PacketType.keyExchange, payload: proposal.payload });
    const { payload } = proposal.receiveSelection((await peer.next()).payload);
    payload[payload.length - 1] = (payload[payload.length - 1] ?? 0) ^ 1;
    await peer.send({ type: PacketType.keyExchange1, payload });
    expect(await peer.refusal()).toBe(9);
  });

  it('when it is for other algorithms', async () => {
    const supported = { ...peer.party.supported, groups: ['diffie-hellman-group1'] as const };
    const { payload } = propose({ ...peer.party, supported });
    await peer.send({ type: PacketType.keyExchange, payload });
    expect(await peer.refusal()).toBe(3);
  });
});

describe('messages that do not verify', () => {
  it('are shown when they are in the clear, whatever their flag says', async () => {
    await peer.exchange();
    await peer.message(encodeMessage(nodeBackend, { flags: MessageFlag.utf8, data: utf8('plain') }));
    await log.find('private-message');
    expect(said()).toEqual([['plain', 'session']]);
  });

  it('are told, and new keys are asked for', async () => {
    const pair = await peer.exchange();
    await peer.say(pair, 'one');
    await peer.message(nodeBackend.randomBytes(76));
    await log.find('private-message-undecryptable');
    expect((await peer.next()).type).toBe(PacketType.keyExchange);
    expect(session.privateKeyList()).toEqual([]);
    await peer.send({ type: PacketType.failure, payload: encodePayload(statusPayload, 1) });
    await peer.say(await peer.exchange(), 'two');
    await log.find('private-message', ({ message }) => message.text === 'two');
    expect(said().at(-1)).toEqual(['two', 'negotiated-key']);
  });

  it('are not taken for text because their octets happen to be so', async () => {
    const flagsAndLengths = Uint8Array.of(0x01, 0x00, 0x00, 0x02, 0x41, 0x42, 0x00, 0x01, 0x00);
    await peer.message(concat(flagsAndLengths, nodeBackend.randomBytes(40)));
    await log.find('private-message-undecryptable');
    expect(said()).toEqual([]);
  });
});

describe('hostile peers', () => {
  it('change nothing by packets with octets that were changed, cut or added', async () => {
    const { payload } = propose(peer.party);
    const whole = encodeTunnelled(
      nodeBackend,
      { type: PacketType.keyExchange, payload },
      peer.raw.id,
      session.self.clientId,
    );
    const mutation = fc.oneof(
      fc
        .tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([at, xor]) => whole.map((octet, i) => (i === at ? octet ^ xor : octet))),
      fc.nat(whole.length - 1).map((length) => whole.slice(0, length)),
      fc.uint8Array({ maxLength: 64 }).map((more) => concat(whole, more)),
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
    );
    await fc.assert(
      fc.asyncProperty(mutation, fc.boolean(), async (octets, keyed) => {
        await peer.message(octets, keyed ? PacketFlag.privmsgKey : 0);
      }),
      { numRuns: 200 },
    );
    await peer.raw.sync();
    await session.ping();
    const other = new TunnelPeer(await world.raw('carl'), session.self.clientId, keyPairNamed('carl'));
    await other.say(await other.exchange(), 'still here');
    await log.find('private-message', ({ message }) => message.text === 'still here');
  });

  it('get a bounded number of answers, and take no room from others', async () => {
    for (let i = 0; i < 100; i++) {
      await peer.send({ type: PacketType.keyExchange, payload: propose(peer.party).payload });
    }
    await peer.raw.sync();
    await session.ping();
    await peer.raw.sync();
    const answers = peer.raw.log.filter((packet) => tunnelledIn(packet) !== undefined);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.length).toBeLessThan(40);
    const other = new TunnelPeer(await world.raw('carl'), session.self.clientId, keyPairNamed('carl'));
    await other.say(await other.exchange(), 'served');
    await log.find('private-message', ({ message }) => message.text === 'served');
  });
});
