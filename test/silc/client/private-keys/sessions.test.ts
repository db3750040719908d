import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { clientId } from '../../../../src/silc/ids.js';
import { MessageFlag } from '../../../../src/silc/messages/index.js';
import { encodePayload } from '../../../../src/silc/packets/codec.js';
import { keyAgreementPayload } from '../../../../src/silc/packets/key-agreement.js';
import { PacketFlag, PacketType } from '../../../../src/silc/packets/packet-type.js';
import { statusPayload } from '../../../../src/silc/packets/status-payload.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';
import { withCode } from '../../../support/silc-error.js';
import { TunnelPeer, tunnelledIn } from '../../../support/tunnel-peer.js';

let world: SilcWorld;
beforeEach(async () => {
  world = await startSilcWorld();
});
afterEach(() => world.close());

async function person(nickname: string, negotiatePrivateKeys = false) {
  const session = await world.client(nickname, { negotiatePrivateKeys });
  return { session, log: new EventLog(session), id: () => session.self.clientId };
}
const heard = (log: EventLog) =>
  log.of('private-message').map(({ message, protection }) => [message.text, protection]);
const until = (log: EventLog, text: string) =>
  log.find('private-message', ({ message }) => message.text === text);
const knows = async (session: SilcSession, nickname: string) => {
  const [found] = await session.whois(nickname);
  if (found === undefined) throw new Error('nobody of that name');
  return found.user.clientId;
};

describe('two sessions', () => {
  it('negotiate keys before the first message when one of them wants it', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    const sent = ['one', 'two', 'three'].map((text) => ann.session.tell(bob.id(), text));
    await Promise.all(sent);
    await until(bob.log, 'three');
    await bob.session.tell(ann.id(), 'four');
    await until(ann.log, 'four');
    expect(heard(bob.log)).toEqual(['one', 'two', 'three'].map((text) => [text, 'negotiated-key']));
    expect(heard(ann.log)).toEqual([['four', 'negotiated-key']]);
  });

  it('go on under the same keys after nicknames have changed', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    await Promise.all([ann.session.join('room'), bob.session.join('room')]);
    await ann.session.tell(bob.id(), 'one');
    await until(bob.log, 'one');
    await bob.session.nick('bobby');
    await ann.log.find('nick-changed');
    await ann.session.tell(bob.id(), 'two');
    await ann.session.nick('anna');
    await bob.log.find('nick-changed', ({ self }) => !self);
    await bob.session.tell(ann.id(), 'three');
    await until(ann.log, 'three');
    expect(heard(bob.log)).toEqual([
      ['one', 'negotiated-key'],
      ['two', 'negotiated-key'],
    ]);
    expect(heard(ann.log)).toEqual([['three', 'negotiated-key']]);
  });

  it('lose no word when both begin at once', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob', true)];
    await Promise.all([ann.session.tell(bob.id(), 'from ann'), bob.session.tell(ann.id(), 'from bob')]);
    await Promise.all([until(bob.log, 'from ann'), until(ann.log, 'from bob')]);
    await ann.session.tell(bob.id(), 'again');
    await until(bob.log, 'again');
    expect(heard(bob.log).at(-1)).toEqual(['again', 'negotiated-key']);
  });

  it('negotiate nothing unless one of them wants it', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await ann.session.tell(bob.id(), 'hello');
    await until(bob.log, 'hello');
    expect(heard(bob.log)).toEqual([['hello', 'session']]);
  });
});

it('a peer that refuses gets the message all the same, and is not asked again', async () => {
  const ann = await person('ann', true);
  const raw = await world.raw('old');
  const peer = new TunnelPeer(raw, ann.id(), keyPairNamed('old'));
  const sent = ann.session.tell(raw.id, 'one');
  expect((await peer.next()).type).toBe(PacketType.keyExchange);
  await peer.send({ type: PacketType.failure, payload: encodePayload(statusPayload, 4) });
  await sent;
  await ann.session.tell(raw.id, 'two');
  await ann.session.ping();
  await raw.sync();
  const messages = raw.log.filter(({ type }) => type === PacketType.privateMessage);
  expect(messages.map((packet) => tunnelledIn(packet)?.type)).toEqual([13, undefined, undefined]);
  expect(messages.slice(1).every(({ flags }) => (flags & PacketFlag.privmsgKey) === 0)).toBe(true);
});

describe('keys by hand', () => {
  it('protect the messages of both sides until one is removed', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await ann.session.setPrivateKey(bob.id(), 'open sesame');
    const offered = await bob.log.find('private-key-offered');
    expect(offered).toMatchObject({ cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96' });
    await bob.session.setPrivateKey(offered.user.clientId, 'open sesame');
    await ann.session.tell(bob.id(), 'one');
    await until(bob.log, 'one');
    await bob.session.tell(ann.id(), 'two');
    await until(ann.log, 'two');
    expect(heard(bob.log)).toEqual([['one', 'static-key']]);
    expect(heard(ann.log)).toEqual([['two', 'static-key']]);
    expect(ann.session.privateKeyList()).toMatchObject([{ kind: 'static-key', role: 'initiator' }]);
    expect(bob.session.privateKeyList()).toMatchObject([{ kind: 'static-key', role: 'responder' }]);
    expect(ann.session.removePrivateKey(bob.id())).toBe(true);
    expect(ann.session.removePrivateKey(bob.id())).toBe(false);
    await ann.session.tell(bob.id(), 'three');
    await until(bob.log, 'three');
    expect(heard(bob.log).at(-1)).toEqual(['three', 'session']);
  });

  it('that differ leave the message illegible, which is told', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await ann.session.setPrivateKey(bob.id(), 'one secret');
    await bob.session.setPrivateKey((await bob.log.find('private-key-offered')).user.clientId, 'another');
    await ann.session.tell(bob.id(), 'lost');
    await bob.log.find('private-message-undecryptable');
    expect(heard(bob.log)).toEqual([]);
  });

  it('give way to no negotiation', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    await bob.session.setPrivateKey(await knows(bob.session, 'ann'), 'secret');
    await ann.session.tell(bob.id(), 'in the clear');
    await until(bob.log, 'in the clear');
    expect(heard(bob.log)).toEqual([['in the clear', 'session']]);
    expect(bob.session.privateKeyList()).toMatchObject([{ kind: 'static-key' }]);
  });

  it('need a passphrase, and somebody else', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    await expect(ann.session.setPrivateKey(bob.id(), '')).rejects.toThrow(withCode('usage'));
    await expect(ann.session.setPrivateKey(ann.id(), 'x')).rejects.toThrow(withCode('usage'));
  });
});

describe('what messages say of themselves', () => {
  it('signatures verify, under a negotiated key too', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    await ann.session.tell(bob.id(), 'signed', { sign: true });
    const { message, protection } = await until(bob.log, 'signed');
    expect([message.signature, protection]).toEqual(['verified', 'negotiated-key']);
  });

  it('two automatic answers do not answer each other', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    ann.session.setAutoReply('ann is away');
    bob.session.setAutoReply('bob is away');
    await ann.session.tell(bob.id(), 'hello');
    const { message } = await until(ann.log, 'bob is away');
    expect(message.flags & MessageFlag.autoreply).toBe(MessageFlag.autoreply);
    await ann.session.tell(bob.id(), 'hello again');
    await until(bob.log, 'hello again');
    await Promise.all([ann.session.ping(), bob.session.ping()]);
    await Promise.all([ann.session.ping(), bob.session.ping()]);
    expect(heard(ann.log)).toHaveLength(1);
    expect(heard(bob.log)).toHaveLength(2);
  });

  it('a message that wants no answer gets none', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    bob.session.setAutoReply('bob is away');
    await ann.session.tell(bob.id(), 'quiet', { noReply: true });
    await until(bob.log, 'quiet');
    await Promise.all([bob.session.ping(), ann.session.ping()]);
    expect(heard(ann.log)).toEqual([]);
  });

  it('a key agreement is told and not answered', async () => {
    const ann = await person('ann');
    const raw = await world.raw('bob');
    const payload = encodePayload(keyAgreementPayload, { host: '192.0.2.1', protocol: 0, port: 706 });
    await raw.send(PacketType.keyAgreement, payload, clientId(ann.id()));
    const event = await ann.log.find('key-agreement-offered');
    expect(event).toMatchObject({ host: '192.0.2.1', port: 706, transport: 'tcp' });
    await ann.session.ping();
    await raw.sync();
    expect(raw.story).toEqual([]);
  });
});
