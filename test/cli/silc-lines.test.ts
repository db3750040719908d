import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine, Words } from '../../src/cli/silc/line.js';
import {
  channelLetters,
  memberLetters,
  modeText,
  parseModes,
  userLetters,
} from '../../src/cli/silc/mode-letters.js';
import { Printer } from '../../src/cli/silc/printer.js';
import { jsonLine, linesOf, visible } from '../../src/cli/silc/visible.js';
import { SilcCommandError, SilcError } from '../../src/silc/errors.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../src/silc/modes.js';

describe('a line', () => {
  it('is a command with a slash, a text without, and nothing when blank', () => {
    expect(parseLine('/Join  lounge pass ')).toEqual({ kind: 'command', text: 'Join  lounge pass' });
    expect(parseLine('/')).toEqual({ kind: 'command', text: '' });
    expect(parseLine(' hello /there')).toEqual({ kind: 'text', text: ' hello /there' });
    expect(parseLine('//etc/passwd')).toEqual({ kind: 'text', text: '/etc/passwd' });
    expect(parseLine(' \t')).toEqual({ kind: 'nothing' });
  });
});

describe('the words of a line', () => {
  it('are taken one by one, those with blanks in quotes, and the rest as it was typed', () => {
    const words = new Words(' bob "my notes.txt"  he said  "hi" ');
    expect([words.next(), words.next(), words.rest(), words.done]).toEqual([
      'bob',
      'my notes.txt',
      'he said  "hi"',
      true,
    ]);
    expect([words.next(), words.rest()]).toEqual([undefined, undefined]);
    expect(new Words('"" x').next()).toBe('');
    expect(new Words('"half x').next()).toBe('"half');
  });

  it('give options only in front of the others', () => {
    const words = new Words('-sign -cipher="a b" -hmac= bob -action');
    expect([words.option('cipher'), words.option('action'), words.option('sign')]).toEqual([
      'a b',
      undefined,
      '',
    ]);
    expect([words.option('hmac'), words.option('hmac'), words.rest()]).toEqual([
      '',
      undefined,
      'bob -action',
    ]);
    expect(new Words('-signed x').option('sign')).toBeUndefined();
    expect(new Words('-5 degrees').option('5')).toBeUndefined();
  });

  it('are lost never, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[^\s"]+$/u)), (list) => {
        const words = new Words(list.join('  '));
        const read: string[] = [];
        for (let next = words.next(); next !== undefined; next = words.next()) read.push(next);
        expect(read).toEqual(list);
      }),
    );
  });
});

describe('modes', () => {
  it('are changed by the letters of SILC clients, the last of two contradicting ones counts', () => {
    expect(parseModes('+st-i', channelLetters)).toEqual({
      set: ChannelMode.secret | ChannelMode.topic,
      clear: ChannelMode.invite,
      setting: ['s', 't'],
    });
    expect(parseModes('+s-s', channelLetters)).toEqual({ set: 0, clear: ChannelMode.secret, setting: [] });
    expect(parseModes('+o-q', memberLetters)).toMatchObject({
      set: ChannelUserMode.operator,
      clear: ChannelUserMode.quiet,
    });
    expect(parseModes('+gP', userLetters)).toMatchObject({
      set: UserMode.gone | UserMode.blockPrivateMessages,
    });
    for (const wrong of ['', '+', 's', '+z', 'bob']) {
      expect(() => parseModes(wrong, channelLetters)).toThrow('letters are psk');
    }
  });

  it('have a letter each, and are shown by the same letters', () => {
    const everyBit = (modes: Readonly<Record<string, number>>): number =>
      Object.values(modes).reduce((all, bit) => all | bit, 0);
    for (const [modes, letters] of [
      [ChannelMode, channelLetters],
      [ChannelUserMode, memberLetters],
      [UserMode, userLetters],
    ] as const) {
      expect([...letters.values()].reduce((all, bit) => all | bit, 0)).toBe(everyBit(modes));
      expect(parseModes(modeText(everyBit(modes), letters), letters).set).toBe(everyBit(modes));
    }
    expect(modeText(ChannelMode.secret | ChannelMode.founderAuth, channelLetters)).toBe('+sf');
    expect(modeText(0, channelLetters)).toBe('');
  });
});

/** Controls, direction marks, line separators: nothing of it may reach a terminal. */
const unseen = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const text = fc.string({ unit: fc.oneof(fc.nat(0x2fff), fc.nat(0xffff)).map((n) => String.fromCharCode(n)) });

describe('texts of strangers', () => {
  it('of several lines come without the empty ones at the end, however many line ends there are', () => {
    expect(linesOf('one\r\n\ntwo\n\r\n\n')).toEqual(['one', '', 'two']);
    expect(linesOf('\n')).toEqual(['']);
    const many = `${'\n'.repeat(200_000)}end`;
    expect(linesOf(many)).toHaveLength(200_001);
  });

  it('become visible: no control character is left', () => {
    expect(visible('a\x1b[31mred\x07\x9b2J\u202eevil\r\n\t')).toBe(
      'a\\x1b[31mred\\x07\\x9b2J\\u{202e}evil\\r\\n\\t',
    );
    expect(visible('grüße 👩‍👩‍👧 日本')).toBe('grüße 👩‍👩‍👧 日本');
    fc.assert(fc.property(text, (said) => !unseen.test(visible(said))));
  });

  it('are the same after JSON, whose lines have no control characters either', () => {
    fc.assert(
      fc.property(text, (said) => {
        const line = jsonLine({ said });
        expect(unseen.test(line)).toBe(false);
        expect(JSON.parse(line)).toEqual({ said });
      }),
    );
  });
});

function printer(options: { json?: boolean; colours?: boolean; clock?: boolean }) {
  const written = { output: '', errors: '' };
  const made = new Printer({
    output: { write: (out: string) => (written.output += out) },
    errors: { write: (out: string) => (written.errors += out) },
    ...{ json: false, colours: false, clock: false, ...options },
    now: () => new Date(0),
  });
  return { written, printer: made };
}

describe('the printer', () => {
  it('makes everything visible that it prints, and colours around it', () => {
    const plain = printer({});
    plain.printer.print({ type: 'x', lines: ['a\x1b[2Jb', 'c'], tone: 'bad' });
    expect(plain.written).toEqual({ output: 'a\\x1b[2Jb\nc\n', errors: '' });
    const coloured = printer({ colours: true });
    coloured.printer.print({ type: 'x', lines: ['a\x1b[2Jb'], tone: 'bad', aside: true });
    expect(coloured.written).toEqual({ output: '', errors: '\x1b[31ma\\x1b[2Jb\x1b[39m\n' });
  });

  it('tells errors with their causes, as JSON with code and status', () => {
    const plain = printer({});
    plain.printer.fail(new SilcError('closed', 'it broke', { cause: new Error('reset\x07') }), '/ping');
    expect(plain.written).toEqual({ output: '', errors: '/ping: it broke: reset\\x07\n' });
    const json = printer({ json: true });
    json.printer.fail(new SilcCommandError(14, 33, 'wrong channel passphrase'), '/join');
    expect(JSON.parse(json.written.output)).toEqual({
      type: 'error',
      time: '1970-01-01T00:00:00.000Z',
      command: '/join',
      code: 'command',
      status: 33,
      message: 'wrong channel passphrase',
    });
  });
});
