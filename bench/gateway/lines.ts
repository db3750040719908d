import { numberAt } from './scanner.js';

/*
 * What is said on the channels: `bench RUN DUE and some words`. RUN is a number of the measurement, so that a late copy
 * of an earlier one is not counted; DUE are microseconds of the common clock.
 */
const MARK = Buffer.from('bench ');
const WORDS = 'a line of a conversation, not too long and not too short';

export function line(run: number, dueMicros: number): string {
  return `bench ${run} ${Math.round(dueMicros)} ${WORDS}`;
}

/** The due moment of a line of `run` whose text begins at `at`, or NaN when it is another one's. */
export function dueOf(bytes: Buffer, at: number, run: number): number {
  for (let i = 0; i < MARK.length; i++) if (bytes[at + i] !== MARK[i]) return Number.NaN;
  const number = at + MARK.length;
  if (numberAt(bytes, number) !== run) return Number.NaN;
  return numberAt(bytes, bytes.indexOf(0x20, number) + 1);
}

const PATTERN = /^bench (\d+) (\d+) /;

/** The same of a text. */
export function dueOfText(text: string, run: number): number {
  const match = PATTERN.exec(text);
  return match !== null && Number(match[1]) === run ? Number(match[2]) : Number.NaN;
}
