import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../../src/silc/bytes.js';
import { ChannelKeys } from '../../../../src/silc/client/channels/channel-keys.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import type { ChannelId, ClientId } from '../../../../src/silc/ids.js';
import { channelMessageKey, MessageFlag, protectMessage } from '../../../../src/silc/messages/index.js';
import type { MessageKey } from '../../../../src/silc/messages/index.js';
import { withCode } from '../../../support/silc-error.js';

const parties = {
  sender: '7f0000010102030405060708090a0b0c' as ClientId,
  receiver: '7f000001452e0001' as ChannelId,
};
const key = (n: number) => ({ cipher: 'aes-256-cbc', key: new Uint8Array(32).fill(n) });
const message = { flags: MessageFlag.utf8, data: utf8('hello') };
const protect = (by: MessageKey) => protectMessage(nodeBackend, by, parties, message);
const text = (keys: ChannelKeys, payload: Uint8Array) => keys.open(parties, payload)?.message.data;

describe('channel keys', () => {
  it('have nothing to send with before the first key', () => {
    const keys = new ChannelKeys(nodeBackend, undefined);
    expect(() => keys.sendKey()).toThrow(withCode('usage'));
    expect(keys.open(parties, new Uint8Array(64))).toBeUndefined();
  });

  it('send with the newest and open the older ones for fifteen seconds', () => {
    let now = 0;
    const keys = new ChannelKeys(nodeBackend, undefined, () => now);
    keys.add(key(1));
    const old = protect(keys.sendKey());
    now = 1_000;
    keys.add(key(2));
    const fresh = protect(keys.sendKey());
    expect(text(keys, old)).toEqual(message.data);
    now = 15_999;
    expect(text(keys, old)).toEqual(message.data);
    now = 16_000;
    expect(text(keys, old)).toBeUndefined();
    expect(text(keys, fresh)).toEqual(message.data);
    expect(keys.size).toBe(1);
  });

  it('keep their own copy and wipe it at the end', () => {
    const keys = new ChannelKeys(nodeBackend, undefined);
    const given = key(3);
    keys.add(given);
    given.key.fill(0);
    const sent = keys.sendKey();
    expect(sent.encryptionKey).toEqual(new Uint8Array(32).fill(3));
    keys.close();
    expect(sent.encryptionKey).toEqual(new Uint8Array(32));
    expect(sent.hmacKey.every((octet) => octet === 0)).toBe(true);
    expect(keys.size).toBe(0);
  });

  it('are bounded when a channel changes its key all the time', () => {
    const keys = new ChannelKeys(nodeBackend, undefined);
    for (let n = 0; n < 200; n++) keys.add(key(n));
    expect(keys.size).toBeLessThanOrEqual(32);
    keys.close();
  });

  it('send under the HMAC that all understand until the advertised one was seen in use', () => {
    const keys = new ChannelKeys(nodeBackend, 'hmac-sha256-96');
    keys.add(key(1));
    expect(keys.sendKey().hmac).toBe('hmac-sha1-96');
    const theirs = channelMessageKey(nodeBackend, key(1).key, {
      cipher: 'aes-256-cbc',
      hmac: 'hmac-sha256-96',
    });
    expect(text(keys, protect(theirs))).toEqual(message.data);
    expect(keys.sendKey().hmac).toBe('hmac-sha256-96');
    keys.add(key(2));
    expect(keys.sendKey().hmac).toBe('hmac-sha256-96');
    const simple = channelMessageKey(nodeBackend, key(2).key, {
      cipher: 'aes-256-cbc',
      hmac: 'hmac-sha1-96',
    });
    expect(text(keys, protect(simple))).toEqual(message.data);
    expect(keys.sendKey().hmac).toBe('hmac-sha1-96');
  });

  it('open what members made of a key before and after a change of the HMAC', () => {
    const keys = new ChannelKeys(nodeBackend, 'hmac-sha1-96');
    keys.add(key(1));
    keys.setHmac('hmac-md5-96');
    const algorithms = { cipher: 'aes-256-cbc', hmac: 'hmac-md5-96' } as const;
    const switched = channelMessageKey(nodeBackend, key(1).key, algorithms);
    const keptDigest = channelMessageKey(nodeBackend, key(1).key, algorithms, 'sha1');
    const unaware = channelMessageKey(nodeBackend, key(1).key, { cipher: 'aes-256-cbc' });
    for (const theirs of [switched, keptDigest, unaware]) {
      expect(text(keys, protect(theirs))).toEqual(message.data);
    }
    keys.setHmac('no-such-hmac');
    expect(text(keys, protect(switched))).toEqual(message.data);
  });

  it('send as members do who have seen a change of the HMAC: its digest only with the next key', () => {
    const keys = new ChannelKeys(nodeBackend, 'hmac-sha1-96');
    keys.add(key(1));
    const hmacKey = new Uint8Array(keys.sendKey().hmacKey);
    keys.setHmac('hmac-sha256-96');
    expect(keys.sendKey()).toMatchObject({ hmac: 'hmac-sha256-96', hmacKey });
    keys.add(key(2));
    const after = keys.sendKey();
    expect(after.hmac).toBe('hmac-sha256-96');
    expect(after.hmacKey).toEqual(nodeBackend.hash('sha256', key(2).key));
    keys.close();
  });

  it('follow members through several changes of the HMAC, and still open what those send who heard of none', () => {
    const keys = new ChannelKeys(nodeBackend, 'hmac-sha1-96');
    const cipher = 'aes-256-cbc';
    keys.add(key(1));
    keys.setHmac('hmac-sha256-96');
    keys.add(key(2));
    keys.setHmac('hmac-sha1-96');
    const kept = channelMessageKey(nodeBackend, key(2).key, { cipher, hmac: 'hmac-sha1-96' }, 'sha256');
    expect(keys.sendKey()).toEqual(kept);
    const joinedLater = channelMessageKey(nodeBackend, key(2).key, { cipher, hmac: 'hmac-sha1-96' });
    const deaf = channelMessageKey(nodeBackend, key(2).key, { cipher, hmac: 'hmac-sha256-96' });
    for (const theirs of [kept, joinedLater, deaf]) {
      expect(text(keys, protect(theirs))).toEqual(message.data);
    }
    keys.add(key(3));
    const deafNow = channelMessageKey(nodeBackend, key(3).key, { cipher, hmac: 'hmac-sha256-96' });
    expect(text(keys, protect(deafNow))).toEqual(message.data);
    for (const name of ['hmac-md5-96', 'hmac-sha256', 'hmac-sha1', 'hmac-md5']) keys.setHmac(name);
    expect(text(keys, protect(channelMessageKey(nodeBackend, key(3).key, { cipher })))).toEqual(message.data);
    keys.close();
  });

  it('are of any length that the cipher takes, because servers keep the first one when the cipher changes', () => {
    const keys = new ChannelKeys(nodeBackend, undefined);
    for (const cipher of ['aes-128-ctr', 'aes-256-cbc', 'twofish-192-cbc']) {
      for (const length of [16, 24, 32]) {
        keys.add({ cipher, key: new Uint8Array(length).fill(length) });
        expect(keys.sendKey()).toMatchObject({ cipher, encryptionKey: new Uint8Array(length).fill(length) });
        expect(text(keys, protect(keys.sendKey()))).toEqual(message.data);
      }
    }
    keys.close();
  });

  it('refuse to send under a cipher that they do not know, until there is another key', () => {
    const keys = new ChannelKeys(nodeBackend, undefined);
    keys.add(key(1));
    keys.add({ cipher: 'serpent-256-cbc', key: new Uint8Array(32) });
    expect(() => keys.sendKey()).toThrow(withCode('unsupported'));
    keys.add({ cipher: 'aes-256-cbc', key: new Uint8Array(5) });
    expect(() => keys.sendKey()).toThrow(withCode('unsupported'));
    keys.add(key(2));
    expect(keys.sendKey().cipher).toBe('aes-256-cbc');
    keys.close();
  });
});
