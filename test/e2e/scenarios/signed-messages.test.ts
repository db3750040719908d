import { expect } from 'vitest';
import type { MessageSigner } from '../../../src/silc/messages/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { channelId, clientId } from '../../../src/silc/ids.js';
import {
  channelMessageKey,
  encodeMessage,
  MessageFlag,
  protectMessage,
} from '../../../src/silc/messages/index.js';
import { utf8 } from '../../../src/silc/bytes.js';
import { channelKeyPayload } from '../../../src/silc/packets/channel-key.js';
import { decodePayload } from '../../../src/silc/packets/codec.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { scenario } from '../support/scenario.js';

const NS = 'urn:silc-xmpp-gateway:message:0';

// Contract 3: signed messages have a faithful form. The text is plain; what the signature says stands beside it.
scenario('the signature of a message is judged and told', async (world) => {
  const room = world.room('lounge');
  const mallory = keyPairNamed('mallory');
  const raw = await world.silc.raw('bob');
  const channel = await raw.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const probe = await world.native('probe');
  const [found] = await probe.session.whois('alice');
  const receiver = clientId(found?.user.clientId ?? raw.id);

  const own = keyPairNamed('bob');
  const signers: readonly (readonly [string, MessageSigner, string])[] = [
    ['with key', { key: own.privateKey, publicKey: own.publicKey.encoded }, 'verified'],
    ['without key', { key: own.privateKey }, 'verified'],
    ['of another key', { key: mallory.privateKey, publicKey: mallory.publicKey.encoded }, 'failed'],
  ];
  for (const [text, signer, state] of signers) {
    const message = { flags: MessageFlag.utf8, data: utf8(text), signer };
    await raw.send(PacketType.channelMessage, protect(message), channelId(channel));
    const line = await alice.expect({ name: 'message', type: 'groupchat', body: text });
    expect(line.getChild('silc', NS)?.attrs).toMatchObject({ signature: state });

    await raw.send(PacketType.privateMessage, encodeMessage(nodeBackend, message), receiver);
    const whisper = await alice.expect({ name: 'message', type: 'chat', body: text });
    expect(whisper.getChild('silc', NS)?.attrs).toMatchObject({ signature: state });
  }
  const plain = { flags: MessageFlag.utf8, data: utf8('plain') };
  await raw.send(PacketType.channelMessage, protect(plain), channelId(channel));
  const line = await alice.expect({ name: 'message', type: 'groupchat', body: 'plain' });
  expect(line.getChild('silc', NS)).toBeUndefined();
  await alice.expectNothing(world.gw);

  function protect(message: Parameters<typeof encodeMessage>[1]): Uint8Array {
    // The newest key: the channel gets another one whenever somebody joins.
    const packet = raw.log.findLast(({ type }) => type === PacketType.channelKey);
    if (packet === undefined) throw new Error('no channel key');
    const { key } = decodePayload(channelKeyPayload, packet.payload);
    const parties = { sender: raw.id, receiver: channel };
    return protectMessage(nodeBackend, channelMessageKey(nodeBackend, key), parties, message);
  }
});
