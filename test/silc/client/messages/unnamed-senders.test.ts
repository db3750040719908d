import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SilcSession, User } from '../../../../src/silc/client/types.js';
import { clientId, type ClientId } from '../../../../src/silc/ids.js';
import { encodePayload } from '../../../../src/silc/packets/codec.js';
import { fileTransferPayload, FileTransferType } from '../../../../src/silc/packets/file-transfer.js';
import { keyAgreementPayload } from '../../../../src/silc/packets/key-agreement.js';
import { PacketFlag, PacketType } from '../../../../src/silc/packets/packet-type.js';
import { privateMessageKeyPayload } from '../../../../src/silc/packets/private-message-key.js';
import { channelNumber, scriptedSession, type ScriptedServer } from '../../../support/scripted-server.js';
import { EventLog } from '../../../support/session-events.js';
import { withCode } from '../../../support/silc-error.js';

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

async function start() {
  const { session, server } = await scriptedSession();
  sessions.push(session);
  return { session, server, log: new EventLog(session) };
}

describe('whatever somebody unknown sends is told with the name', () => {
  it('offers of keys', async () => {
    const { server, log } = await start();
    const key = encodePayload(privateMessageKeyPayload, { cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96' });
    await server.send(PacketType.privateMessageKey, key, { source: clientId(server.person('ann')) });
    expect((await log.find('private-key-offered')).user.nickname).toBe('ann');
    const agreement = encodePayload(keyAgreementPayload, { host: '', protocol: 0, port: 0 });
    await server.send(PacketType.keyAgreement, agreement, { source: clientId(server.person('bob')) });
    expect((await log.find('key-agreement-offered')).user.nickname).toBe('bob');
  });

  it('messages that cannot be read', async () => {
    const { server, log } = await start();
    const source = clientId(server.person('cat'));
    const octets = new Uint8Array(64).fill(0xee);
    await server.send(PacketType.privateMessage, octets, { source, flags: PacketFlag.privmsgKey });
    expect((await log.find('private-message-undecryptable')).sender.nickname).toBe('cat');
  });
});

describe('a Client ID that writes privately', () => {
  const person = (n: number) => ({ fingerprint: new Uint8Array(20).fill(n) });
  afterEach(() => void vi.useRealTimers());

  it('is asked about again after a minute without a sign of it: somebody else may have it', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { session, server, log } = await start();
    const ann = server.person('ann', 1, person(1));
    const heard = async (text: string) => {
      await server.privateMessage(ann, text);
      const { sender } = await log.find('private-message', (event) => event.message.text === text);
      return [sender.nickname, sender.fingerprint?.slice(0, 2)];
    };
    expect(await heard('one')).toEqual(['ann', '01']);
    vi.advanceTimersByTime(59_000);
    server.seen.length = 0;
    expect(await heard('two')).toEqual(['ann', '01']);
    expect(server.seen).not.toContain('WHOIS');
    vi.advanceTimersByTime(2_000);
    server.person('ann', 1, person(2));
    expect(await heard('three')).toEqual(['ann', '02']);
    // Nor where the server does not answer is the message lost.
    server.people.delete(ann);
    vi.advanceTimersByTime(61_000);
    expect(await heard('four')).toEqual(['ann', '02']);
    await session.ping();
  });

  it('on a channel, without having been told as a member, is asked about as well', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { session, server, log } = await start();
    const { id } = await server.admit(session, 1);
    const ann = server.person('ann', 1, person(1));
    await server.privateMessage(ann, 'hello');
    await log.find('private-message');
    server.person('ann', 1, person(2));
    vi.advanceTimersByTime(61_000);
    await server.channelMessage(id, ann, 1, 'hello all');
    const { sender } = await log.find('channel-message');
    expect([sender.nickname, sender.fingerprint?.slice(0, 2)]).toEqual(['ann', '02']);
  });

  const octets = new Uint8Array(64).fill(0xee);
  const agreement = encodePayload(keyAgreementPayload, { host: '', protocol: 0, port: 0 });
  const key = encodePayload(privateMessageKeyPayload, { cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96' });
  const file = encodePayload(fileTransferPayload, { type: FileTransferType.sftp, data: agreement });
  type Way = readonly [
    what: string,
    send: (server: ScriptedServer, id: ClientId) => Promise<void>,
    teller: (log: EventLog) => Promise<User | undefined>,
  ];
  const packet =
    (type: number, payload: Uint8Array, flags = 0): Way[1] =>
    (server, id) =>
      server.send(type, payload, { source: clientId(id), flags });
  const ways: readonly Way[] = [
    [
      'an invitation',
      (server, inviter) =>
        server.notify({ type: 'invite', channelId: channelNumber(7), channelName: 'tea', inviter }),
      async (log) => (await log.find('invited')).by,
    ],
    [
      'an offer of a key agreement',
      packet(PacketType.keyAgreement, agreement),
      async (log) => (await log.find('key-agreement-offered')).user,
    ],
    [
      'an offer of a private key',
      packet(PacketType.privateMessageKey, key),
      async (log) => (await log.find('private-key-offered')).user,
    ],
    [
      'an offer of a file',
      packet(PacketType.fileTransfer, file),
      async (log) => (await log.find('file-transfer')).sender,
    ],
    [
      'a message that cannot be read',
      packet(PacketType.privateMessage, octets, PacketFlag.privmsgKey),
      async (log) => (await log.find('private-message-undecryptable')).sender,
    ],
  ];

  describe.each([
    ['nothing is shared with', false],
    ['an offer of keys is kept of', true],
  ])('%s who had it before', (_, isKept) => {
    it.each(ways)('%s is of who has the Client ID now', async (_, send, teller) => {
      vi.useFakeTimers({ toFake: ['performance'] });
      const { server, log } = await start();
      const ann = server.person('ann', 1, person(1));
      await server.privateMessage(ann, 'hello');
      await log.find('private-message');
      if (isKept) {
        await packet(PacketType.privateMessageKey, key)(server, ann);
        await log.find('private-key-offered');
        log.clear();
      }
      server.person('ann', 1, person(2));
      vi.advanceTimersByTime(61_000);
      await send(server, ann);
      const user = await teller(log);
      expect([user?.nickname, user?.fingerprint?.slice(0, 2)]).toEqual(['ann', '02']);
    });
  });
});

it('an acknowledgement is awaited for a time that a timer can measure', async () => {
  const { session, server } = await start();
  const ann = server.person('ann');
  for (const timeoutMs of [Number.POSITIVE_INFINITY, Number.NaN, 0, -1, 2 ** 31]) {
    const told = session.tell(ann, 'hello', { acknowledge: { timeoutMs } });
    await expect(told).rejects.toThrow(withCode('usage'));
  }
});
