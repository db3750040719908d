import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../../../src/silc/bytes.js';
import { commands } from '../../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { fingerprintBytes } from '../../../../src/silc/crypto/fingerprint.js';
import { clientId } from '../../../../src/silc/ids.js';
import {
  decodeMessage,
  encodeMessage,
  encodeMime,
  MessageFlag,
  type MessageSigner,
} from '../../../../src/silc/messages/index.js';
import { ChannelMode } from '../../../../src/silc/modes.js';
import { PacketType } from '../../../../src/silc/packets/packet-type.js';
import { scriptedSession } from '../../../support/scripted-server.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';
import { withCode } from '../../../support/silc-error.js';

let world: SilcWorld;
beforeEach(async () => {
  world = await startSilcWorld();
});
afterEach(() => world.close());

async function person(nickname: string) {
  const session = await world.client(nickname);
  return { session, log: new EventLog(session), id: () => session.self.clientId };
}

describe('the flags of messages', () => {
  const text = MessageFlag.utf8;
  it.each([
    ['nothing', {}, text],
    ['an action', { kind: 'action' }, text | MessageFlag.action],
    ['a notice', { kind: 'notice' }, text | MessageFlag.notice],
    ['no answer wanted', { noReply: true }, text | MessageFlag.noreply],
    ['an automatic answer', { autoReply: true }, text | MessageFlag.autoreply | MessageFlag.noreply],
    ['a question', { exchange: 'request' }, text | MessageFlag.request],
    ['a reply', { exchange: 'reply' }, text | MessageFlag.reply],
    ['an end', { exchange: 'stop' }, text | MessageFlag.stop],
    ['own flags', { privateFlags: 0xa000 }, text | 0xa000],
    ['a signature', { sign: true }, text | MessageFlag.signed],
  ] as const)('tell %s, on a channel and in private', async (_what, options, flags) => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const { channel } = await ann.session.join('room');
    await bob.session.join('room');
    await ann.session.say(channel.id, 'to all', options);
    await ann.session.tell(bob.id(), 'to one', options);
    const said = await bob.log.find('channel-message');
    const told = await bob.log.find('private-message');
    expect([said.message.flags, told.message.flags]).toEqual([flags, flags]);
    expect([said.message.text, told.message.text]).toEqual(['to all', 'to one']);
  });

  it('cannot be those of the protocol where they are the application’s', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    for (const privateFlags of [MessageFlag.packet, 0x1000, 0x1_0000]) {
      await expect(ann.session.tell(bob.id(), 'x', { privateFlags })).rejects.toThrow(withCode('usage'));
    }
  });

  it('of programs that talk with each other get no automatic answer, nor does oneself', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    bob.session.setAutoReply('away');
    for (const exchange of ['request', 'reply', 'stop'] as const) {
      await ann.session.tell(bob.id(), exchange, { exchange });
    }
    await bob.session.tell(bob.id(), 'note to myself');
    await bob.log.find('private-message', ({ message }) => message.text === 'note to myself');
    await ann.session.tell(bob.id(), 'hello');
    await ann.log.find('private-message');
    expect(ann.log.texts).toEqual(['away']);
    expect(bob.log.texts.filter((one) => one === 'away')).toEqual([]);
    expect(bob.log.texts).toHaveLength(5);
  });
});

describe('a signature with the key', () => {
  it('is verified, on a channel, in private and on a MIME message', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const { channel } = await ann.session.join('room');
    await bob.session.join('room');
    await ann.session.say(channel.id, 'to all', { sign: 'with-key' });
    await ann.session.tell(bob.id(), 'to one', { sign: 'with-key' });
    const fields = [{ name: 'Content-Type', value: 'text/plain' }];
    await ann.session.sendMime({ user: bob.id() }, { fields, body: utf8('x') }, { sign: 'with-key' });
    await bob.log.find('private-message', ({ message }) => message.kind === 'mime');
    expect((await bob.log.find('channel-message')).message.signature).toBe('verified');
    for (const { message } of bob.log.of('private-message')) expect(message.signature).toBe('verified');
  });

  it('holds the key, and one without it does not', async () => {
    const { session, server } = await scriptedSession();
    const bob = server.person('bob');
    const keys = [];
    for (const sign of ['with-key', true] as const) {
      await session.tell(bob, 'signed', { sign });
      const { payload } = await server.nextPacket(PacketType.privateMessage);
      keys.push(decodeMessage(payload).signature?.publicKey.length);
    }
    expect(keys[0]).toBeGreaterThan(100);
    expect(keys[1]).toBe(0);
    session.destroy();
  });
});

describe('the protection of a channel message', () => {
  it('is the key of the channel, or the one that its members have set', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const { channel } = await ann.session.join('room');
    await bob.session.join('room');
    await ann.session.say(channel.id, 'one');
    await bob.log.find('channel-message');
    await ann.session.setChannelMode(channel.id, { set: ChannelMode.privateKey });
    await bob.log.find('channel-mode-changed');
    for (const { session } of [ann, bob]) session.channelControl.setPrivateKey(channel.id, 'ours', 'secret');
    await ann.session.say(channel.id, 'two');
    const fields = [{ name: 'Content-Type', value: 'text/plain' }];
    const entity = { fields, body: new Uint8Array(130_000) };
    await ann.session.sendMime({ channel: channel.id }, entity);
    await bob.log.find('channel-message', ({ message }) => message.data.length === encodeMime(entity).length);
    expect(bob.log.of('channel-message').map(({ protection }) => protection)).toEqual([
      'channel-key',
      'private-key',
      'private-key',
    ]);
  });
});

describe('a key that came with a signature', () => {
  it('verifies the signatures after it, and the server is not asked for it', async () => {
    const { session, server } = await scriptedSession();
    const log = new EventLog(session);
    const { publicKey, privateKey: key } = keyPairNamed('bob');
    const fingerprint = fingerprintBytes(nodeBackend, publicKey);
    const bob = server.person('bob', 1, { fingerprint });
    const tell = async (text: string, signer: MessageSigner): Promise<string | undefined> => {
      const message = { flags: MessageFlag.utf8, data: utf8(text), signer };
      const payload = encodeMessage(nodeBackend, message);
      const parties = { source: clientId(bob), destination: clientId(session.self.clientId) };
      await server.send(PacketType.privateMessage, payload, parties);
      return (await log.find('private-message', (event) => event.message.text === text)).message.signature;
    };
    expect(await tell('one', { key, publicKey: publicKey.encoded })).toBe('verified');
    expect(await tell('two', { key })).toBe('verified');
    expect(server.seen).not.toContain(commands.getkey.name);
    expect(server.seen).toContain(commands.whois.name);
    session.destroy();
  });

  it('is the sender’s, or proves nothing', async () => {
    const { session, server } = await scriptedSession();
    const log = new EventLog(session);
    const { publicKey, privateKey: key } = keyPairNamed('mallory');
    const fingerprint = fingerprintBytes(nodeBackend, keyPairNamed('bob').publicKey);
    const bob = server.person('bob', 1, { fingerprint });
    const signer = { key, publicKey: publicKey.encoded };
    const payload = encodeMessage(nodeBackend, { flags: MessageFlag.utf8, data: utf8('one'), signer });
    const parties = { source: clientId(bob), destination: clientId(session.self.clientId) };
    await server.send(PacketType.privateMessage, payload, parties);
    expect((await log.find('private-message')).message.signature).toBe('failed');
    session.destroy();
  });
});
