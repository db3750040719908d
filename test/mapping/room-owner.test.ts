import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { iqResult, xml } from '../../src/component/stanza.js';
import { configurationForm } from '../../src/mapping/configuration-form.js';
import { roomInfo } from '../../src/mapping/disco.js';
import { affiliationList, roleList } from '../../src/mapping/room-admin.js';
import { avatarCard, decodePhotos, encodePhotos, hashOf, photosOf } from '../../src/mapping/room-avatar.js';
import { ChannelMode } from '../../src/silc/modes.js';
import { Text } from '../../src/text/text.js';
import { expectGolden, parseStanza } from './golden.js';

it('the configuration of a room is shown as the registry has its fields', () => {
  const mode = ChannelMode.founderAuth | ChannelMode.topic | ChannelMode.userLimit | ChannelMode.cipher;
  const kept = { name: 'The Lounge', language: 'de', historyLines: 5, cipher: 'aes-256-ctr' };
  const form = configurationForm({
    ...{ name: 'lounge', mode, userLimit: 12, kept },
    mostDays: 30,
    keys: { founderKey: undefined, joinKeys: [], hasPrivateKey: false },
    admins: ['bob@example.org', 'eve!@gw'],
    owners: ['alice@example.org'],
  });
  const xmlns = 'http://jabber.org/protocol/muc#owner';
  expectGolden('room-configuration', (iq) => iqResult(iq, xml('query', { xmlns }, form)));
});

it('lists of people have addresses and reasons, or roles and nicknames', () => {
  expectGolden('room-outcasts', (iq) =>
    iqResult(
      iq,
      affiliationList('outcast', [
        { jid: 'eve@example.net', reason: 'spam & more' },
        { jid: 'mallory!@gw', reason: undefined },
      ]),
    ),
  );
  const occupant = { affiliation: 'none', role: 'moderator', address: 'bob!@gw', name: 'Bob' } as const;
  expectGolden('room-moderators', (iq) =>
    iqResult(iq, roleList([{ ...occupant, jid: 'lounge@gw/Bob', occupantId: 'x' }])),
  );
});

it('an avatar is read as it is shown', () => {
  expectGolden('room-avatar', (iq) => {
    const card = iq.getChild('vCard');
    const photos = card === undefined ? undefined : photosOf(card);
    return photos === undefined || photos instanceof Text ? undefined : iqResult(iq, avatarCard(photos));
  });
  const photo = { type: 'image/png', data: Buffer.from('hello').toString('base64') };
  const sha1 = (octets: Uint8Array): Uint8Array => createHash('sha1').update(octets).digest();
  expect(hashOf(photo, sha1)).toBe(createHash('sha1').update('hello').digest('hex'));
  expect(decodePhotos(encodePhotos([photo]))).toEqual([photo]);
  expect(decodePhotos(new TextEncoder().encode('[{"type'))).toEqual([]);
});

it.each([
  ['no picture', '<PHOTO><TYPE>text/html</TYPE><BINVAL>aGVs</BINVAL></PHOTO>'],
  ['no base64', '<PHOTO><TYPE>image/png</TYPE><BINVAL>?</BINVAL></PHOTO>'],
  ['too many', '<PHOTO><TYPE>image/png</TYPE><BINVAL>aGVs</BINVAL></PHOTO>'.repeat(5)],
  ['too large', `<PHOTO><TYPE>image/png</TYPE><BINVAL>${'aGVs'.repeat(80_000)}</BINVAL></PHOTO>`],
])('a card with %s is refused', (_, photos) => {
  expect(photosOf(parseStanza(`<vCard xmlns='vcard-temp'>${photos}</vCard>`))).toBeInstanceOf(Text);
});

it('what the gateway keeps of a room is in its information', () => {
  const kept = {
    name: 'The Lounge',
    description: 'Rest',
    language: 'de',
    historyLines: 5,
    avatarHashes: ['ab'],
  };
  expectGolden('disco-info-room-settings', (iq) =>
    iqResult(iq, roomInfo({ name: 'lounge', mode: 0, topic: 'Tea', occupants: 2, kept })),
  );
});
