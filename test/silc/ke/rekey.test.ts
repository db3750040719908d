import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/silc/bytes.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../../src/silc/errors.js';
import type { DirectionKeys } from '../../../src/silc/frame.js';
import { encodeKeyExchange } from '../../../src/silc/ke/payloads.js';
import { Rekey, type RekeyAction } from '../../../src/silc/ke/rekey.js';
import { RekeyTrigger, SEQUENCE_THRESHOLD } from '../../../src/silc/ke/rekey-trigger.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { testKeyPair } from '../../support/keys.js';

const algorithms = {
  group: 'diffie-hellman-group1',
  cipher: 'aes-256-ctr',
  hash: 'sha256',
  hmac: 'hmac-sha256-96',
} as const;

function machine(role: 'initiator' | 'responder', pfs = false): Rekey {
  return new Rekey({
    backend: nodeBackend,
    algorithms,
    pfs,
    role,
    rekeySecret: new Uint8Array(32).fill(9),
    publicKey: testKeyPair('k1024v1').publicKey,
  });
}

const none = new Uint8Array(0);

function show(actions: readonly RekeyAction[]): readonly (string | number)[] {
  return actions.map((action) => (action.kind === 'send' ? action.type : action.kind));
}

function keysOf(
  actions: readonly RekeyAction[],
  kind: 'send-keys' | 'receive-keys',
): DirectionKeys | undefined {
  for (const action of actions) if (action.kind === kind) return action.keys;
  return undefined;
}

function sentPayload(actions: readonly RekeyAction[], type: number): Uint8Array {
  for (const action of actions) if (action.kind === 'send' && action.type === type) return action.payload;
  throw new Error(`nothing of type ${type} is sent`);
}

const { rekey, rekeyDone, keyExchange1, keyExchange2 } = PacketType;

describe('a rekey', () => {
  test('without PFS switches each direction behind REKEY_DONE', () => {
    const [one, other] = [machine('initiator'), machine('responder')];
    expect(show(one.start())).toEqual([rekey]);
    expect(one.active).toBe(true);
    const answer = other.receive(rekey, none);
    expect(show(answer)).toEqual([rekeyDone, 'send-keys']);
    const last = one.receive(rekeyDone, none);
    expect(show(last)).toEqual([rekeyDone, 'send-keys', 'receive-keys', 'done']);
    const end = other.receive(rekeyDone, none);
    expect(show(end)).toEqual(['receive-keys', 'done']);
    expect(keysOf(last, 'send-keys')).toEqual(keysOf(end, 'receive-keys'));
    expect(keysOf(last, 'receive-keys')).toEqual(keysOf(answer, 'send-keys'));
    expect([one.active, other.active]).toEqual([false, false]);
  });

  test('with PFS exchanges fresh values first', () => {
    const [one, other] = [machine('responder', true), machine('initiator', true)];
    const offer = one.start();
    expect(show(offer)).toEqual([rekey, keyExchange1]);
    expect(show(other.receive(rekey, none))).toEqual([]);
    const answer = other.receive(keyExchange1, sentPayload(offer, keyExchange1));
    expect(show(answer)).toEqual([keyExchange2, rekeyDone, 'send-keys']);
    const switched = one.receive(keyExchange2, sentPayload(answer, keyExchange2));
    expect(show(switched)).toEqual([rekeyDone, 'send-keys']);
    const done = one.receive(rekeyDone, none);
    expect(show(done)).toEqual(['receive-keys', 'done']);
    const end = other.receive(rekeyDone, none);
    expect(keysOf(switched, 'send-keys')).toEqual(keysOf(end, 'receive-keys'));
    expect(keysOf(done, 'receive-keys')).toEqual(keysOf(answer, 'send-keys'));
  });

  test('with PFS takes a peer that sends no key along, and one that sends REKEY_DONE at once', () => {
    // The toolkit's client as initiator without PFS does not wait for the answer.
    const responder = machine('responder');
    expect(show(responder.receive(rekey, none))).toEqual([rekeyDone, 'send-keys']);
    expect(show(responder.receive(rekeyDone, none))).toEqual(['receive-keys', 'done']);
    const withPfs = machine('responder', true);
    const { publicValue } = nodeBackend.diffieHellman(algorithms.group);
    withPfs.receive(rekey, none);
    const offer = encodeKeyExchange({ publicKey: none, publicValue, signature: none });
    expect(show(withPfs.receive(keyExchange1, offer))).toEqual([keyExchange2, rekeyDone, 'send-keys']);
  });

  test('makes other keys each time, of the previous ones', () => {
    const [one, other] = [machine('initiator'), machine('responder')];
    const seen = new Set<string>();
    for (let round = 0; round < 5; round++) {
      // Either side may start.
      const [starter, answerer] = round % 2 === 0 ? [one, other] : [other, one];
      starter.start();
      answerer.receive(rekey, none);
      const last = starter.receive(rekeyDone, none);
      const end = answerer.receive(rekeyDone, none);
      const keys = keysOf(last, 'send-keys');
      expect(keys).toEqual(keysOf(end, 'receive-keys'));
      seen.add(toHex(keys?.encryptionKey ?? none));
      seen.add(toHex(keysOf(last, 'receive-keys')?.encryptionKey ?? none));
    }
    expect(seen.size).toBe(10);
  });

  test.each([false, true])('started by both at once is one rekey, led by the initiator (PFS %s)', (pfs) => {
    const [one, other] = [machine('initiator', pfs), machine('responder', pfs)];
    const wires: { from: Rekey; to: Rekey; type: number; payload: Uint8Array }[] = [];
    const log: string[] = [];
    const keys = new Map<string, DirectionKeys>();
    const apply = (from: Rekey, actions: readonly RekeyAction[]): void => {
      const [name, to] = from === one ? ['one', other] : ['other', one];
      for (const action of actions) {
        if (action.kind === 'send') wires.push({ from, to, type: action.type, payload: action.payload });
        else if (action.kind === 'done') log.push(name);
        else keys.set(`${name} ${action.kind}`, action.keys);
      }
    };
    apply(one, one.start());
    apply(other, other.start());
    for (let next = wires.shift(); next !== undefined; next = wires.shift()) {
      apply(next.to, next.to.receive(next.type, next.payload));
    }
    expect([...log].sort()).toEqual(['one', 'other']);
    expect(keys.get('one send-keys')).toEqual(keys.get('other receive-keys'));
    expect(keys.get('other send-keys')).toEqual(keys.get('one receive-keys'));
    expect(keys.get('one send-keys')).not.toEqual(keys.get('other send-keys'));
  });

  test('starts only one at a time', () => {
    const one = machine('initiator');
    one.start();
    expect(one.start()).toEqual([]);
  });

  test('refuses packets out of order, and KEY_EXCHANGE_1 where PFS was not negotiated', () => {
    const { publicValue } = nodeBackend.diffieHellman(algorithms.group);
    const offer = encodeKeyExchange({ publicKey: none, publicValue, signature: none });
    const cases: [Rekey, readonly number[], number][] = [
      [machine('initiator'), [], rekeyDone],
      [machine('initiator'), [], keyExchange1],
      [machine('initiator'), [], keyExchange2],
      [machine('responder'), [rekey], keyExchange1],
      [machine('responder'), [rekey], rekey],
      [machine('responder', true), [rekey], rekeyDone],
      [machine('responder', true), [rekey], rekey],
      [machine('responder', true), [rekey], keyExchange2],
      [machine('responder', true), [rekey, keyExchange1], keyExchange1],
    ];
    for (const [one, before, type] of cases) {
      for (const earlier of before) one.receive(earlier, earlier === rekey ? none : offer);
      expect(() => one.receive(type, offer)).toThrow(SilcError);
    }
    const started = machine('initiator', true);
    started.start();
    expect(() => started.receive(keyExchange1, offer)).toThrow(SilcError);
    expect(() => started.receive(rekeyDone, none)).toThrow(SilcError);
  });

  test('refuses degenerate values', () => {
    const one = machine('responder', true);
    one.receive(rekey, none);
    const publicValue = new Uint8Array(128);
    publicValue[127] = 1;
    const offer = encodeKeyExchange({ publicKey: none, publicValue, signature: none });
    expect(() => one.receive(keyExchange1, offer)).toThrow(SilcError);
  });
});

describe('a rekey trigger', () => {
  test('fires at its limit of octets, again after a rekey', () => {
    const trigger = new RekeyTrigger({ octets: 100 }, 0);
    expect(trigger.count(99, 1)).toBe(false);
    expect(trigger.count(1, 2)).toBe(true);
    trigger.reset(2);
    expect(trigger.count(99, 3)).toBe(false);
  });

  test('fires before the sequence number wraps, once', () => {
    const trigger = new RekeyTrigger({}, 0);
    expect(trigger.count(1, SEQUENCE_THRESHOLD - 1)).toBe(false);
    expect(trigger.count(1, SEQUENCE_THRESHOLD)).toBe(true);
    trigger.reset(SEQUENCE_THRESHOLD + 1);
    expect(trigger.count(1, SEQUENCE_THRESHOLD + 2)).toBe(false);
    expect(trigger.count(1, 0xffffffff)).toBe(false);
    expect(trigger.count(1, 0)).toBe(false);
    expect(trigger.count(1, SEQUENCE_THRESHOLD)).toBe(true);
  });
});
