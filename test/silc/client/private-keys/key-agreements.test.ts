import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptKeyAgreementOptions, SilcSession } from '../../../../src/silc/client/types.js';
import { utf8 } from '../../../../src/silc/bytes.js';
import { agreedPair, type NegotiatedPair } from '../../../../src/silc/client/private-keys/negotiated-pair.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { clientId } from '../../../../src/silc/ids.js';
import { initiate, respond } from '../../../../src/silc/ke/driver.js';
import { MessageFlag } from '../../../../src/silc/messages/index.js';
import { decodePayload, encodePayload } from '../../../../src/silc/packets/codec.js';
import { keyAgreementPayload } from '../../../../src/silc/packets/key-agreement.js';
import { PacketFlag, PacketType } from '../../../../src/silc/packets/packet-type.js';
import { connectTcp } from '../../../../src/silc/tcp.js';
import { cheapProposal } from '../../../support/connections.js';
import { HandListener } from '../../../support/file-transfers.js';
import type { RawClient } from '../../../support/raw-client.js';
import { withCode } from '../../../support/silc-error.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

let world: SilcWorld;
beforeEach(async () => {
  world = await startSilcWorld();
});
afterEach(() => world.close());

const listen = { host: '127.0.0.1' };
const local: AcceptKeyAgreementOptions = { mayConnect: (address) => address === '127.0.0.1' };

async function person(nickname: string, negotiatePrivateKeys = false) {
  const session = await world.client(nickname, { negotiatePrivateKeys });
  return { session, log: new EventLog(session), id: () => session.self.clientId };
}
type Person = Awaited<ReturnType<typeof person>>;

const heard = ({ log }: Person) =>
  log.of('private-message').map(({ message, protection }) => [message.text, protection]);
const until = ({ log }: Person, text: string) =>
  log.find('private-message', ({ message }) => message.text === text);
const reason = (wanted: string): Error =>
  expect.objectContaining({ name: 'SilcPeerError', reason: wanted }) as Error;

/** Messages in both directions, at once and one after the other. */
async function talk(ann: Person, bob: Person): Promise<void> {
  await Promise.all([ann.session.tell(bob.id(), 'one'), bob.session.tell(ann.id(), 'eins')]);
  await Promise.all([until(bob, 'one'), until(ann, 'eins')]);
  await ann.session.tell(bob.id(), 'two');
  await until(bob, 'two');
  expect(heard(bob)).toEqual([
    ['one', 'negotiated-key'],
    ['two', 'negotiated-key'],
  ]);
  expect(heard(ann)).toEqual([['eins', 'negotiated-key']]);
  for (const { session } of [ann, bob]) {
    expect(session.privateKeyList()).toMatchObject([
      { kind: 'negotiated-key', cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96' },
    ]);
  }
}

describe('two sessions agree on keys', () => {
  it('where the one that offers listens', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const standing = await ann.session.keyAgreements.offer(bob.id(), listen);
    const offered = await bob.log.find('key-agreement-offered');
    expect(offered).toMatchObject({ ...standing.address, transport: 'tcp' });
    expect(standing.address.port).toBeGreaterThan(0);
    await Promise.all([bob.session.keyAgreements.accept(offered, local), standing.done]);
    await talk(ann, bob);
  });

  it('where the one that was asked listens', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await ann.session.keyAgreements.ask(bob.id());
    const asked = await bob.log.find('key-agreement-offered');
    expect(asked).toMatchObject({ host: '', port: 0 });
    const accepted = bob.session.keyAgreements.accept(asked, { listen });
    const offered = await ann.log.find('key-agreement-offered');
    await Promise.all([ann.session.keyAgreements.accept(offered, local), accepted]);
    await talk(ann, bob);
  });

  it('in place of those that they had, whatever kind these were', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    await ann.session.tell(bob.id(), 'before');
    await until(bob, 'before');
    const agree = async () => {
      const standing = await ann.session.keyAgreements.offer(bob.id(), listen);
      const offered = await bob.log.find('key-agreement-offered');
      await Promise.all([bob.session.keyAgreements.accept(offered, local), standing.done]);
      for (const { log } of [ann, bob]) log.clear();
    };
    await agree();
    await talk(ann, bob);
    await ann.session.setPrivateKey(bob.id(), 'secret', 'initiator');
    await bob.session.setPrivateKey(ann.id(), 'secret', 'responder');
    await agree();
    await talk(ann, bob);
  });

  it('and go on under them after nicknames have changed', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await Promise.all([ann.session.join('room'), bob.session.join('room')]);
    const standing = await ann.session.keyAgreements.offer(bob.id(), listen);
    await bob.session.nick('bobby');
    await ann.log.find('nick-changed');
    const offered = await bob.log.find('key-agreement-offered');
    await Promise.all([bob.session.keyAgreements.accept(offered, local), standing.done]);
    await ann.session.nick('anna');
    await bob.log.find('nick-changed', ({ self }) => !self);
    await talk(ann, bob);
  });
});

describe('an agreement does not come about', () => {
  it('when nobody comes in time, or it is aborted', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const late = await ann.session.keyAgreements.offer(bob.id(), listen, { timeoutMs: 30 });
    await expect(late.done).rejects.toThrow(reason('not-answered'));
    const standing = await ann.session.keyAgreements.offer(bob.id(), listen);
    standing.abort();
    await expect(standing.done).rejects.toThrow(reason('aborted'));
    const controller = new AbortController();
    const other = await ann.session.keyAgreements.offer(bob.id(), listen, { signal: controller.signal });
    controller.abort();
    await expect(other.done).rejects.toThrow(reason('aborted'));
    await expect(connectTcp('127.0.0.1', other.address.port)).rejects.toThrow(withCode('closed'));
    const aborted = { ...local, signal: AbortSignal.abort() };
    const offered = await bob.log.find('key-agreement-offered');
    await expect(bob.session.keyAgreements.accept(offered, aborted)).rejects.toThrow(reason('aborted'));
  });

  it('when the session ends', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const standing = await ann.session.keyAgreements.offer(bob.id(), listen);
    ann.session.destroy();
    await expect(standing.done).rejects.toThrow(reason('aborted'));
    await expect(ann.session.keyAgreements.offer(bob.id(), listen)).rejects.toThrow(withCode('closed'));
  });

  it('with an address that the policy refuses, by default every one that is not public', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const standing = await ann.session.keyAgreements.offer(bob.id(), listen, { timeoutMs: 3_600_000 });
    const offered = await bob.log.find('key-agreement-offered');
    await expect(bob.session.keyAgreements.accept(offered)).rejects.toThrow(reason('address-refused'));
    standing.abort();
  });

  it('twice at a time with one user, with oneself, over UDP, or without knowing where', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const { keyAgreements } = ann.session;
    const standing = await keyAgreements.offer(bob.id(), listen);
    await expect(keyAgreements.offer(bob.id(), listen)).rejects.toThrow(withCode('overflow'));
    standing.abort();
    const usage = withCode('usage');
    await expect(keyAgreements.offer(ann.id(), listen)).rejects.toThrow(usage);
    await expect(keyAgreements.ask(ann.id())).rejects.toThrow(usage);
    await expect(keyAgreements.offer(bob.id(), { host: '0.0.0.0' })).rejects.toThrow(usage);
    const { user } = await bob.log.find('key-agreement-offered');
    const offer = { user, host: '127.0.0.1', port: 0, transport: 'tcp' } as const;
    const accept = (change: object) => bob.session.keyAgreements.accept({ ...offer, ...change }, local);
    await expect(accept({})).rejects.toThrow(usage);
    await expect(accept({ host: '' })).rejects.toThrow(usage);
    await expect(accept({ port: 706, transport: 'udp' })).rejects.toThrow(withCode('unsupported'));
  });

  it('more than eight at a time', async () => {
    const ann = await person('ann');
    const others: RawClient[] = [];
    for (let i = 0; i < 9; i++) others.push(await world.raw(`other${i}`));
    const [last, ...first] = others.map(({ id }) => id);
    if (last === undefined) throw new Error('nobody');
    for (const id of first) await ann.session.keyAgreements.offer(id, listen);
    await expect(ann.session.keyAgreements.offer(last, listen)).rejects.toThrow(withCode('overflow'));
  });

  it('with somebody whom the server does not know', async () => {
    const ann = await person('ann');
    const raw = await world.raw('bob');
    const { id } = raw;
    await raw.quit();
    const standing = await ann.session.keyAgreements.offer(id, listen);
    await expect(standing.done).rejects.toThrow(reason('peer-gone'));
  });
});

describe('a peer by hand', () => {
  let ann: Person;
  let raw: RawClient;
  beforeEach(async () => {
    ann = await person('ann');
    raw = await world.raw('bob');
  });

  const announced = async () => {
    const packet = await raw.packet(({ type }) => type === PacketType.keyAgreement);
    return decodePayload(keyAgreementPayload, packet.payload);
  };
  const offerOf = async (host: string, port: number) => {
    const payload = encodePayload(keyAgreementPayload, { host, protocol: 0, port });
    await raw.send(PacketType.keyAgreement, payload, clientId(ann.id()));
    return ann.log.find('key-agreement-offered', (event) => event.port === port);
  };
  const say = async (pair: NegotiatedPair, text: string) => {
    const parties = { sender: raw.id, receiver: ann.id() };
    const message = { flags: MessageFlag.utf8, data: utf8(text) };
    const payload = new Uint8Array(pair.sender.protect(parties, message));
    await raw.send(PacketType.privateMessage, payload, clientId(ann.id()), PacketFlag.privmsgKey);
  };
  const answer = async (session: SilcSession, pair: NegotiatedPair, text: string) => {
    await session.tell(raw.id, text);
    const packet = await raw.packet(({ type }) => type === PacketType.privateMessage);
    const parties = { sender: ann.id(), receiver: raw.id };
    return new TextDecoder().decode(pair.receiver.open(parties, packet.payload).message.data);
  };
  const options = (keyPair = keyPairNamed('bob')) => {
    const pairs: NegotiatedPair[] = [];
    const verifyPeerKey = () => true;
    return {
      ...{ keyPair, proposal: cheapProposal, verifyPeerKey, pairs },
      onExchange: (exchange: Parameters<typeof agreedPair>[1]) =>
        void pairs.push(agreedPair(nodeBackend, exchange)),
    };
  };

  it('connects, and both use the keys as the toolkit does', async () => {
    const standing = await ann.session.keyAgreements.offer(raw.id, listen);
    const { host, port, protocol } = await announced();
    expect([host, port, protocol]).toEqual(['127.0.0.1', standing.address.port, 0]);
    const peer = options();
    await initiate(await connectTcp(host, port), peer);
    await standing.done;
    const [pair] = peer.pairs;
    if (pair === undefined) throw new Error('no keys');
    await say(pair, 'hello');
    await until(ann, 'hello');
    expect(await answer(ann.session, pair, 'good day')).toBe('good day');
    expect(heard(ann)).toEqual([['hello', 'negotiated-key']]);
  });

  it('listens, and tells its port by another way', async () => {
    const listener = await HandListener.open();
    const offered = await offerOf('127.0.0.1', 0);
    const peer = options();
    const accepted = ann.session.keyAgreements.accept(offered, { ...local, port: listener.port });
    await respond(await listener.stream(), peer);
    await accepted;
    const [pair] = peer.pairs;
    if (pair === undefined) throw new Error('no keys');
    expect(await answer(ann.session, pair, 'good day')).toBe('good day');
    listener.close();
  });

  it('is read from the first message on, before this side knows that it is done', async () => {
    const listener = await HandListener.open();
    const offered = await offerOf('127.0.0.1', listener.port);
    const peer = options();
    const accepted = ann.session.keyAgreements.accept(offered, local);
    const stream = await listener.stream();
    // The last packet of the exchange is held back: all that this side misses.
    let packets = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const send = stream.write.bind(stream);
    stream.write = async (octets) => {
      if (++packets === 3) await held;
      return send(octets);
    };
    const responded = respond(stream, peer);
    await expect.poll(() => packets).toBe(3);
    const [pair] = peer.pairs;
    if (pair === undefined) throw new Error('no keys');
    await say(pair, 'early');
    await until(ann, 'early');
    release();
    await Promise.all([responded, accepted]);
    expect(heard(ann)).toEqual([['early', 'negotiated-key']]);
    listener.close();
  });

  it('with another key than the server tells is refused, in both roles', async () => {
    const standing = await ann.session.keyAgreements.offer(raw.id, listen, { timeoutMs: 2_000 });
    const { host, port } = await announced();
    await expect(initiate(await connectTcp(host, port), options(keyPairNamed('mallory')))).rejects.toThrow();
    await expect(standing.done).rejects.toThrow(reason('peer-key'));
    const listener = await HandListener.open();
    const offered = await offerOf('127.0.0.1', listener.port);
    const accepted = ann.session.keyAgreements.accept(offered, local);
    const responded = listener.stream().then((stream) => respond(stream, options(keyPairNamed('mallory'))));
    await expect(accepted).rejects.toThrow(reason('peer-key'));
    await expect(responded).rejects.toThrow();
    listener.close();
    expect(ann.session.privateKeyList()).toEqual([]);
    await ann.session.tell(raw.id, 'in the clear');
    expect((await raw.packet(({ type }) => type === PacketType.privateMessage)).flags).toBe(0);
  });

  it('that says nothing, or garbage, keeps nobody else out and ends with the deadline', async () => {
    const standing = await ann.session.keyAgreements.offer(raw.id, listen);
    const { host, port } = await announced();
    const silent = await connectTcp(host, port);
    const garbage = await connectTcp(host, port);
    await garbage.write(nodeBackend.randomBytes(600));
    const peer = options();
    await initiate(await connectTcp(host, port), peer);
    await standing.done;
    silent.destroy();
    garbage.destroy();
    const listener = await HandListener.open();
    const offered = await offerOf('127.0.0.1', listener.port);
    const accepted = ann.session.keyAgreements.accept(offered, { ...local, timeoutMs: 100 });
    await expect(accepted).rejects.toThrow(reason('not-answered'));
    listener.close();
  });

  it('that goes in the middle leaves the keys from before', async () => {
    await ann.session.setPrivateKey(raw.id, 'secret', 'initiator');
    const listener = await HandListener.open();
    const offered = await offerOf('127.0.0.1', listener.port);
    const accepted = ann.session.keyAgreements.accept(offered, local);
    const stream = await listener.stream();
    const { pairs, ...peer } = options();
    await Promise.allSettled([
      respond(stream, { ...peer, onExchange: () => void setImmediate(() => stream.destroy()) }),
      expect(accepted).rejects.toThrow(reason('key-exchange')),
    ]);
    expect(pairs).toEqual([]);
    expect(ann.session.privateKeyList()).toMatchObject([{ kind: 'static-key' }]);
    listener.close();
  });
});
