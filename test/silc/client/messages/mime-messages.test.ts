import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../../../src/silc/bytes.js';
import { MimeInbox } from '../../../../src/silc/client/messages/mime-inbox.js';
import type { MimeDestination, SessionEventOf, SilcSession } from '../../../../src/silc/client/types.js';
import { sdpDigest } from '../../../../src/silc/client/messages/multimedia.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import {
  encodeMime,
  fragmentMime,
  MessageFlag,
  multipartMime,
  parseMime,
} from '../../../../src/silc/messages/index.js';
import type { MimeEntity } from '../../../../src/silc/messages/index.js';
import { withCode } from '../../../support/silc-error.js';
import { octets } from '../../../support/silc-arbitraries.js';
import { EventLog, nextEvent, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

const image = (length: number): MimeEntity => ({
  fields: [
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: 'image/png' },
  ],
  body: Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff),
});
const sdp = 'v=0\r\no=bob 1 1 IN IP4 192.0.2.1\r\ns=call\r\nc=SILC\r\nt=0 0\r\nm=audio 9 TCP/RTP/AVP 3\r\n';
const offer: MimeEntity = { fields: [{ name: 'Content-Type', value: 'application/sdp' }], body: utf8(sdp) };
const digest = sdpDigest(nodeBackend, offer.body);

describe('MIME messages of a session', () => {
  let world: SilcWorld;
  let alice: SilcSession;
  let bob: SilcSession;
  beforeEach(async () => {
    world = await startSilcWorld({ limits: { pendingOctets: 8 << 20 } });
    [alice, bob] = [await world.client('alice'), await world.client('bob')];
  });
  afterEach(() => world.close());

  const toBob = (): MimeDestination => ({ user: bob.self.clientId });

  it.each([
    ['small', 100, false],
    ['small and signed', 100, true],
    ['in fragments', 200_000, false],
    ['in fragments and signed', 200_000, true],
  ])('arrive as they were sent: %s', async (_what, length, sign) => {
    const { channel } = await alice.join('room');
    await bob.join('room');
    const heard = nextEvent(bob, 'channel-message');
    const told = nextEvent(bob, 'private-message');
    const said = await alice.sendMime({ channel: channel.id }, image(length), { sign });
    const sent = await alice.sendMime(toBob(), image(length), { sign });
    for (const [event, by] of [
      [await heard, said],
      [await told, sent],
    ] as const) {
      const { message, sender } = event;
      expect(message).toMatchObject({ kind: 'mime', text: undefined, signature: sign ? 'verified' : 'none' });
      expect(message.digest).toBe(by.digest);
      expect(sender.nickname).toBe('alice');
      expect(Buffer.from(message.data).equals(encodeMime(image(length)))).toBe(true);
      expect(message.mime?.fields).toEqual(image(length).fields);
      expect(Buffer.from(message.mime?.body ?? []).equals(image(length).body)).toBe(true);
    }
  });

  it('have parts', async () => {
    const parts = [image(20), { fields: [{ name: 'Content-Type', value: 'text/plain' }], body: utf8('hi') }];
    const told = nextEvent(bob, 'private-message');
    await alice.sendMime(toBob(), multipartMime('mixed', 'b0und', parts));
    expect((await told).message.mime?.parts).toEqual(parts);
  });

  it('that nobody can read are told with their octets', async () => {
    const told = nextEvent(bob, 'private-message');
    const odd = multipartMime('mixed', 'x', []);
    await alice.sendMime(toBob(), { fields: odd.fields, body: utf8('--x\r\nno end') });
    const { message } = await told;
    expect(message).toMatchObject({ kind: 'mime' });
    expect(message.mime).toBeUndefined();
    expect(message.data.length).toBeGreaterThan(20);
  });

  it('have an end', async () => {
    await expect(alice.sendMime(toBob(), image(4 << 20))).rejects.toThrow(withCode('limit'));
    const bad = { fields: [{ name: 'A', value: 'b\r\nC: d' }], body: new Uint8Array(1) };
    await expect(alice.sendMime(toBob(), bad)).rejects.toThrow(withCode('usage'));
    const holding = multipartMime('mixed', 'x', [{ fields: [], body: utf8('--x') }]);
    await expect(alice.sendMime(toBob(), holding)).rejects.toThrow(withCode('usage'));
  });

  it('are not a message while they are an offer, which is declined when nobody takes it', async () => {
    const log = new EventLog(bob);
    const ended = nextEvent(alice, 'multimedia-ended');
    await alice.sendMime(toBob(), offer, { exchange: 'request' });
    expect((await ended).sdpDigest).toBe(digest);
    const [event] = log.of('multimedia-offer');
    expect(event).toMatchObject({ channel: undefined, offer: { sdp, sdpDigest: digest } });
    expect(event?.offer.take()).toBe(false);
    expect(log.of('private-message')).toEqual([]);
  });

  it('are an offer that can be taken, answered, and ended', async () => {
    const offered = new Promise<SessionEventOf<'multimedia-offer'>>((resolve) => {
      bob.subscribe((event) => {
        if (event.type !== 'multimedia-offer') return;
        expect(event.offer.take()).toBe(true);
        resolve(event);
      });
    });
    const log = new EventLog(alice);
    await alice.sendMime(toBob(), offer, { exchange: 'request' });
    const { offer: taken, sender } = await offered;
    await bob.sendMime({ user: sender.clientId }, offer, { exchange: 'reply' });
    expect((await log.find('multimedia-answer')).sdp).toBe(sdp);
    await taken.decline();
    expect((await log.find('multimedia-ended')).sdpDigest).toBe(digest);
    expect(log.of('multimedia-ended')).toHaveLength(1);
  });

  it('that offer something to a whole channel are not answered', async () => {
    const { channel } = await alice.join('room');
    await bob.join('room');
    const offered = nextEvent(bob, 'multimedia-offer');
    const log = new EventLog(alice);
    await alice.sendMime({ channel: channel.id }, offer, { exchange: 'request' });
    expect((await offered).channel?.id).toBe(channel.id);
    await bob.say(channel.id, 'afterwards');
    await log.find('channel-message');
    expect(log.of('multimedia-ended')).toEqual([]);
  });
});

describe('the inbox of fragments', () => {
  const message = (data: Uint8Array) => ({
    flags: MessageFlag.data,
    data,
    padding: new Uint8Array(0),
    signature: undefined,
  });
  const fragments = (entity: MimeEntity, size: number, id: string) =>
    fragmentMime(encodeMime(entity), size, id).map(message);

  it('puts messages of many senders together, however their fragments are mixed', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (lengths, choices) => {
        const inbox = new MimeInbox<number>();
        // All take the same id: senders are told apart by who they are.
        const open = lengths.map((length, from) => ({ from, rest: fragments(image(length), 64, 'same') }));
        const seen = new Map<number, Uint8Array>();
        while (open.some(({ rest }) => rest.length > 0)) {
          const waiting = open.filter(({ rest }) => rest.length > 0);
          const one = waiting[(choices.next().value ?? 0) % waiting.length];
          const next = one?.rest.shift();
          if (one === undefined || next === undefined) break;
          const whole = inbox.take(`${one.from}`, next, one.from);
          if (whole === undefined) continue;
          expect(new Set(whole.tags)).toEqual(new Set([one.from]));
          seen.set(one.from, whole.data);
        }
        lengths.forEach((length, from) => expect(seen.get(from)).toEqual(encodeMime(image(length))));
        expect(inbox.octets).toBe(0);
      }),
    );
  });

  it('keeps neither too much, nor for too long', () => {
    let now = 0;
    const inbox = new MimeInbox<undefined>(() => now);
    const [first] = fragments(image(120_000), 60_000, 'a');
    if (first === undefined) throw new Error('no fragment');
    for (let n = 0; n < 1_000; n++) inbox.take(`sender ${n}`, first, undefined);
    expect(inbox.octets).toBeLessThanOrEqual(8 << 20);
    for (let n = 0; n < 200; n++) {
      const [one] = fragments(image(120_000), 60_000, `id ${n}`);
      if (one !== undefined) inbox.take('one sender', one, undefined);
    }
    expect(inbox.octets).toBeLessThanOrEqual(8 << 20);
    now = 300_001;
    const [a, b] = fragments(image(100), 64, 'late');
    if (a === undefined || b === undefined) throw new Error('too few fragments');
    inbox.take('other', a, undefined);
    expect(inbox.octets).toBeLessThan(200);
    now = 700_000;
    expect(inbox.take('other', b, undefined)).toBeUndefined();
  });

  it('takes whatever octets come', () => {
    const inbox = new MimeInbox<undefined>();
    const header = fc.constantFrom('', 'Content-Type: message/partial; id="x"; number=1; total=1\r\n\r\n');
    fc.assert(
      fc.property(header, octets(0, 200), (text, rest) => {
        const data = Uint8Array.of(...utf8(text), ...rest);
        const whole = inbox.take('x', message(data), undefined);
        if (whole?.mime !== undefined) expect(parseMime(whole.data)).toEqual(whole.mime);
      }),
    );
  });
});
