import { describe, expect, it } from 'vitest';
import { moodMask, MOODS, moodsOf } from '../../../src/mapping/profile/moods.js';
import { readGeoloc } from '../../../src/mapping/profile/place.js';
import { pictureOfCard } from '../../../src/mapping/profile/vcard-temp.js';
import { silcLanguage, tagOf } from '../../../src/text/language-codes.js';
import { parseStanza } from '../../support/xmpp/canonical.js';
import { PNG } from './sample.js';

describe('moods', () => {
  it('of SILC are there and back the same, one bit each', () => {
    for (const [bit, mood] of MOODS.entries()) {
      expect(moodMask(mood)).toBe(1 << bit);
      expect(moodsOf(1 << bit)).toEqual([mood]);
    }
    expect(moodsOf(0)).toEqual([]);
    expect(moodsOf(0xffffffff)).toEqual(MOODS);
  });

  it('of Jabber are the next of kin, or none', () => {
    expect(moodMask('worried')).toBe(0x400);
    expect(moodMask('glad')).toBe(1);
    expect(moodMask('neutral')).toBeUndefined();
    expect(moodMask('no mood')).toBeUndefined();
  });
});

describe('languages', () => {
  it.each([
    ['deu', 'de'],
    ['ger', 'de'],
    ['de-AT', 'de-AT'],
    ['fin', 'fi'],
    ['gsw', 'gsw'],
  ])('%s is %s', (code, tag) => {
    expect(tagOf(code)).toBe(tag);
  });

  it.each(['', 'english', 'd', '../x', 'de_DE'])('%s is none', (code) => {
    expect(tagOf(code)).toBeUndefined();
    expect(silcLanguage(code)).toBeUndefined();
  });

  it('have three letters on SILC', () => {
    expect(['de', 'de-AT', 'en', 'gsw', 'fra'].map(silcLanguage)).toEqual([
      'deu',
      'deu',
      'eng',
      'gsw',
      'fra',
    ]);
  });
});

const geoloc = (content: string) =>
  readGeoloc(parseStanza(`<geoloc xmlns='http://jabber.org/protocol/geoloc'>${content}</geoloc>`));

describe('a location of a Jabber user', () => {
  it('is what SILC has words for, where it is a point', () => {
    expect(geoloc('<lat>51.5</lat><lon>-0.1</lon><accuracy>20</accuracy><country>England</country>')).toEqual(
      {
        ...{ latitude: '51.5', longitude: '-0.1', altitude: '', accuracy: '20' },
      },
    );
    expect(geoloc('<country>England</country>')).toBeUndefined();
    expect(geoloc('<lat>1000</lat><lon>0</lon>')).toBeUndefined();
  });
});

const card = (photo: string) => parseStanza(`<vCard xmlns='vcard-temp'>${photo}</vCard>`);

describe('a picture of a Jabber user', () => {
  it('is one that can be shown', () => {
    const binary = Buffer.from(PNG).toString('base64');
    const photo = `<PHOTO><EXTVAL>http://x/y.png</EXTVAL></PHOTO><PHOTO><TYPE>x/y</TYPE><BINVAL>${binary.slice(0, 9)}\n${binary.slice(9)}</BINVAL></PHOTO>`;
    expect(pictureOfCard(card(photo))).toMatchObject({ type: 'image/png', data: PNG });
    for (const bad of [
      '',
      '<PHOTO><BINVAL>!</BINVAL></PHOTO>',
      `<PHOTO><BINVAL>${'A'.repeat(150_000)}</BINVAL></PHOTO>`,
    ]) {
      expect(pictureOfCard(card(bad))).toBeUndefined();
    }
  });
});
