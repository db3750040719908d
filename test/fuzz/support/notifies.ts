import fc from 'fast-check';
import type { ChannelId, ClientId, ServerId } from '../../../src/silc/ids.js';
import { clientId, serverId } from '../../../src/silc/ids.js';
import type { Notify } from '../../../src/silc/packets/notify-event.js';
import { channelNumber, idOf } from '../../support/scripted-server.js';

/** A Client ID and a channel that the sessions of these tests know. */
export const other: ClientId = idOf('other');
export const channel: ChannelId = channelNumber(1);

/** Few IDs, so that one notify hits what another one has made. */
export const people: readonly ClientId[] = [
  other,
  idOf('me'),
  ...Array.from({ length: 6 }, (_, n) => idOf(`person${n}`)),
];
const someClient = fc.constantFrom(...people);
export const someChannel = fc.constantFrom(channel, channelNumber(2), channelNumber(3));
const server = '7f000001452e00ff' as ServerId;
const by = fc.oneof(someClient.map(clientId), fc.constant(serverId(server)));

/** Nicknames as a server should not let them pass, too. */
export const nicknames = fc.oneof(
  fc.constantFrom('anna', 'Anna', 'bert', 'a b', '', '!', 'x@y', '\u0000', '\u202eevil', '😀', 'ﬁ'),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constant('n'.repeat(400)),
);
const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constant('\u0001\u0008\ud800'));
const u32 = fc.nat(0xffffffff);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const of = <T extends Notify['type']>(type: T) => fc.constant(type);

/** A well-formed notify of any type. */
export const notifies: fc.Arbitrary<Notify> = fc.oneof(
  fc.record({ type: of('none'), text: texts }),
  fc.record({ type: of('motd'), text: texts }),
  fc.record({ type: of('invite'), channelId: someChannel, channelName: nicknames, inviter: someClient }),
  fc.record({ type: of('join'), clientId: someClient, channelId: someChannel }),
  fc.record({ type: of('leave'), clientId: someClient }),
  fc.record({ type: of('signoff'), clientId: someClient, message: optional(texts) }),
  fc.record({ type: of('topic-set'), by, topic: texts }),
  fc.record({ type: of('nick-change'), oldId: someClient, newId: someClient, nickname: optional(nicknames) }),
  fc.record({
    type: of('cmode-change'),
    by,
    mode: u32,
    cipher: optional(fc.constantFrom('aes-256-cbc', 'none', 'x')),
    hmac: optional(fc.constantFrom('hmac-sha256-96', 'hmac-md5', 'x')),
    passphrase: optional(fc.constant(new TextEncoder().encode('the secret of the channel'))),
    userLimit: optional(u32),
  }),
  fc.record({ type: of('cumode-change'), by, mode: u32, target: someClient }),
  fc.record({ type: of('channel-change'), oldId: someChannel, newId: someChannel }),
  fc.record({
    type: of('server-signoff'),
    serverId: fc.constant(server),
    clientIds: fc.array(someClient, { maxLength: 5 }),
  }),
  fc.record({ type: of('kicked'), clientId: someClient, comment: optional(texts), by }),
  fc.record({ type: of('killed'), clientId: someClient, comment: optional(texts), by }),
  fc.record({ type: of('error'), status: fc.nat(0xff), id: optional(someClient.map(clientId)) }),
);
