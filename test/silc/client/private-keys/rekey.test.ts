import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  negotiatedPair,
  type NegotiatedPair,
} from '../../../../src/silc/client/private-keys/negotiated-pair.js';
import { TUNNEL_NAMES } from '../../../../src/silc/client/private-keys/tunnel.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { receiveProposal, ResponderSelection } from '../../../../src/silc/ke/state.js';
import { encodePayload } from '../../../../src/silc/packets/codec.js';
import { KeyExchangeFlag } from '../../../../src/silc/packets/key-exchange-start.js';
import { PacketType } from '../../../../src/silc/packets/packet-type.js';
import { statusPayload } from '../../../../src/silc/packets/status-payload.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';
import { TunnelPeer, tunnelledIn } from '../../../support/tunnel-peer.js';

let world: SilcWorld;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  world = await startSilcWorld();
});
afterEach(async () => {
  await world.close();
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1_000);

async function person(nickname: string) {
  const session = await world.client(nickname, { negotiatePrivateKeys: true });
  return { session, log: new EventLog(session), id: () => session.self.clientId };
}
const until = ({ log }: { log: EventLog }, text: string) =>
  log.find('private-message', ({ message }) => message.text === text);

/** The other side by hand. */
class Responder {
  readonly peer: TunnelPeer;
  #read = 0;

  constructor(peer: TunnelPeer) {
    this.peer = peer;
  }

  async refuse(): Promise<void> {
    await this.peer.send({ type: PacketType.failure, payload: encodePayload(statusPayload, 1) });
  }

  /** Takes a proposal and what follows. */
  async answer(): Promise<NegotiatedPair> {
    const proposal = await this.#next(PacketType.keyExchange);
    const selection = receiveProposal(this.peer.party, proposal);
    await this.peer.send({ type: PacketType.keyExchange, payload: selection.payload });
    return this.#accept(selection);
  }

  /** Takes a change of keys: KEY_EXCHANGE_1 is the first packet of it. */
  answerChange(): Promise<NegotiatedPair> {
    return this.#accept(
      new ResponderSelection(this.peer.party, new Uint8Array(0), {
        algorithms: TUNNEL_NAMES,
        flags: KeyExchangeFlag.mutual | KeyExchangeFlag.pfs,
        ...{ startPayload: new Uint8Array(0), peerVersion: '' },
      }),
    );
  }

  /** The next text, which is under these keys. */
  async text(pair: NegotiatedPair, session: SilcSession): Promise<string> {
    const { raw } = this.peer;
    const packet = await raw.packet(
      (candidate) =>
        candidate.type === PacketType.privateMessage &&
        tunnelledIn(candidate) === undefined &&
        raw.log.indexOf(candidate) >= this.#read,
    );
    this.#read = raw.log.indexOf(packet) + 1;
    const parties = { sender: session.self.clientId, receiver: raw.id };
    return new TextDecoder().decode(pair.receiver.open(parties, packet.payload).message.data);
  }

  async #accept(selection: ResponderSelection): Promise<NegotiatedPair> {
    const offer = selection.receiveExchange(await this.#next(PacketType.keyExchange1));
    const { payload, exchange } = offer.accept();
    await this.peer.send({ type: PacketType.keyExchange2, payload });
    return negotiatedPair(nodeBackend, exchange);
  }

  async #next(type: number): Promise<Uint8Array> {
    const packet = await this.peer.next();
    expect(packet.type).toBe(type);
    return packet.payload;
  }
}

/** A session that has keys with somebody by hand. */
async function established(name = 'bob') {
  const ann = await person('ann');
  const raw = await world.raw(name);
  const hand = new Responder(new TunnelPeer(raw, ann.id(), keyPairNamed(name)));
  const sent = ann.session.tell(raw.id, 'one');
  const pair = await hand.answer();
  await sent;
  expect(await hand.text(pair, ann.session)).toBe('one');
  return { ann, raw, hand, pair };
}

describe('keys that were negotiated here', () => {
  it('are changed after 270 seconds, without a proposal', async () => {
    const { ann, raw, hand, pair } = await established();
    pass(269);
    await ann.session.tell(raw.id, 'two');
    expect(await hand.text(pair, ann.session)).toBe('two');
    pass(2);
    const sent = ann.session.tell(raw.id, 'three');
    const changed = await hand.answerChange();
    await sent;
    expect(await hand.text(changed, ann.session)).toBe('three');
    pass(200);
    await ann.session.tell(raw.id, 'four');
    expect(await hand.text(changed, ann.session)).toBe('four');
  });

  it('are negotiated anew where the peer refuses the change', async () => {
    const { ann, raw, hand } = await established();
    pass(280);
    const sent = ann.session.tell(raw.id, 'two');
    expect((await hand.peer.next()).type).toBe(PacketType.keyExchange1);
    await hand.refuse();
    const anew = await hand.answer();
    await sent;
    expect(await hand.text(anew, ann.session)).toBe('two');
  });

  it('stay where the peer refuses both, and it is not asked again', async () => {
    const { ann, raw, hand, pair } = await established();
    pass(280);
    const sent = ann.session.tell(raw.id, 'two');
    expect((await hand.peer.next()).type).toBe(PacketType.keyExchange1);
    await hand.refuse();
    expect((await hand.peer.next()).type).toBe(PacketType.keyExchange);
    await hand.refuse();
    await sent;
    expect(await hand.text(pair, ann.session)).toBe('two');
    await ann.session.tell(raw.id, 'three');
    expect(await hand.text(pair, ann.session)).toBe('three');
  });

  it('are changed by a proposal after five seconds without an answer', async () => {
    const { ann, raw, hand } = await established();
    // Their clock begins anew.
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    pass(280);
    const sent = ann.session.tell(raw.id, 'two');
    expect((await hand.peer.next()).type).toBe(PacketType.keyExchange1);
    vi.advanceTimersByTime(5_000);
    const anew = await hand.answer();
    await sent;
    expect(await hand.text(anew, ann.session)).toBe('two');
  });

  it('are changed on both sides of two sessions, though both want it at once', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await ann.session.tell(bob.id(), 'one');
    await until(bob, 'one');
    await bob.session.tell(ann.id(), 'eins');
    await until(ann, 'eins');
    pass(301);
    await Promise.all([ann.session.tell(bob.id(), 'two'), bob.session.tell(ann.id(), 'zwei')]);
    await Promise.all([until(bob, 'two'), until(ann, 'zwei')]);
    await ann.session.tell(bob.id(), 'three');
    await bob.session.tell(ann.id(), 'drei');
    await Promise.all([until(bob, 'three'), until(ann, 'drei')]);
    for (const { log } of [ann, bob]) {
      expect(log.of('private-message-undecryptable')).toEqual([]);
      expect(log.of('private-message').at(-1)?.protection).toBe('negotiated-key');
    }
  });
});

describe('a peer that begins a change at the same time', () => {
  it.each([
    ['goes on where its Client ID is the lower one', true],
    ['gives way where its Client ID is the higher one', false],
  ])('%s', async (_title, peerIsLower) => {
    // The first octets of an ID are the server's, what follows is random; some name is on the wanted side.
    for (let i = 0; ; i++) {
      const { ann, raw, hand } = await established(`bob${i}`);
      if (raw.id < ann.id() !== peerIsLower) {
        await ann.session.quit();
        continue;
      }
      pass(280);
      const sent = ann.session.tell(raw.id, 'two');
      const own = await hand.peer.next();
      expect(own.type).toBe(PacketType.keyExchange1);
      if (peerIsLower) {
        const changed = await hand.peer.rekey();
        await sent;
        await hand.peer.say(changed, 'zwei');
        await until(ann, 'zwei');
        await ann.session.tell(raw.id, 'three');
        await raw.sync();
      } else {
        await hand.peer.send({ type: PacketType.keyExchange1, payload: hand.peer.offer().payload });
        await raw.sync();
        await ann.session.ping();
        await raw.sync();
        // No answer to the peer's: it has to answer ours.
        const late = raw.log.filter((packet) => tunnelledIn(packet)?.type === PacketType.keyExchange2);
        expect(late).toEqual([]);
        await hand.refuse();
        const anew = await hand.answer();
        await sent;
        expect(await hand.text(anew, ann.session)).toBe('two');
      }
      return;
    }
  });

  it('goes on with a proposal, because it may have no keys any more', async () => {
    const { ann, raw, hand } = await established();
    pass(280);
    const sent = ann.session.tell(raw.id, 'two');
    expect((await hand.peer.next()).type).toBe(PacketType.keyExchange1);
    const anew = await hand.peer.exchange();
    await sent;
    await hand.peer.say(anew, 'zwei');
    await until(ann, 'zwei');
    expect(ann.log.of('private-message').at(-1)?.protection).toBe('negotiated-key');
  });
});
