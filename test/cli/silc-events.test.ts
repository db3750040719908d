import { describe, expect, it } from 'vitest';
import { describeEvent, eventTypes } from '../../src/cli/silc/events/index.js';
import { People } from '../../src/cli/silc/people.js';
import { Printer } from '../../src/cli/silc/printer.js';
import type {
  Channel,
  Message,
  MultimediaOffer,
  SessionEvent,
  SessionEventOf,
  User,
} from '../../src/silc/client/types.js';
import { utf8 } from '../../src/silc/bytes.js';
import { SilcError } from '../../src/silc/errors.js';
import { IdType, parseId, type ChannelId, type ClientId } from '../../src/silc/ids.js';

/** Events whose texts are all this one. */
function eventsOf(text: string): { readonly [T in SessionEvent['type']]: SessionEventOf<T> } {
  const bob = userCalled(text, 2);
  const carol = userCalled('carol', 3);
  const channel: Channel = {
    ...{ id: channelIdOf(1), name: text, mode: 0x30, topic: text, userLimit: 9 },
    members: new Map(),
  };
  const message: Message = {
    ...{ flags: 0x120, kind: 'text', text, data: utf8(text), signature: 'verified', digest: 'd1' },
  };
  const mime: Message = {
    ...message,
    ...{ kind: 'mime', text: undefined, flags: 0x80 },
    mime: { fields: [{ name: 'Content-Type', value: text }], body: utf8(text) },
  };
  const person = { clientId: bob.clientId, nickname: text, mode: 4, fingerprint: 'f1' };
  const about = { sender: bob, channel, message: mime, protection: 'private-key' } as const;
  const offer: MultimediaOffer = {
    ...{ sdp: `m=${text}`, sdpDigest: 'd2', take: () => false },
    ...{ answer: () => Promise.resolve(), decline: () => Promise.resolve() },
  };
  const key = { user: bob, cipher: text, hmac: text };
  const agreement = { user: bob, host: text, port: 7, transport: 'tcp' } as const;
  return {
    'server-notice': { type: 'server-notice', text },
    motd: { type: 'motd', text },
    'channel-message': {
      ...{ type: 'channel-message', channel, sender: bob, message, protection: 'private-key' },
      key: { generation: 1 },
    },
    'channel-message-undecryptable': {
      ...{ type: 'channel-message-undecryptable', channel, senderId: bob.clientId, digest: '00' },
      reason: 'no-key',
    },
    'private-message': { type: 'private-message', sender: bob, message: mime, protection: 'static-key' },
    'private-message-undecryptable': { type: 'private-message-undecryptable', sender: bob },
    acknowledged: { type: 'acknowledged', user: bob, digest: 'd1' },
    unacknowledged: { type: 'unacknowledged', user: bob, digest: 'd1', reason: 'timeout' },
    'private-key-offered': { type: 'private-key-offered', ...key },
    'key-agreement-offered': { type: 'key-agreement-offered', ...agreement },
    'member-joined': { type: 'member-joined', channel, member: { user: bob, mode: 1 } },
    'user-resolved': { type: 'user-resolved', user: bob },
    'member-left': {
      ...{ type: 'member-left', channel, user: bob, self: false },
      cause: { kind: 'kicked', comment: text, by: carol },
    },
    'nick-changed': {
      ...{ type: 'nick-changed', user: bob, oldClientId: carol.clientId, oldNickname: text, self: false },
    },
    'topic-changed': { type: 'topic-changed', channel, topic: text, by: undefined },
    'channel-mode-changed': { type: 'channel-mode-changed', channel, oldMode: 0, by: bob },
    'member-mode-changed': {
      ...{ type: 'member-mode-changed', channel, member: { user: bob, mode: 3 }, oldMode: 0, by: carol },
    },
    'channel-id-changed': { type: 'channel-id-changed', channel, oldId: channelIdOf(2) },
    invited: { type: 'invited', channelName: text, channelId: channel.id, by: bob },
    'delivery-failed': { type: 'delivery-failed', clientId: bob.clientId, channelId: undefined },
    'file-transfer': {
      ...{ type: 'file-transfer', sender: bob, agreement: { host: text, protocol: 0, port: 7 } },
    },
    'watched-online': { type: 'watched-online', person },
    'watched-offline': { type: 'watched-offline', person, cause: 'signoff' },
    'watched-changed': { type: 'watched-changed', person, previous: undefined },
    'watch-checked': { type: 'watch-checked', target: { nickname: text }, people: [person] },
    resumed: { type: 'resumed', channels: [channel], lost: [text], unshared: [channel] },
    'multimedia-offer': { type: 'multimedia-offer', offer, ...about },
    'multimedia-answer': { type: 'multimedia-answer', sdp: text, ...about },
    'multimedia-ended': { type: 'multimedia-ended', sdpDigest: 'd2', whose: 'own', ...about },
    rekeyed: { type: 'rekeyed' },
    closed: { type: 'closed', error: new SilcError('timeout', text) },
  };
}

function userCalled(nickname: string, octet: number): User {
  return {
    ...{ clientId: clientIdOf(octet), nickname, server: nickname, username: nickname, hostname: nickname },
    ...{ realName: nickname, mode: 0, fingerprint: undefined, idleSeconds: undefined },
  };
}

function clientIdOf(octet: number): ClientId {
  const id = parseId(IdType.client, new Uint8Array(16).fill(octet));
  if (id.type !== IdType.client) throw new Error('no client ID');
  return id.id;
}

function channelIdOf(octet: number): ChannelId {
  const id = parseId(IdType.channel, new Uint8Array(8).fill(octet));
  if (id.type !== IdType.channel) throw new Error('no channel ID');
  return id.id;
}

/** What is printed for an event: to standard output and to standard error. */
function printed(event: SessionEvent, json: boolean): string {
  let text = '';
  const sink = { write: (out: string) => (text += out) };
  const printer = new Printer({
    ...{ output: sink, errors: sink, json, colours: false, clock: false },
    now: () => new Date(0),
  });
  printer.print(describeEvent(event, people()));
  return text;
}

function people(): People {
  const nothing = (): never => {
    throw new Error('nobody is asked');
  };
  return new People({ self: userCalled('alice', 1), whois: nothing, whoisById: nothing });
}

const [bob, carol] = ['02', '03'].map((octet) => octet.repeat(16));
const [lounge, other] = ['01', '02'].map((octet) => octet.repeat(8));
const user = { clientId: bob, nickname: 'x' };
const by = { clientId: carol, nickname: 'carol' };
const channel = { id: lounge, name: 'x' };
const text = { kind: 'text', text: 'x', data: 'eA==', flags: 288, signature: 'verified', digest: 'd1' };
const contents = [{ type: 'text/plain', text: 'x', octets: 1 }];
const mime = { kind: 'mime', text: null, data: 'eA==', contentType: 'x', contents };
const person = { clientId: bob, nickname: 'x', mode: 4, fingerprint: 'f1' };
const about = {
  sender: user,
  channel,
  protection: 'private-key',
  flags: 128,
  signature: 'verified',
  digest: 'd1',
};

/** The members of each event's line of JSON besides `type` and `time`. They stay: programs read them. */
const shapes: Readonly<Record<string, Record<string, unknown>>> = {
  'server-notice': { text: 'x' },
  motd: { text: 'x' },
  'channel-message': { channel, sender: user, protection: 'private-key', ...text },
  'channel-message-undecryptable': { channel, senderId: bob, reason: 'no-key' },
  'private-message': { sender: user, protection: 'static-key', ...text, ...mime, flags: 128 },
  'private-message-undecryptable': { sender: user },
  acknowledged: { user, digest: 'd1' },
  unacknowledged: { user, digest: 'd1', reason: 'timeout' },
  'private-key-offered': { user, cipher: 'x', hmac: 'x' },
  'key-agreement-offered': { user, host: 'x', port: 7, transport: 'tcp' },
  'member-joined': { channel, user, mode: 1 },
  'user-resolved': { user },
  'member-left': { channel, user, self: false, cause: 'kicked', message: 'x', by },
  'nick-changed': { user, old: { clientId: carol, nickname: 'x' }, self: false },
  'topic-changed': { channel, topic: 'x', by: null },
  'channel-mode-changed': { channel, mode: 0x30, oldMode: 0, by: user },
  'member-mode-changed': { channel, user, mode: 3, oldMode: 0, by },
  'channel-id-changed': { channel, oldId: other },
  invited: { channel, by: user },
  'delivery-failed': { clientId: bob },
  'file-transfer': { sender: user },
  'watched-online': { person },
  'watched-offline': { person, cause: 'signoff' },
  'watched-changed': { person, previous: null },
  'watch-checked': { watched: 'x', people: [person] },
  resumed: { channels: [channel], lost: ['x'], unshared: [channel] },
  'multimedia-offer': { ...about, sdp: 'm=x', sdpDigest: 'd2' },
  'multimedia-answer': { ...about, sdp: 'x' },
  'multimedia-ended': { ...about, sdpDigest: 'd2', whose: 'own' },
  rekeyed: {},
  closed: { error: 'x', code: 'timeout' },
};

/** Whatever a terminal could obey, and an end of a line behind which somebody could pretend to be somebody else. */
const hostile = 'a\x1b[2J\x9b31m\x07\u202e\u2028\r\n[lounge] <carol> forged';

describe('silc: events', () => {
  it('all have a row here', () => {
    expect(Object.keys(shapes).sort()).toEqual([...eventTypes].sort());
  });

  it.each(Object.values(eventsOf('x')))('$type has its line of JSON', (event) => {
    const line = JSON.parse(printed(event, true)) as Record<string, unknown>;
    expect(line).toEqual({ type: event.type, time: '1970-01-01T00:00:00.000Z', ...shapes[event.type] });
  });

  it.each(Object.values(eventsOf(hostile)))(
    '$type with hostile texts does nothing to a terminal',
    (event) => {
      const lines = printed(event, false).split('\n');
      const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
      expect(lines.filter((line) => unseen.test(line))).toEqual([]);
      expect(lines.filter((line) => line.startsWith('[lounge]'))).toEqual([]);
      expect(unseen.test(printed(event, true).trimEnd())).toBe(false);
    },
  );

  it('are told by not more lines than somebody can read', () => {
    const event = { type: 'server-notice', text: 'x\n'.repeat(5_000) } as const;
    const lines = printed(event, false).trimEnd().split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([501, '… and 4500 more lines']);
  });
});
