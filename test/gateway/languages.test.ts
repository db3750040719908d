import { describe, expect, it } from 'vitest';
import { parseJid } from '../../src/component/jid.js';
import { xml } from '../../src/component/stanza.js';
import { Languages } from '../../src/gateway/clients/languages.js';
import { text } from '../../src/text/text.js';

const laptop = parseJid('alice@example/laptop');
const phone = parseJid('alice@example/phone');
const notice = xml(
  'message',
  {},
  xml(
    'body',
    {},
    text(({ errors }) => errors.notInRoom),
  ),
);

describe('the language of a reader', () => {
  it('is what its client named last, else that of the other clients, else that of the gateway', () => {
    const languages = new Languages(() => 'en');
    expect(languages.of(laptop.full)).toBe('en');
    languages.heard(phone, 'de-AT');
    expect([laptop.full, phone.full, laptop.bare].map((jid) => languages.of(jid))).toEqual([
      'de',
      'de',
      'de',
    ]);
    languages.heard(laptop, 'en');
    expect([languages.of(laptop.full), languages.of(phone.full)]).toEqual(['en', 'de']);
  });

  it('stays what it was when a client names one that the gateway does not speak', () => {
    const languages = new Languages(() => 'de');
    languages.heard(laptop, 'fr');
    expect(languages.of(laptop.full)).toBe('de');
  });

  it('is what the user has chosen, whatever the client names', () => {
    const languages = new Languages(() => 'en');
    languages.chosen = (user) => (user === laptop.bare ? 'de' : undefined);
    languages.heard(laptop, 'en');
    expect(languages.of(laptop.full)).toBe('de');
    expect(languages.of('bob@example/x')).toBe('en');
  });

  it('a stanza for several goes out once in each of theirs', () => {
    const languages = new Languages(() => 'en');
    languages.heard(phone, 'de');
    const sent = [...languages.translations(notice, [phone.full, 'bob@example/x', 'carol@example/y'])];
    expect(sent.map(([stanza, readers]) => [stanza.getChildText('body'), readers])).toEqual([
      ['Sie sind nicht in diesem Raum.', [phone.full]],
      ['You are not in this room.', ['bob@example/x', 'carol@example/y']],
    ]);
    const plain = xml('message', {}, xml('body', {}, 'hello'));
    expect([...languages.translations(plain, [phone.full])]).toEqual([[plain, [phone.full]]]);
  });
});
