import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../../src/silc/bytes.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { channelId, clientId, type ChannelId, type ClientId } from '../../../../src/silc/ids.js';
import {
  channelMessageKey,
  openMessage,
  protectMessage,
  staticMessageKeys,
  type MacForm,
  type MessageKey,
} from '../../../../src/silc/messages/index.js';
import { PacketFlag, PacketType } from '../../../../src/silc/packets/packet-type.js';
import { nextEvent } from '../../../support/silc-world.js';
import { keyOf, scriptedSession } from '../../../support/scripted-server.js';

const oldForm = (by: MessageKey, sender: ClientId, receiver: ClientId | ChannelId): Uint8Array => {
  const message = { flags: 0x0100, data: utf8('from long ago') };
  return protectMessage(nodeBackend, by, { sender, receiver }, message, { macForm: 'without-ids' });
};

describe('the MAC without IDs', () => {
  it('is sent to a channel as long as a member is there who uses it', async () => {
    const { session, server } = await scriptedSession();
    const [ann, bob] = [server.person('ann'), server.person('bob')];
    const { id } = await server.admit(session, 1, [ann, bob]);
    const key = channelMessageKey(nodeBackend, keyOf(1), { cipher: 'aes-256-cbc' });
    const said = async (): Promise<MacForm> => {
      await session.say(id, 'words');
      const { payload } = await server.nextPacket(PacketType.channelMessage);
      const parties = { sender: session.self.clientId, receiver: id };
      return openMessage(nodeBackend, key, parties, payload).macForm;
    };
    const hear = async (from: ClientId, send: () => Promise<void>): Promise<void> => {
      const heard = nextEvent(session, 'channel-message', ({ sender }) => sender.clientId === from);
      await send();
      await heard;
    };
    await hear(bob, () => server.channelMessage(id, bob, 1, 'from today'));
    expect(await said()).toBe('with-ids');
    const addresses = { source: clientId(ann), destination: channelId(id) };
    await hear(ann, () => server.send(PacketType.channelMessage, oldForm(key, ann, id), addresses));
    await hear(bob, () => server.channelMessage(id, bob, 1, 'from today'));
    expect(await said()).toBe('without-ids');
    await server.tellChannel(id, { type: 'leave', clientId: ann });
    await session.ping();
    expect(await said()).toBe('with-ids');
    session.destroy();
  });

  it('answers a private message that has it', async () => {
    const { session, server } = await scriptedSession();
    const ann = server.person('ann');
    await session.setPrivateKey(ann, 'our secret', 'initiator');
    const keys = staticMessageKeys(nodeBackend, utf8('our secret'), 'responder');
    const told = async (): Promise<MacForm> => {
      await session.tell(ann, 'words');
      const { payload } = await server.nextPacket(PacketType.privateMessage);
      const parties = { sender: session.self.clientId, receiver: ann };
      return openMessage(nodeBackend, keys.receive, parties, payload).macForm;
    };
    expect(await told()).toBe('with-ids');
    const heard = nextEvent(session, 'private-message');
    await server.send(PacketType.privateMessage, oldForm(keys.send, ann, session.self.clientId), {
      source: clientId(ann),
      flags: PacketFlag.privmsgKey,
    });
    expect((await heard).message.text).toBe('from long ago');
    expect(await told()).toBe('without-ids');
    session.destroy();
  });
});
