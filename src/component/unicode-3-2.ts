import { UNASSIGNED_IN_UNICODE_3_2 } from '../text/unicode-3-2.js';

const RANGES = UNASSIGNED_IN_UNICODE_3_2.split(' ').map((range) => range.replace(/[0-9a-f]+/g, '\\u{$&}'));

/** Matches a code point that Unicode 3.2 did not assign. */
export const UNASSIGNED_IN_3_2 = new RegExp(`[${RANGES.join('')}]`, 'u');

/** All of them, for iteration. */
export const ALL_UNASSIGNED_IN_3_2 = new RegExp(UNASSIGNED_IN_3_2.source, 'gu');
