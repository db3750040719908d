import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import { sdpDigest } from '../../src/silc/client/messages/multimedia.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { encodeMime, multipartMime, type MimeEntity } from '../../src/silc/messages/index.js';
import { EventLog, nextEvent } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget('none', { limits: { pendingOctets: 8 << 20 } });
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

const image = (length: number): MimeEntity => ({
  fields: [
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: 'image/png' },
  ],
  body: Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff),
});

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);

async function pair(negotiatePrivateKeys = false): Promise<readonly [SilcSession, SilcSession]> {
  return [await target.client('alice', { negotiatePrivateKeys }), await target.client('bob')];
}

describe.concurrent('MIME messages', () => {
  it.each([
    ['small', 100, false],
    ['small and signed', 100, true],
    ['in fragments', 200_000, false],
    ['in fragments and signed', 200_000, true],
  ])('arrive as they were sent: %s', async (_what, length, sign) => {
    const [alice, bob] = await pair();
    const name = target.unique('room');
    const { channel } = await alice.join(name);
    await bob.join(name);
    const [heard, told] = [nextEvent(bob, 'channel-message'), nextEvent(bob, 'private-message')];
    const said = await alice.sendMime({ channel: channel.id }, image(length), { sign });
    const sent = await alice.sendMime({ user: bob.self.clientId }, image(length), { sign });
    for (const [{ message, sender }, by] of [
      [await heard, said],
      [await told, sent],
    ] as const) {
      expect(message).toMatchObject({ kind: 'mime', text: undefined, signature: sign ? 'verified' : 'none' });
      expect(message.digest).toBe(by.digest);
      expect(sender.clientId).toBe(alice.self.clientId);
      expect(same(message.data, encodeMime(image(length)))).toBe(true);
      expect(message.mime?.fields).toEqual(image(length).fields);
    }
  });

  it('of several senders do not get mixed up, and text comes between', async () => {
    const [alice, bob] = await pair();
    const carol = await target.client('carol');
    const name = target.unique('room');
    const { channel } = await bob.join(name);
    await alice.join(name);
    await carol.join(name);
    const log = new EventLog(bob);
    const [big, bigger] = [image(150_000), image(170_000)];
    await Promise.all([
      alice.sendMime({ channel: channel.id }, big),
      carol.sendMime({ channel: channel.id }, bigger),
      alice.say(channel.id, 'between'),
    ]);
    for (const [{ self }, entity] of [
      [alice, big],
      [carol, bigger],
    ] as const) {
      const { message } = await log.find(
        'channel-message',
        (event) => event.sender.clientId === self.clientId && event.message.kind === 'mime',
      );
      expect(same(message.data, encodeMime(entity))).toBe(true);
    }
    await log.find('channel-message', ({ message }) => message.text === 'between');
    expect(log.of('channel-message')).toHaveLength(3);
  });

  it('arrive in fragments under negotiated keys too', async () => {
    const [alice, bob] = await pair(true);
    const told = nextEvent(bob, 'private-message');
    await alice.sendMime({ user: bob.self.clientId }, image(200_000), { sign: true });
    const { message, protection } = await told;
    expect(same(message.data, encodeMime(image(200_000)))).toBe(true);
    expect([message.signature, protection]).toEqual(['verified', 'negotiated-key']);
  });

  it('have parts', async () => {
    const [alice, bob] = await pair();
    const parts = [image(20), { fields: [{ name: 'Content-Type', value: 'text/plain' }], body: utf8('hi') }];
    const told = nextEvent(bob, 'private-message');
    await alice.sendMime({ user: bob.self.clientId }, multipartMime('mixed', 'b0und', parts));
    expect((await told).message.mime?.parts).toEqual(parts);
  });

  it('that offer a multimedia session which nobody takes are declined', async () => {
    const [alice, bob] = await pair();
    const sdp = 'v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=call\r\nc=SILC\r\nt=0 0\r\nm=audio 9 TCP/RTP/AVP 3\r\n';
    const offer = { fields: [{ name: 'Content-Type', value: 'application/sdp' }], body: utf8(sdp) };
    const log = new EventLog(bob);
    const ended = nextEvent(alice, 'multimedia-ended');
    await alice.sendMime({ user: bob.self.clientId }, offer, { exchange: 'request' });
    expect((await ended).sdpDigest).toBe(sdpDigest(nodeBackend, offer.body));
    expect(log.of('multimedia-offer')).toMatchObject([{ offer: { sdp } }]);
    expect(log.of('private-message')).toEqual([]);
  });

  it('that offer one to a channel are answered and declined to who has offered it', async () => {
    const [alice, bob] = await pair();
    const name = target.unique('room');
    const { channel } = await alice.join(name);
    await bob.join(name);
    const log = new EventLog(alice);
    const seen = new EventLog(bob);
    bob.subscribe((event) => {
      if (event.type !== 'multimedia-offer') return;
      expect(event.offer.take()).toBe(true);
      void event.offer.answer('v=0 answer').then(() => event.offer.decline());
    });
    const own = await alice.offerMultimedia({ channel: channel.id }, 'v=0 offer');
    expect(await log.find('multimedia-answer')).toMatchObject({ sdp: 'v=0 answer', channel: undefined });
    expect(await log.find('multimedia-ended')).toMatchObject({ whose: 'own', channel: undefined });
    await own.end();
    expect(await seen.find('multimedia-ended')).toMatchObject({ sdpDigest: own.sdpDigest, whose: 'sender' });
  });
});
