import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { clientId, encodeIdPayload, serverId, type ClientId, type ServerId } from '../../../src/silc/ids.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import {
  decodeNotify,
  encodeNotify,
  notifyPayload,
  NotifyType,
  type Notify,
} from '../../../src/silc/packets/notify.js';
import { comparable } from '../../support/comparable.js';
import { withCode } from '../../support/silc-error.js';
import {
  channelIds,
  clientIds,
  octets,
  serverIds,
  someArguments,
  someIds,
  text,
  u16,
  u32,
  u8,
} from '../../support/silc-arbitraries.js';

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const list = optional(someArguments(0));

/** One arbitrary for each type: a type without one does not compile. */
const notifies: { readonly [T in Notify['type']]: fc.Arbitrary<Extract<Notify, { type: T }>> } = {
  none: fc.record({ type: fc.constant('none'), text: text() }),
  invite: fc.record({
    type: fc.constant('invite'),
    channelId: channelIds,
    channelName: text(),
    inviter: clientIds,
  }),
  join: fc.record({ type: fc.constant('join'), clientId: clientIds, channelId: channelIds }),
  leave: fc.record({ type: fc.constant('leave'), clientId: clientIds }),
  signoff: fc.record({ type: fc.constant('signoff'), clientId: clientIds, message: optional(text(1)) }),
  'topic-set': fc.record({ type: fc.constant('topic-set'), by: someIds, topic: text() }),
  'nick-change': fc.record({
    type: fc.constant('nick-change'),
    oldId: clientIds,
    newId: clientIds,
    nickname: optional(text(1)),
  }),
  'cmode-change': fc.record({
    type: fc.constant('cmode-change'),
    by: someIds,
    mode: u32,
    cipher: optional(text(1)),
    hmac: optional(text(1)),
    passphrase: optional(octets(1, 20)),
    founderKey: optional(octets(1, 20)),
    channelKeys: list,
    userLimit: optional(u32),
  }),
  'cumode-change': fc.record({
    type: fc.constant('cumode-change'),
    by: someIds,
    mode: u32,
    target: clientIds,
    founderKey: optional(octets(1, 20)),
  }),
  motd: fc.record({ type: fc.constant('motd'), text: text() }),
  'channel-change': fc.record({ type: fc.constant('channel-change'), oldId: channelIds, newId: channelIds }),
  'server-signoff': fc.record({
    type: fc.constant('server-signoff'),
    serverId: serverIds,
    clientIds: fc.array(clientIds, { maxLength: 6 }),
  }),
  kicked: fc.record({
    type: fc.constant('kicked'),
    clientId: clientIds,
    comment: optional(text(1)),
    by: optional(someIds),
  }),
  killed: fc.record({
    type: fc.constant('killed'),
    clientId: clientIds,
    comment: optional(text(1)),
    by: optional(someIds),
  }),
  'umode-change': fc.record({ type: fc.constant('umode-change'), clientId: clientIds, mode: u32 }),
  ban: fc.record({ type: fc.constant('ban'), channelId: channelIds, action: optional(u8), list }),
  error: fc.record({ type: fc.constant('error'), status: u8, id: optional(someIds) }),
  watch: fc.record({
    type: fc.constant('watch'),
    clientId: clientIds,
    nickname: optional(text(1)),
    mode: u32,
    notifyType: optional(u16),
    publicKey: optional(octets(1, 20)),
  }),
  unknown: fc.record({
    type: fc.constant('unknown'),
    number: fc.integer({ min: 18, max: 0xffff }),
    args: someArguments(1),
  }),
};

const roundTrip = (notify: Notify): Notify =>
  decodeNotify(decodePayload(notifyPayload, encodePayload(notifyPayload, encodeNotify(notify))));

describe('notifies', () => {
  test('know every type of the draft', () => {
    expect(Object.keys(notifies)).toHaveLength(Object.keys(NotifyType).length + 1);
  });

  test.each(Object.entries(notifies))(
    'of type %s come back as they went',
    (_, arbitrary: fc.Arbitrary<Notify>) => {
      fc.assert(
        fc.property(arbitrary, (notify) => {
          expect(comparable(roundTrip(notify))).toEqual(comparable(notify));
        }),
      );
    },
  );

  test('of every number give a value or a SilcError whatever the arguments are', () => {
    const numbered = fc.record({ type: fc.integer({ min: 0, max: 20 }), args: someArguments(0) });
    fc.assert(
      fc.property(numbered, (payload) => {
        try {
          decodeNotify(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(SilcError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of a server that took hundreds of clients along are read beyond what the counter can count', () => {
    const clients = Array.from(
      { length: 700 },
      (_, i) => `0a000001${i.toString(16).padStart(24, '0')}` as ClientId,
    );
    const notify: Notify = {
      type: 'server-signoff',
      serverId: '0a00000102c200ff' as ServerId,
      clientIds: clients,
    };
    const wire = encodePayload(notifyPayload, encodeNotify(notify));
    expect(wire[4]).toBe(701 % 256);
    expect(decodeNotify(decodePayload(notifyPayload, wire))).toEqual(notify);
  });

  test('with more arguments than the counter can count are not sent for other types', () => {
    const args = Array.from({ length: 256 }, () => ({ type: 1, data: Uint8Array.of(1) }));
    expect(() => encodePayload(notifyPayload, { type: NotifyType.none, args })).toThrow(withCode('limit'));
  });

  test('show text that is not UTF-8 as ISO 8859-1', () => {
    const args = [{ type: 1, data: fromHex('6772fc6e') }];
    expect(decodeNotify({ type: NotifyType.none, args })).toEqual({ type: 'none', text: 'grün' });
  });

  test('are refused when an ID is of another type', () => {
    const id = encodeIdPayload(serverId('0a00000102c200ff' as ServerId));
    const args = [{ type: 1, data: id }];
    expect(() => decodeNotify({ type: NotifyType.leave, args })).toThrow(withCode('malformed'));
  });

  test('are refused when an argument that they need is missing', () => {
    const id = encodeIdPayload(clientId('7f00000185ba5b20727f3e2e4c632e9f' as ClientId));
    expect(() => decodeNotify({ type: NotifyType.join, args: [{ type: 1, data: id }] })).toThrow(SilcError);
    expect(() => decodeNotify({ type: NotifyType.cmodeChange, args: [{ type: 1, data: id }] })).toThrow(
      SilcError,
    );
  });
});
