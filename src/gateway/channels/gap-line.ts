import { randomUUID } from 'node:crypto';
import type { Element } from '../../component/stanza.js';
import { gapNotice } from '../../mapping/gap.js';
import { wallTime } from '../../util/clock.js';
import type { Span } from './coverage.js';

/** What is heard has been said a moment before: a gap may begin so much earlier than the last sign of life. */
const UNDERWAY_MS = 1_000;

/** Says in a room that lines of others may be missing. */
export function gapLine(room: string, { from, until }: Span): Element {
  const at = (time: number): Date => new Date(wallTime(time));
  return gapNotice(room, randomUUID(), at(from - UNDERWAY_MS), at(until));
}
