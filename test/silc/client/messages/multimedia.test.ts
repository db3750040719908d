import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concat, fromHex, utf8 } from '../../../../src/silc/bytes.js';
import { sdpDigest } from '../../../../src/silc/client/messages/multimedia.js';
import type { MultimediaOffer } from '../../../../src/silc/client/types.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { clientId } from '../../../../src/silc/ids.js';
import { decodeMessage, encodeMessage, MessageFlag } from '../../../../src/silc/messages/index.js';
import { PacketType } from '../../../../src/silc/packets/packet-type.js';
import { EventLog, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

let world: SilcWorld;
beforeEach(async () => {
  world = await startSilcWorld();
});
afterEach(() => world.close());

const sdp =
  'v=0\r\no=ann 2890844521 2890842804 IN IP4 192.0.2.7\r\ns=talk\r\nc=SILC\r\nt=0 0\r\nm=audio 9 tcp mpeg\r\n';
const answer = sdp.replace('o=ann', 'o=bob');
const digest = sdpDigest(nodeBackend, utf8(sdp));
const REQUEST = MessageFlag.data | MessageFlag.request;
const STOP = MessageFlag.data | MessageFlag.stop;
const header = 'MIME-Version: 1.0\r\nContent-Type: application/sdp\r\n\r\n';

async function person(nickname: string) {
  const session = await world.client(nickname);
  return { session, log: new EventLog(session), id: () => session.self.clientId };
}
type Person = Awaited<ReturnType<typeof person>>;

/** Takes every offer. */
function taking({ session }: Person): MultimediaOffer[] {
  const taken: MultimediaOffer[] = [];
  session.subscribe((event) => {
    if (event.type === 'multimedia-offer' && event.offer.take()) taken.push(event.offer);
  });
  return taken;
}

describe('an offer', () => {
  it('that is answered goes to and fro, until either side ends it', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const taken = taking(bob);
    const own = await ann.session.offerMultimedia({ user: bob.id() }, sdp);
    expect(own.sdpDigest).toBe(digest);
    const offered = await bob.log.find('multimedia-offer');
    expect(offered).toMatchObject({ protection: 'session', offer: { sdp, sdpDigest: digest } });
    await taken[0]?.answer(answer);
    expect(await ann.log.find('multimedia-answer')).toMatchObject({ sdp: answer, protection: 'session' });
    await own.end();
    expect(await bob.log.find('multimedia-ended')).toMatchObject({ sdpDigest: digest, whose: 'sender' });
    await ann.session.offerMultimedia({ user: bob.id() }, sdp);
    await bob.log.find('multimedia-offer', (event) => event !== offered);
    await taken[1]?.decline();
    expect(await ann.log.find('multimedia-ended')).toMatchObject({ sdpDigest: digest, whose: 'own' });
  });

  it('that was taken stays so when it is sent again', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const taken: MultimediaOffer[] = [];
    const seen: MultimediaOffer[] = [];
    bob.session.subscribe((event) => {
      if (event.type !== 'multimedia-offer') return;
      seen.push(event.offer);
      if (taken.length === 0 && event.offer.take()) taken.push(event.offer);
    });
    for (let i = 0; i < 2; i++) await ann.session.offerMultimedia({ user: bob.id() }, sdp);
    await bob.session.tell(ann.id(), 'afterwards');
    await ann.log.find('private-message');
    expect(seen).toEqual([taken[0], taken[0]]);
    expect(ann.log.of('multimedia-ended')).toEqual([]);
  });

  it('that nobody takes is declined each time it comes', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    for (let i = 1; i <= 2; i++) {
      await ann.session.offerMultimedia({ user: bob.id() }, sdp);
      await bob.session.ping();
      await ann.session.ping();
      await expect.poll(() => ann.log.of('multimedia-ended').length).toBe(i);
    }
  });

  it('on a channel is answered and declined to who has made it, and to nobody else', async () => {
    const [ann, bob, carol] = [await person('ann'), await person('bob'), await person('carol')];
    const { channel } = await ann.session.join('room');
    for (const { session } of [bob, carol]) await session.join('room');
    const taken = taking(bob);
    const own = await ann.session.offerMultimedia({ channel: channel.id }, sdp);
    expect(await bob.log.find('multimedia-offer')).toMatchObject({ protection: 'channel-key' });
    await taken[0]?.answer(answer);
    expect((await ann.log.find('multimedia-answer')).channel).toBeUndefined();
    await taken[0]?.decline();
    expect(await ann.log.find('multimedia-ended')).toMatchObject({ channel: undefined, whose: 'own' });
    await own.end();
    const ended = await carol.log.find('multimedia-ended');
    expect(ended).toMatchObject({ whose: 'sender', channel: { id: channel.id } });
    expect(carol.log.of('multimedia-ended')).toHaveLength(1);
    expect(carol.log.of('multimedia-answer')).toEqual([]);
  });

  it('is declined once for all sessions of a flood, and not without end', async () => {
    const bob = await person('bob');
    const raw = await world.raw('ann');
    for (let i = 0; i < 200; i++) {
      const data = utf8(`${header}v=${i}`);
      const payload = encodeMessage(nodeBackend, { flags: REQUEST, data });
      await raw.send(PacketType.privateMessage, payload, clientId(bob.id()));
    }
    await expect.poll(() => bob.log.of('multimedia-offer').length).toBe(200);
    await bob.session.ping();
    await raw.sync();
    const stops = raw.log.filter(({ type }) => type === PacketType.privateMessage);
    expect(stops.length).toBeGreaterThanOrEqual(64);
    expect(stops.length).toBeLessThan(200);
    const { flags, data } = decodeMessage(stops[0]?.payload ?? new Uint8Array(0));
    expect(flags).toBe(STOP | MessageFlag.noreply);
    expect(data).toEqual(concat(utf8(header), fromHex(sdpDigest(nodeBackend, utf8('v=0')))));
  });

  it('that wants no answer gets none', async () => {
    const bob = await person('bob');
    const raw = await world.raw('ann');
    const payload = encodeMessage(nodeBackend, {
      flags: REQUEST | MessageFlag.noreply,
      data: utf8(`${header}${sdp}`),
    });
    await raw.send(PacketType.privateMessage, payload, clientId(bob.id()));
    await bob.log.find('multimedia-offer');
    await bob.session.ping();
    await raw.sync();
    expect(raw.log.filter(({ type }) => type === PacketType.privateMessage)).toEqual([]);
  });
});

describe('an end', () => {
  const broken = '0d0a'.repeat(8);
  it.each([
    ['octets in an entity', concat(utf8(header), fromHex(digest)), digest],
    ['bare octets', fromHex(digest), digest],
    ['octets that look like a broken header', fromHex(broken), broken],
    ['digits', concat(utf8(header), utf8(digest.toUpperCase())), digest],
  ])('is understood as %s', async (_form, data, told) => {
    const bob = await person('bob');
    const raw = await world.raw('ann');
    const payload = encodeMessage(nodeBackend, { flags: STOP, data });
    await raw.send(PacketType.privateMessage, payload, clientId(bob.id()));
    const ended = await bob.log.find('multimedia-ended');
    expect(ended).toMatchObject({ sdpDigest: told, whose: 'unknown' });
    expect(bob.log.of('private-message')).toEqual([]);
  });

  it('by somebody who has not made the offer is no end of it', async () => {
    const [bob, mallory] = [await person('bob'), await person('mallory')];
    const ann = await person('ann');
    taking(bob);
    await ann.session.offerMultimedia({ user: bob.id() }, sdp);
    await bob.log.find('multimedia-offer');
    const stop = { fields: [{ name: 'Content-Type', value: 'application/sdp' }] };
    const body = fromHex(digest);
    await mallory.session.sendMime({ user: bob.id() }, { ...stop, body }, { exchange: 'stop' });
    expect((await bob.log.find('multimedia-ended')).whose).toBe('unknown');
  });
});
