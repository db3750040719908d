import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstWord, parseLine } from '../../src/cli/silc/line.js';
import {
  channelModeText,
  memberModeText,
  parseChannelModes,
  parseMemberModes,
} from '../../src/cli/silc/mode-letters.js';
import { Printer } from '../../src/cli/silc/printer.js';
import { jsonLine, visible } from '../../src/cli/silc/visible.js';
import { SilcCommandError, SilcError } from '../../src/silc/errors.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';

describe('a line', () => {
  it('is a command with a slash, a text without, and nothing when blank', () => {
    expect(parseLine('/Join  lounge pass word ')).toEqual({
      kind: 'command',
      name: 'join',
      rest: 'lounge pass word',
    });
    expect(parseLine('/list')).toEqual({ kind: 'command', name: 'list', rest: '' });
    expect(parseLine('/')).toEqual({ kind: 'command', name: '', rest: '' });
    expect(parseLine(' hello /there')).toEqual({ kind: 'text', text: ' hello /there' });
    expect(parseLine('//etc/passwd')).toEqual({ kind: 'text', text: '/etc/passwd' });
    expect(parseLine(' \t')).toEqual({ kind: 'nothing' });
  });

  it('is taken apart without loss of what follows the first word', () => {
    expect(firstWord('bob  hello  there')).toEqual(['bob', 'hello  there']);
    expect(firstWord('bob')).toEqual(['bob', undefined]);
    expect(firstWord('')).toEqual([undefined, undefined]);
  });
});

describe('modes', () => {
  it('are changed by the letters of SILC clients, the last of two contradicting ones counts', () => {
    expect(parseChannelModes('+st-i')).toEqual({
      set: ChannelMode.secret | ChannelMode.topic,
      clear: ChannelMode.invite,
    });
    expect(parseChannelModes('+s-s')).toEqual({ set: 0, clear: ChannelMode.secret });
    expect(parseMemberModes('+o-q')).toEqual({ set: ChannelUserMode.operator, clear: ChannelUserMode.quiet });
    for (const wrong of ['', '+', 's', '+z', '+c', 'bob']) {
      expect(() => parseChannelModes(wrong)).toThrow('no mode that can be changed');
    }
  });

  it('are shown by the same letters', () => {
    expect(channelModeText(ChannelMode.secret | ChannelMode.founderAuth)).toBe('+sf');
    expect(channelModeText(0)).toBe('');
    expect(memberModeText(ChannelUserMode.founder | ChannelUserMode.operator)).toBe('+fo');
  });
});

/** Controls, direction marks, line separators: nothing of it may reach a terminal. */
const unseen = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const text = fc.string({ unit: fc.oneof(fc.nat(0x2fff), fc.nat(0xffff)).map((n) => String.fromCharCode(n)) });

describe('texts of strangers', () => {
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
