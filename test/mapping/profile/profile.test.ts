import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { contactPresence } from '../../../src/mapping/contact-presence.js';
import {
  avatarData,
  eventMessage,
  itemsAnswer,
  NS_AVATAR_DATA,
  NS_AVATAR_METADATA,
  NS_MOOD,
  type ToldNode,
  toldItem,
} from '../../../src/mapping/profile/pep.js';
import { pictureOf } from '../../../src/mapping/profile/picture.js';
import { NS_GEOLOC, placeOf } from '../../../src/mapping/profile/place.js';
import { EMPTY_PROFILE, type Profile, profileOf } from '../../../src/mapping/profile/profile.js';
import { vcard4 } from '../../../src/mapping/profile/vcard4.js';
import { readVcard3, writeVcard3 } from '../../../src/mapping/profile/vcard3.js';
import { readVcardTemp } from '../../../src/mapping/profile/vcard-temp.js';
import { cardLines, vcard } from '../../../src/mapping/vcard.js';
import { AttributeType } from '../../../src/silc/packets/attributes.js';
import type { UserAttribute } from '../../../src/silc/client/types.js';
import { expectGolden } from '../golden.js';
import { answer, every, mime, PNG } from './sample.js';
import { someone } from '../../gateway/support/fake-silc.js';

const alice = {
  ...someone('Alice'),
  username: 'alice',
  hostname: 'home.example.net',
  server: 'silc.example',
};

function whole(values: readonly UserAttribute[] = every): Profile {
  const profile = profileOf(answer(values));
  if (profile === undefined) throw new Error('nothing is told');
  return profile;
}

describe('what a SILC user tells', () => {
  it('is a card of vcard-temp', () => {
    const details = { profile: whole(), standing: 'signed' as const };
    expectGolden('vcard-profile', (iq) => iqResult(iq, vcard(alice, 'alice!@gw', undefined, details)));
  });

  it('is a vCard4', () => {
    const lines = cardLines(alice, undefined, { profile: whole(), standing: 'unsigned' });
    expectGolden('vcard4-profile', (iq) => iqResult(iq, vcard4(alice, 'alice!@gw', lines, whole())));
  });

  it.each<readonly [string, ToldNode]>([
    ['mood', NS_MOOD],
    ['geoloc', NS_GEOLOC],
    ['avatar-metadata', NS_AVATAR_METADATA],
  ])('is an item of the node of %s', (name, node) => {
    expectGolden(`pep-${name}`, (iq) => iqResult(iq, itemsAnswer(node, [toldItem(node, whole())])));
  });

  it('is a picture that is asked for, and an event', () => {
    const { picture } = whole();
    expectGolden('pep-avatar-data', (iq) =>
      iqResult(iq, itemsAnswer(NS_AVATAR_DATA, picture === undefined ? [] : [avatarData(picture)])),
    );
    expectGolden('pep-event', ({ attrs }) =>
      eventMessage(attrs.to ?? '', attrs.from ?? '', NS_MOOD, toldItem(NS_MOOD, whole())),
    );
    expect(toldItem(NS_MOOD, undefined).payload.children).toEqual([]);
    expect(toldItem(NS_AVATAR_METADATA, EMPTY_PROFILE).payload.children).toEqual([]);
    expect(toldItem(NS_GEOLOC, undefined).payload.children).toEqual([]);
  });

  it('is in the presence of a contact: status, and the hash of the picture', () => {
    expectGolden('contact-presence-profile', ({ attrs }) =>
      contactPresence(attrs.to ?? '', attrs.from ?? '', { nickname: 'Bob', mode: 0, profile: whole() }),
    );
    const hashIn = (profile: Profile | undefined): string =>
      String(contactPresence('b@gw', 'a@x', { nickname: undefined, mode: 0, profile }).getChild('x'));
    expect(hashIn(undefined)).toBe('<x xmlns="vcard-temp:x:update"/>');
    expect(hashIn(EMPTY_PROFILE)).toBe('<x xmlns="vcard-temp:x:update"><photo/></x>');
  });

  it('is nothing where the server or nobody has answered, and nothing else than that where the signature is wrong', () => {
    expect(profileOf(undefined)).toBeUndefined();
    expect(profileOf(answer(every, 'server-signed'))).toBeUndefined();
    expect(profileOf(answer([], 'none'))).toBeUndefined();
    expect(profileOf(answer([]))).toEqual({ ...EMPTY_PROFILE, signature: 'verified' });
    expect(profileOf(answer(every, 'failed'))).toEqual({ ...EMPTY_PROFILE, signature: 'failed' });
    for (const standing of ['failed', 'other-key'] as const) {
      const card = String(vcard(alice, 'alice!@gw', undefined, { profile: whole(), standing }));
      expect(card).not.toContain('Liddell');
      expect(card).not.toContain('PHOTO');
      expect(card).toMatch(/wrong signature|another key/);
    }
  });
});

describe('hostile attributes', () => {
  const icon = (data: Uint8Array | string, type = 'image/png') =>
    whole([{ type: AttributeType.userIcon, value: mime(type, data) }]).picture;

  it('bring pictures of the kinds that clients show only, by what they are', () => {
    expect(icon(PNG, 'text/html')).toMatchObject({ type: 'image/png', width: 1, height: 2 });
    expect(icon('<svg onload="x()"/>')).toBeUndefined();
    expect(icon('<html>', 'image/jpeg')).toBeUndefined();
    expect(pictureOf(new Uint8Array(65_537).fill(0xff))).toBeUndefined();
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 9, 8, 0, 16, 0, 32, 1, 0);
    expect(pictureOf(jpeg)).toMatchObject({ type: 'image/jpeg', width: 32, height: 16 });
    const endless = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0);
    expect(pictureOf(endless)).toMatchObject({ width: undefined });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
        pictureOf(Uint8Array.of(0xff, 0xd8, 0xff, ...tail));
        pictureOf(Uint8Array.of(0x47, 0x49, 0x46, 0x38, ...tail));
      }),
    );
  });

  it('bring no more text than a card may have, and none that turns the direction around', () => {
    const long = 'x'.repeat(100_000);
    const card = readVcard3(`FN:${long}\nNOTE:${long}\n${'TEL:1\n'.repeat(500)}NICKNAME:\u202egod\u0007\n`);
    expect(card.fullName).toHaveLength(256);
    expect(card.phones.length).toBeLessThanOrEqual(8);
    const { status } = whole([
      { type: AttributeType.statusFreetext, value: { kind: 'string', text: `\u202e${long}` } },
    ]);
    expect(status).toMatch(/^x{1023}…$/);
    expect(readVcard3('NICKNAME:\u202egod\u0007').nickname).toBe('god');
    expect(readVcard3('URL:javascript:alert(1)').url).toBeUndefined();
  });

  it.each([
    ['31 17 14.321W', '12 11 21.2N', -31.2873114, 12.1892222],
    ['-1.25', '51.5', -1.25, 51.5],
    ['1° 15′ 20.4″ W', '51° 45′ 7″ S', -1.2556667, -51.7519444],
  ])('of places %s, %s are read as they are meant', (longitude, latitude, lon, lat) => {
    expect(placeOf({ longitude, latitude, altitude: '', accuracy: '' })).toMatchObject({
      longitude: lon,
      latitude: lat,
    });
  });

  it.each([
    ['', ''],
    ['181', '0'],
    ['0', '91N'],
    ['1N', '1E'],
    ['12 75 0', '1'],
    ['1e9', '1'],
    ['NaN', '1'],
    ['1'.repeat(50), '1'],
  ])('of places %s, %s are none', (longitude, latitude) => {
    expect(placeOf({ longitude, latitude, altitude: 'x', accuracy: 'y' })).toBeUndefined();
  });

  it.each([
    ['+02:00', '+02:00'],
    ['-0330', '-03:30'],
    ['2026-11-22T12:00:00Z', '+00:00'],
    ['2026-11-22T12:00:00-00:00', '+00:00'],
    ['2026-11-22', undefined],
    ['2026-11-22 12:00:00 +01', '+01:00'],
    ['CET', undefined],
    ['+99:00', undefined],
  ])('of time zones %s is %s', (text, timezone) => {
    const profile = whole([{ type: AttributeType.timezone, value: { kind: 'string', text } }]);
    expect(profile.timezone).toBe(timezone);
  });

  it('never make it throw', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => ({ kind: 'string' as const, text })),
      fc.string().map((text) => ({ kind: 'vcard' as const, text })),
      fc.uint8Array().map((entity) => ({ kind: 'mime' as const, entity })),
      fc.nat().map((mask) => ({ kind: 'mask' as const, mask })),
    );
    const attribute = fc.record({ type: fc.integer({ min: 0, max: 20 }), value });
    fc.assert(
      fc.property(fc.array(attribute), (values) => {
        const profile = profileOf(answer(values));
        if (profile !== undefined) String(vcard(alice, 'a!@gw', undefined, { profile, standing: 'signed' }));
      }),
    );
  });
});

describe('cards', () => {
  it('go from one form to the other and back', () => {
    const { card } = whole();
    expect(card).toBeDefined();
    if (card === undefined) return;
    expect(readVcard3(writeVcard3(card, 'x'))).toEqual(card);
    const temp = vcard(alice, 'alice!@gw', undefined, { profile: whole(), standing: 'signed' });
    expect(readVcardTemp(temp)).toEqual({
      ...card,
      nickname: 'Alice',
      phones: [...card.phones, { types: [], value: '+44 2' }],
    });
  });

  it('keep commas, semicolons and lines of their texts', () => {
    const text = 'a;b,c\\d\nnext';
    const card = { emails: [], phones: [], addresses: [], fullName: 'a;b', note: text };
    expect(readVcard3(writeVcard3(card, 'x'))).toMatchObject({ fullName: 'a;b', note: text });
  });

  it('of vCard 3.0 are read folded, in groups, with types in every notation', () => {
    const card = readVcard3('item1.TEL;HOME;type="CELL,work":+1\r\nNOTE:a\r\n b\\nc\r\nno line\r\n:x');
    expect(card.phones).toEqual([{ types: ['home', 'cell', 'work'], value: '+1' }]);
    expect(card.note).toBe('ab\nc');
  });
});
