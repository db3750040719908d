import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { iqResult, StanzaError, xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { capsHash } from '../../src/mapping/caps.js';
import { infoQuery } from '../../src/mapping/disco.js';
import { profileOf, type Profile } from '../../src/mapping/profile/profile.js';
import { parseStanza } from '../support/xmpp/canonical.js';
import { answer, PNG } from '../mapping/profile/sample.js';
import { World } from './support/world.js';

const ALICE = 'alice@jabber.test';
const PHONE = `${ALICE}/phone`;
const info = infoQuery(undefined, [{ category: 'client', type: 'phone' }], []);

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    }),
);
afterEach(() => void vi.useRealTimers());

const picture = Buffer.from(PNG).toString('base64');
/** What the user's server and client answer, by what is asked for. */
const answers = (): Map<string, string> =>
  new Map([
    [
      'vcard-temp',
      `<vCard xmlns='vcard-temp'><FN>Alice</FN><TEL><HOME/><NUMBER>1</NUMBER></TEL><PHOTO><BINVAL>${picture}</BINVAL></PHOTO></vCard>`,
    ],
    ['http://jabber.org/protocol/mood', `<mood xmlns='http://jabber.org/protocol/mood'><worried/></mood>`],
    [
      'http://jabber.org/protocol/geoloc',
      `<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>51.5</lat><lon>-0.1</lon></geoloc>`,
    ],
    ['urn:xmpp:time', `<time xmlns='urn:xmpp:time'><tzo>+02:00</tzo></time>`],
    ['jabber:iq:version', `<query xmlns='jabber:iq:version'><name>Acme</name><version>2</version></query>`],
  ]);

/** Alice has a room, and a client that answers. What was asked for is in `asked`. */
async function start(
  told = answers(),
): Promise<{ world: World; asked: string[]; told: Map<string, string> }> {
  const world = await World.start();
  const request = world.link.request.bind(world.link);
  const asked: string[] = [];
  world.link.request = (iq, timeoutMs) => {
    const [child] = iq.getChildElements();
    const items = child?.getChild('items');
    const name = items?.attrs.node ?? child?.getNS() ?? '';
    if (child?.attrs.node === `urn:client#${capsHash(info)}`) return Promise.resolve(iqResult(iq, info));
    if (child?.is('ping') === true) return request(iq, timeoutMs);
    asked.push(`${iq.attrs.from ?? ''} ${name}`);
    const said = told.get(name);
    if (said === undefined) return Promise.reject(new StanzaError('cancel', 'item-not-found'));
    const content = parseStanza(said);
    return Promise.resolve(items === undefined ? answered(iq, content) : answered(iq, pubsub(name, content)));
  };
  await world.join(PHONE, 'lounge', 'alice');
  return { world, asked, told };
}

const answered = (iq: Element, child: Element): Element =>
  parseStanza(
    `<iq type='result' from='${iq.attrs.to ?? ''}' to='${iq.attrs.from ?? ''}'>${String(child)}</iq>`,
  );
const pubsub = (node: string, content: Element): Element =>
  parseStanza(
    String(
      xml(
        'pubsub',
        { xmlns: 'http://jabber.org/protocol/pubsub' },
        xml('items', { node }, xml('item', { id: 'current' })),
      ),
    ).replace('<item id="current"/>', `<item id="current">${String(content)}</item>`),
  );

async function set(world: World, name: string, value: string): Promise<void> {
  await world.receive(
    `<message from='${PHONE}' to='gw.test' type='chat'><body>settings ${name} ${value}</body></message>`,
  );
  await vi.advanceTimersByTimeAsync(1_500);
}

const told = (world: World): Profile | undefined => {
  const { attributes } = world.silc.session;
  return attributes === undefined ? undefined : profileOf(answer(attributes));
};

const texts = (stanzas: readonly Element[]): string[] =>
  stanzas.flatMap((stanza) => stanza.getChildText('body') ?? []);

/** The server of Alice tells of a node. */
const event = (node: string, content: string, from = ALICE): string =>
  `<message type='headline' from='${from}' to='gw.test'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'><item>${content}</item></items></event></message>`;
const mood = (name: string): string => `<mood xmlns='http://jabber.org/protocol/mood'><${name}/></mood>`;
const MOOD = 'http://jabber.org/protocol/mood';
const GEOLOC = 'http://jabber.org/protocol/geoloc';

describe('what a Jabber user lets SILC users know', () => {
  it('is nothing, and nothing is fetched, before the user wants it', async () => {
    const { world, asked } = await start();
    await vi.advanceTimersByTimeAsync(2_000_000);
    expect(asked).toEqual([]);
    expect(world.silc.session.attributes).toBeUndefined();
  });

  it('is the profile without the location, or the location without the profile, as the user has set', async () => {
    const { world, asked } = await start();
    await set(world, 'share-location', 'on');
    expect(told(world)).toMatchObject({
      place: { latitude: 51.5, longitude: -0.1 },
      card: undefined,
      moods: [],
    });
    expect(asked).toEqual(['gw.test http://jabber.org/protocol/geoloc']);
    await set(world, 'share-profile', 'on');
    await set(world, 'share-location', 'off');
    expect(told(world)).toMatchObject({
      card: { fullName: 'Alice', phones: [{ types: ['home'], value: '1' }] },
      ...{ moods: ['anxious'], place: undefined, picture: { type: 'image/png' } },
    });
    await set(world, 'share-profile', 'off');
    expect(world.silc.session.attributes).toBeUndefined();
  });

  it('is fetched by a contact who sees the presence of the user, with status, language and device of the client', async () => {
    const { world, asked } = await start();
    await world.receive(`<presence type='subscribe' from='${ALICE}' to='bob!@gw.test'/>`);
    await world.receive(`<presence type='subscribed' from='${ALICE}' to='bob!@gw.test'/>`);
    const caps = `<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:client' ver='${capsHash(info)}'/>`;
    await world.receive(
      `<presence xml:lang='de' from='${PHONE}' to='bob!@gw.test'><status>at tea</status>${caps}</presence>`,
    );
    await set(world, 'share-profile', 'on');
    expect(asked).toContain('bob!@gw.test vcard-temp');
    expect(told(world)).toMatchObject({
      ...{ status: 'at tea', languages: ['de'], timezone: '+02:00', contactWays: ['chat'] },
      device: { kind: 'phone', name: 'Acme 2', language: 'de' },
    });
    const before = asked.length;
    await world.receive(
      `<presence from='${PHONE}' to='bob!@gw.test'><status>done</status>${caps}</presence>`,
    );
    expect(told(world)?.status).toBe('done');
    expect(asked).toHaveLength(before);
    // Another picture is fetched.
    await world.receive(
      `<presence from='${PHONE}' to='bob!@gw.test'><status>done</status>${caps}<x xmlns='vcard-temp:x:update'><photo>${'a'.repeat(40)}</photo></x></presence>`,
    );
    await vi.advanceTimersByTimeAsync(1_500);
    expect(asked.length).toBeGreaterThan(before);
  });

  it('has no picture that is too large, and changes when what the server says does', async () => {
    const { world, told: says } = await start();
    const large = Buffer.concat([PNG, new Uint8Array(24_000)]).toString('base64');
    says.set('vcard-temp', `<vCard xmlns='vcard-temp'><PHOTO><BINVAL>${large}</BINVAL></PHOTO></vCard>`);
    says.delete('http://jabber.org/protocol/mood');
    await set(world, 'share-profile', 'on');
    expect(told(world)).toMatchObject({ picture: undefined, card: undefined, moods: [] });
    expect(texts(world.link.take())).toContainEqual(expect.stringContaining('picture has 24'));
    says.set(
      'http://jabber.org/protocol/mood',
      `<mood xmlns='http://jabber.org/protocol/mood'><happy/></mood>`,
    );
    await vi.advanceTimersByTimeAsync(902_000);
    expect(told(world)?.moods).toEqual(['happy']);
    // It was said once; of a form of it that fits, there is nothing to say.
    expect(texts(world.link.take())).toEqual([]);
    const metadata = `<metadata xmlns='urn:xmpp:avatar:metadata'><info id='big' bytes='90000'/><info id='small' bytes='${PNG.length}'/></metadata>`;
    says.set('urn:xmpp:avatar:metadata', metadata);
    says.set('urn:xmpp:avatar:data', `<data xmlns='urn:xmpp:avatar:data'>${picture}</data>`);
    await vi.advanceTimersByTimeAsync(902_000);
    expect(told(world)?.picture).toMatchObject({ type: 'image/png' });
    says.delete('urn:xmpp:avatar:data');
    await vi.advanceTimersByTimeAsync(902_000);
    expect(texts(world.link.take())).toEqual([expect.stringContaining('picture has 90000 octets')]);
  });

  it('is what the server tells of it meanwhile, of that which is shared, and by nobody else', async () => {
    const { world, asked } = await start();
    await world.receive(event(MOOD, mood('happy')));
    expect(world.silc.session.attributes).toBeUndefined();
    await set(world, 'share-profile', 'on');
    const before = asked.length;
    await world.receive(event(MOOD, mood('happy')));
    expect(told(world)?.moods).toEqual(['happy']);
    await world.receive(event(MOOD, mood('sad'), PHONE));
    await world.receive(event(MOOD, mood('sad'), 'carol@jabber.test'));
    await world.receive(event(MOOD, mood('sad'), 'jabber.test'));
    await world.receive(event(GEOLOC, `<geoloc xmlns='${GEOLOC}'><lat>1</lat><lon>2</lon></geoloc>`));
    expect(told(world)).toMatchObject({ moods: ['happy'], place: undefined });
    expect(asked).toHaveLength(before);
    await world.receive(event(MOOD, '').replace('<item></item>', `<retract id='current'/>`));
    expect(told(world)?.moods).toEqual([]);
    // Another picture is fetched with the rest.
    await world.receive(event('urn:xmpp:avatar:metadata', `<metadata xmlns='urn:xmpp:avatar:metadata'/>`));
    await vi.advanceTimersByTimeAsync(1_500);
    expect(asked.length).toBeGreaterThan(before);
    expect(told(world)?.moods).toEqual(['anxious']);
  });

  it('is what the server tells while the rest is fetched', async () => {
    const { world } = await start();
    const request = world.link.request.bind(world.link);
    world.link.request = async (iq, timeoutMs) => {
      const answer = await request(iq, timeoutMs);
      const isMood = String(iq).includes(MOOD);
      // The answer was made before the change.
      if (isMood) world.link.receive(event(MOOD, mood('happy')));
      return answer;
    };
    await set(world, 'share-profile', 'on');
    expect(told(world)?.moods).toEqual(['happy']);
  });

  it('is told by the next session too', async () => {
    const { world } = await start();
    await set(world, 'share-profile', 'on');
    world.silc.session.lose();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(world.silc.sessions).toHaveLength(2);
    expect(told(world)?.card?.fullName).toBe('Alice');
  });
});
