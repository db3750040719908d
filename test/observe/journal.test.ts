import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { isJournal, withPriorities } from '../../src/observe/log.js';

it('lines for the journal have their priority, those of parts too', () => {
  const lines: string[] = [];
  const log = pino(
    { level: 'trace', base: null },
    withPriorities({ write: (line: string) => lines.push(line) }),
  );
  log.fatal('a');
  log.error('b');
  log.child({ part: 'store' }).warn('c');
  log.info('d');
  log.debug('e');
  log.trace('f');
  expect(lines.map((line) => line.slice(0, 4))).toEqual(['<2>{', '<3>{', '<4>{', '<6>{', '<7>{', '<7>{']);
});

it('the journal is told by device and inode of its stream', () => {
  const folder = mkdtempSync(join(tmpdir(), 'silc-journal-'));
  const descriptor = openSync(join(folder, 'stream'), 'w');
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  expect(isJournal(`${dev}:${ino}`, descriptor)).toBe(true);
  expect(isJournal(`${dev}:${ino + 1n}`, descriptor)).toBe(false);
  expect(isJournal(undefined, descriptor)).toBe(false);
  closeSync(descriptor);
  expect(isJournal(`${dev}:${ino}`, descriptor)).toBe(false);
  rmSync(folder, { recursive: true });
});
