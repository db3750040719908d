import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xmlText } from '../../src/component/element.js';
import { StanzaError } from '../../src/component/errors.js';
import { StanzaSerializer } from '../../src/component/outgoing.js';
import { parseStanzaError } from '../../src/component/stanza-error.js';
import { NS_STANZAS, errorReply, iqResult, isIqRequest, xml } from '../../src/component/stanza.js';
import { readStrictly } from '../support/xmpp/strict.js';

const message = (body: string) =>
  xml('message', { from: 'a!@gw.example', to: 'b@example' }, xml('body', {}, body));

/** Any text a program can hold: control characters and lone surrogates too. */
const wild = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

describe('the stanza builder', () => {
  test('drops undefined attributes, undefined children and empty text', () => {
    const element = xml('message', { id: undefined, to: 'x' }, undefined, '', [undefined, ['a']], 7);
    expect(element.toString()).toBe('<message to="x">a7</message>');
  });

  test.each(['\u{0}', '\u{1f}', '\u{b}', '\u{fffe}', '\u{ffff}', '\ud800', '\udc00'])(
    'replaces %j in text and attributes',
    (char) => {
      const element = xml('a', { b: `1${char}2` }, `3${char}4`);
      expect(element.toString()).toBe('<a b="1\u{fffd}2">3\u{fffd}4</a>');
    },
  );

  test('keeps tab, line feed, carriage return, astral characters and C1 controls in text', () => {
    const text = 'a\t\n\r\u{1f600}\u{85}\u{fffd}';
    expect(xml('a', {}, text).getText()).toBe(text);
  });

  test('makes white space in attributes what a parser would read', () => {
    expect(xml('a', { b: 'x\ny\tz\r' }).attrs.b).toBe('x y z ');
  });

  test.each(['', 'a b', '1a', 'a>', 'a:b', 'a:b:c', 'é', 'a\n'])('refuses the name %j', (name) => {
    expect(() => xml(name)).toThrow(expect.objectContaining({ code: 'invalid-stanza' }));
    expect(() => xml('a', { [name]: 'b' })).toThrow(expect.objectContaining({ code: 'invalid-stanza' }));
  });

  test('yields well-formed XML that a strict parser reads back, for every text and attribute', () => {
    fc.assert(
      fc.property(wild, wild, (text, attribute) => {
        const serialized = xml('a', { b: attribute }, text).toString();
        const { attrs, children } = readStrictly(serialized);
        const read = xmlText(text).replace(/\r\n?/g, '\n');
        expect(children).toEqual(read === '' ? [] : [read]);
        expect(attrs.b).toBe(xmlText(attribute).replace(/[\t\r\n]/g, ' '));
      }),
      { numRuns: 500 },
    );
  });
});

describe('answers', () => {
  const iq = xml('iq', { type: 'get', id: '1', from: 'u@example/r', to: 'gw' }, xml('ping', { xmlns: 'p' }));

  test('an error reply keeps the id, swaps the addresses and carries condition, text and application condition', () => {
    const reply = errorReply(iq, 'cancel', 'conflict', 'busy', {
      by: 'c@gw',
      appCondition: xml('held', { xmlns: 'app' }),
    });
    expect(reply?.toString()).toBe(
      '<iq type="error" id="1" from="gw" to="u@example/r"><error type="cancel" by="c@gw">' +
        `<conflict xmlns="${NS_STANZAS}"/><text xmlns="${NS_STANZAS}">busy</text><held xmlns="app"/></error></iq>`,
    );
  });

  test('errors, results and stanzas without a sender are never answered with an error', () => {
    const to = { to: 'gw', id: '1' };
    expect(errorReply(xml('message', { ...to, from: 'a', type: 'error' }), 'cancel', 'gone')).toBeUndefined();
    expect(errorReply(xml('iq', { ...to, from: 'a', type: 'result' }), 'cancel', 'gone')).toBeUndefined();
    expect(errorReply(xml('message', to), 'cancel', 'gone')).toBeUndefined();
  });

  test('an iq result keeps the id and swaps the addresses', () => {
    expect(iqResult(iq, xml('q')).toString()).toBe(
      '<iq type="result" id="1" from="gw" to="u@example/r"><q/></iq>',
    );
    expect(isIqRequest(iq)).toBe(true);
    expect(isIqRequest(iqResult(iq))).toBe(false);
  });

  test('an error that was built is read back', () => {
    const reply = errorReply(iq, 'auth', 'forbidden', 'no', {
      by: 'c@gw',
      appCondition: xml('why', { xmlns: 'app' }),
    });
    const error = parseStanzaError(reply ?? xml('none'));
    expect(error).toBeInstanceOf(StanzaError);
    expect(error).toMatchObject({
      type: 'auth',
      condition: 'forbidden',
      text: 'no',
      by: 'c@gw',
      appCondition: 'why',
    });
  });

  test('a legacy error code without a condition is understood', () => {
    const legacy = xml('iq', { type: 'error' }, xml('error', { code: '404' }, 'Not Found'));
    expect(parseStanzaError(legacy)).toMatchObject({
      type: 'cancel',
      condition: 'item-not-found',
      text: 'Not Found',
    });
  });

  test.each([xml('iq'), xml('iq', {}, xml('error')), xml('iq', {}, xml('error', { code: 'x', type: 'y' }))])(
    'an error without content is cancel/undefined-condition: %s',
    (stanza) => {
      expect(parseStanzaError(stanza)).toMatchObject({ type: 'cancel', condition: 'undefined-condition' });
    },
  );
});

describe('the check before the wire', () => {
  const send = (stanza = message('hi'), octets = 1000) =>
    new StanzaSerializer('gw.example', octets).serialize(stanza).text;

  test('passes a stanza from the domain itself, a user and an occupant', () => {
    for (const from of ['gw.example', 'a!@gw.example', 'c@gw.example/Nick', 'gw.example/r']) {
      const stanza = xml('presence', { from, to: 'b@example' });
      expect(send(stanza)).toBe(`<presence from="${from}" to="b@example"/>`);
    }
  });

  test.each([
    undefined,
    'example',
    'a@sub.gw.example',
    'a@xgw.example',
    'a@b@gw.example',
    'a@gw.example/',
    '@gw.example',
    'A@gw.example',
    'a@gw.example/x\u{200b}',
    'a@gw.example/x\u{fffd}',
    'a@GW.example',
    'a b@gw.example',
  ])('refuses the sender %j', (from) => {
    expect(() => send(xml('message', { from, to: 'b@example' }))).toThrow(
      expect.objectContaining({ code: 'invalid-stanza' }),
    );
  });

  test('refuses what is no stanza, a foreign namespace, a missing addressee, an iq without id', () => {
    const from = 'gw.example';
    const bad = [
      xml('stream', { from, to: 'b' }),
      xml('message', { from, to: 'b', xmlns: 'x' }),
      xml('message', { from }),
      xml('message', { from, to: '' }),
      xml('iq', { from, to: 'b', type: 'get' }),
      xml('iq', { from, to: 'b', type: 'other', id: '1' }),
    ];
    for (const stanza of bad) {
      expect(() => send(stanza)).toThrow(expect.objectContaining({ code: 'invalid-stanza' }));
    }
  });

  test('nothing makes an element unfit after it was built', () => {
    const stanza = message('');
    stanza.setAttribute('id', '\u{1}"<');
    expect(() => stanza.setAttribute('a b', 'x')).toThrow(
      expect.objectContaining({ code: 'invalid-stanza' }),
    );
    stanza.setAttribute('to', undefined);
    stanza.setAttribute('to', 'c@example');
    expect(send(stanza)).toBe(
      '<message from="a!@gw.example" id="\u{fffd}&quot;&lt;" to="c@example"><body/></message>',
    );
  });

  test('one rendering serves all addressees', () => {
    const stanza = xml(
      'message',
      { from: 'c@gw.example/n', type: 'groupchat', id: '1' },
      xml('body', {}, 'hi'),
    );
    const textFor = new StanzaSerializer('gw.example', 200).serializeFor(stanza);
    for (const to of ['a@example/r', 'b@example/"&<\u{1}']) {
      const { attrs, children } = readStrictly(textFor(to).text);
      expect(attrs).toEqual({ from: 'c@gw.example/n', type: 'groupchat', id: '1', to: xmlText(to) });
      expect(children).toMatchObject([{ name: 'body', children: ['hi'] }]);
    }
    expect(() => textFor('')).toThrow(expect.objectContaining({ code: 'invalid-stanza' }));
    expect(() => textFor('x'.repeat(200))).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(() => textFor('&'.repeat(30))).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(() => new StanzaSerializer('gw.example').serializeFor(message('x'))).toThrow(
      expect.objectContaining({ code: 'invalid-stanza' }),
    );
  });

  test.each(['&', '<', '>', '\u{fffd}', '\u{1}', '"'])(
    'the longest message of SILC fits, of nothing but %j',
    (char) => {
      const body = char.repeat(64_000);
      const wire = new StanzaSerializer('gw.example').serialize(message(body)).text;
      expect(readStrictly(wire).children).toMatchObject([{ children: [xmlText(body)] }]);
    },
  );

  test('counts octets, not characters', () => {
    const overhead = send(message('x')).length - 1;
    const fits = 'é'.repeat((1000 - overhead) / 2);
    expect(new TextEncoder().encode(send(message(fits))).length).toBeGreaterThanOrEqual(999);
    expect(() => send(message(`${fits}é`))).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(() => send(message('x'.repeat(1001)))).toThrow(expect.objectContaining({ code: 'too-large' }));
  });
});
