import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import { safeFileName } from '../../../src/silc/transfer/file-name.js';

test.each([
  ['notes.txt', 'notes.txt'],
  ['Grüße an Ömer.pdf', 'Grüße an Ömer.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['/etc/shadow', 'shadow'],
  ['..\\..\\windows\\system32\\evil.exe', 'evil.exe'],
  ['..', 'file'],
  ['.', 'file'],
  ['', 'file'],
  ['dir/', 'file'],
  ['.bashrc', 'bashrc'],
  ['a\u0000b\u001b[2J.txt', 'ab[2J.txt'],
  ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
  ['con', '_con'],
  ['LPT1.txt', '_LPT1.txt'],
  ['con .txt', '_con .txt'],
  ['COM¹', '_COM¹'],
  ['CONIN$', '_CONIN$'],
  ['console', 'console'],
  ['a:b*c?.txt', 'a_b_c_.txt'],
  ['trailing. . ', 'trailing'],
])('%j is stored as %j', (told, safe) => {
  expect(safeFileName(told)).toBe(safe);
});

test('a long name keeps its ending', () => {
  const name = safeFileName(`${'ä'.repeat(500)}.tar`);
  expect(name).toBe(`${'ä'.repeat(98)}.tar`);
});

test('a very long run of dots costs no more than its length', () => {
  expect(safeFileName(`a${'. '.repeat(200_000)}b`)).toBe(`a${'. '.repeat(99)}b`);
});

test('a long name that is cut at a dot or a space does not end with it', () => {
  expect(safeFileName(`${'x'.repeat(199)}. and more that does not count as an ending`)).toBe('x'.repeat(199));
});

test('every name is one part of a path, not hidden, of bounded length, and stays as it is', () => {
  const parts = fc.constantFrom('/', '\\', '..', '.', '\u0000', ' ', '\u202e', 'con', '😀', ':');
  const told = fc.array(fc.oneof(parts, fc.string({ unit: 'binary' })), { maxLength: 8 });
  fc.assert(
    fc.property(
      told.map((all) => all.join('')),
      (text) => {
        const name = safeFileName(text);
        expect(name).toMatch(/^[^/\\\p{Cc}]+$/u);
        expect(name).not.toMatch(/^\.|[.\s]$/);
        expect(utf8(name).length).toBeLessThanOrEqual(200);
        expect(safeFileName(name)).toBe(name);
      },
    ),
  );
});
