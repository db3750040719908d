import { describe, expect, it } from 'vitest';
import { copyElement, xml } from '../../src/component/stanza.js';
import { settings } from '../../src/gateway/settings/definitions.js';
import { languageOf, languages, words } from '../../src/text/catalogue.js';
import { joinTexts, text, textIn } from '../../src/text/text.js';

/** What a text with values is called with: each must come out again. */
const VALUES = ['~1~', '~2~', '~3~', '~4~', '~5~', '~6~'];

const entries = Object.entries(words.en).flatMap(([area, own]) =>
  Object.entries(own as Record<string, unknown>).map(([name, entry]) => ({ area, name, entry })),
);

function inLanguage(language: keyof typeof words, area: string, name: string): unknown {
  const areas: Readonly<Record<string, unknown>> = { ...words[language] };
  return (areas[area] as Readonly<Record<string, unknown>>)[name];
}

interface WithOptions {
  readonly options?: readonly string[];
}

describe('the catalogue', () => {
  it.each(languages)('has every text in %s, with all that belongs in it', (language) => {
    for (const { area, name, entry } of entries) {
      const other = inLanguage(language, area, name);
      if (typeof entry === 'string') {
        expect(other, `${area}.${name}`).toEqual(expect.stringMatching(/\S/));
        continue;
      }
      if (typeof entry !== 'function') throw new Error(`${area}.${name} is neither a text nor makes one`);
      const render = entry as (...values: readonly string[]) => string;
      const renderOther = other as typeof render;
      const wanted = VALUES.filter((value) => render(...VALUES).includes(value));
      for (const value of wanted) expect(renderOther(...VALUES), `${area}.${name}`).toContain(value);
    }
  });

  it('German texts are not the English ones', () => {
    const same = entries.filter(
      ({ area, name, entry }) =>
        typeof entry === 'string' && entry.includes(' ') && inLanguage('de', area, name) === entry,
    );
    expect(same).toEqual([]);
  });

  it('has a text for every choice among the values of a setting, and for nothing else', () => {
    const choices = Object.entries(settings).flatMap(([name, { options = [] }]: [string, WithOptions]) =>
      options.map((option) => `${name}-${option === '' ? 'default' : option}`),
    );
    expect(Object.keys(words.en.settingOptions).sort()).toEqual(choices.sort());
  });

  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE-ch-1996', 'de'],
    ['en-GB', 'en'],
    ['fr', undefined],
    ['', undefined],
    ['deu', undefined],
  ])('the tag %j finds %s', (tag, language) => {
    expect(languageOf(tag)).toBe(language);
  });
});

describe('a text in a stanza', () => {
  const refusal = text(({ errors }) => errors.notInRoom);

  it('stands there in English, and in German for who reads that, marked as such', () => {
    const stanza = xml('message', { to: 'a@b' }, xml('body', {}, refusal));
    expect(stanza.getChildText('body')).toBe('You are not in this room.');
    expect(stanza.inLanguage('en')).toBe(stanza);
    expect(stanza.inLanguage('de').toString()).toBe(
      '<message to="a@b"><body xml:lang="de">Sie sind nicht in diesem Raum.</body></message>',
    );
  });

  it('can be an attribute, and leaves what is around it as it is', () => {
    const field = xml('field', { var: 'x', label: refusal }, xml('value', {}, 'You are not in this room.'));
    const stanza = xml('iq', { id: '1' }, xml('x', { xmlns: 'jabber:x:data' }, field));
    const german = stanza.inLanguage('de');
    expect(german.toString()).toBe(
      '<iq id="1"><x xmlns="jabber:x:data"><field var="x" label="Sie sind nicht in diesem Raum.">' +
        '<value>You are not in this room.</value></field></x></iq>',
    );
    expect(german.getChild('x', 'jabber:x:data')?.getChild('field', 'jabber:x:data')).toBeDefined();
  });

  it('in an attribute gives its language to an element that names one', () => {
    const hat = xml('hat', { title: refusal, 'xml:lang': 'en' });
    expect(hat.inLanguage('de').attrs).toEqual({
      title: 'Sie sind nicht in diesem Raum.',
      'xml:lang': 'de',
    });
  });

  it('is still one in a copy of the element', () => {
    const stanza = xml('message', {}, xml('body', {}, refusal), xml('x', { label: refusal, xmlns: 'y' }));
    const copy = copyElement(stanza);
    expect(copy?.toString()).toBe(stanza.toString());
    expect(copy?.inLanguage('de').toString()).toBe(stanza.inLanguage('de').toString());
  });

  it('is found where it stands behind a part that was received', () => {
    const stanza = xml('message', {}, 'before ', refusal, xml('b', {}, refusal));
    expect(stanza.inLanguage('de').getText()).toBe('before Sie sind nicht in diesem Raum.');
    expect(xml('message', {}, xml('body', {}, 'x')).hasTexts).toBe(false);
  });

  it('is joined with what others wrote', () => {
    const joined = joinTexts([refusal, 'Quit: bye'], '\n');
    expect(String(joined)).toBe('You are not in this room.\nQuit: bye');
    expect(textIn('de', joined)).toBe('Sie sind nicht in diesem Raum.\nQuit: bye');
    expect(joinTexts(['a', 'b'], ' ')).toBe('a b');
  });
});
