import { describe, expect, it, vi } from 'vitest';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import { KeyPool, SharedKey } from '../../../../src/silc/client/shared/shared-keys.js';
import { OpenedMessages } from '../../../../src/silc/client/shared/opened-messages.js';
import type { OpenedOnce } from '../../../../src/silc/client/shared/opened-messages.js';
import { UserRecord } from '../../../../src/silc/client/people/users.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import type { ServerId } from '../../../../src/silc/ids.js';
import { testKeyPair } from '../../../support/keys.js';
import { startSilcWorld } from '../../../support/silc-world.js';
import { channelNumber, idOf, keyOf } from '../../../support/scripted-server.js';

const room = channelNumber(1);
const zoe = idOf('zoe');

describe('what is shared', () => {
  const id = '7f000001000000ff' as ServerId;
  const [key, otherKey] = [testKeyPair('k1024v1').publicKey, testKeyPair('k2048v1').publicKey];

  it('is of one server: the same Server ID and the same public key', () => {
    const sharing = new SessionSharing();
    const server = sharing.server(id, key);
    server.enter(new UserRecord(zoe));
    expect(sharing.server(id, key)).toBe(server);
    expect(sharing.server(id, otherKey)).not.toBe(server);
    expect(sharing.server('7f000002000000ff' as ServerId, key)).not.toBe(server);
    expect(new SessionSharing().server(id, key)).not.toBe(server);
  });

  it('is forgotten with the last session', () => {
    const sharing = new SessionSharing();
    const server = sharing.server(id, key);
    const self = new UserRecord(zoe);
    server.enter(self);
    server.leave(self);
    expect(sharing.server(id, key)).not.toBe(server);
  });

  it('is nothing between sessions on two servers', async () => {
    const worlds = [await startSilcWorld(), await startSilcWorld({ keyPair: testKeyPair('k1024v1') })];
    const sharing = new SessionSharing();
    const joined = await Promise.all(
      worlds.map(async (world, n) => {
        const session = await world.client(`ann${n}`, { sharing });
        return { session, ...(await session.join('den')) };
      }),
    );
    for (const { session, channel } of joined) {
      expect(session.leads(channel.id)).toBe(true);
      expect([...channel.members.keys()]).toEqual([session.self.clientId]);
    }
    for (const world of worlds) await world.close();
  });
});

describe('the keys of a channel', () => {
  it('are one object for the same octets and cipher, wiped when the last session drops it', () => {
    const pool = new KeyPool();
    const mine = pool.hold('aes-256-cbc', keyOf(1));
    const theirs = pool.hold('aes-256-cbc', keyOf(1).slice());
    expect(theirs).toBe(mine);
    expect(pool.hold('aes-256-ctr', keyOf(1))).not.toBe(mine);
    expect(pool.hold('aes-256-cbc', keyOf(2))).not.toBe(mine);
    expect(pool.size).toBe(3);
    const candidates = mine.candidates(nodeBackend, 'hmac-sha1-96', []);
    expect(theirs.candidates(nodeBackend, 'hmac-sha1-96', [])).toBe(candidates);
    mine.release();
    expect(candidates[0]?.encryptionKey).toEqual(keyOf(1));
    theirs.release();
    for (const { encryptionKey, hmacKey } of candidates) {
      expect(encryptionKey.every((octet) => octet === 0) && hmacKey.every((octet) => octet === 0)).toBe(true);
    }
    expect(pool.size).toBe(2);
    expect(pool.hold('aes-256-cbc', keyOf(1))).not.toBe(mine);
  });
});

describe('messages that were opened', () => {
  const key = new SharedKey('aes-256-cbc', keyOf(1));
  const about = { sender: zoe, channel: room, key };
  const opened = {} as OpenedOnce;
  const payload = (n: number, length = 100): Uint8Array => {
    const octets = new Uint8Array(length).fill(n & 0xff);
    new DataView(octets.buffer).setUint32(length - 4, n << 8);
    return octets;
  };

  it('are found by all of their octets, sender and channel', () => {
    const messages = new OpenedMessages();
    messages.keep(about, payload(1), opened, 2);
    expect(messages.find(zoe, room, payload(1))?.key).toBe(key);
    expect(messages.find(idOf('ann'), room, payload(1))).toBeUndefined();
    expect(messages.find(zoe, channelNumber(2), payload(1))).toBeUndefined();
    const forged = payload(1);
    forged[3] = 7;
    expect(messages.find(zoe, room, forged)).toBeUndefined();
    messages.close();
    expect(messages.size).toBe(0);
  });

  it('are kept until everybody has had them, for half a minute at most, and within bounds', () => {
    vi.useFakeTimers();
    let now = 0;
    const messages = new OpenedMessages(() => now);
    messages.keep(about, payload(1), opened, 2);
    for (const left of [1, 0]) {
      const found = messages.find(zoe, room, payload(1));
      if (found !== undefined) messages.took(found);
      expect(messages.size).toBe(left);
    }
    messages.keep(about, payload(2), opened, 2);
    now = 30_001;
    vi.advanceTimersByTime(30_001);
    expect(messages.size).toBe(0);
    for (let n = 0; n < 10_000; n++) messages.keep(about, payload(n), opened, 2);
    expect(messages.size).toBe(4_096);
    expect(messages.find(zoe, room, payload(9_999))).toBeDefined();
    expect(messages.find(zoe, room, payload(1))).toBeUndefined();
    for (let n = 0; n < 400; n++) messages.keep(about, payload(n, 60_000), opened, 2);
    expect(messages.size).toBeLessThan(140);
    messages.close();
    vi.useRealTimers();
  });
});
