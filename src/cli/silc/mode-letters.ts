import { ChannelMode, ChannelUserMode } from '../../silc/modes.js';
import { LineError } from './item.js';

/** The letters of channel modes, as SILC clients have them. */
const channelLetters: ReadonlyMap<string, number> = new Map([
  ['p', ChannelMode.private],
  ['s', ChannelMode.secret],
  ['k', ChannelMode.privateKey],
  ['i', ChannelMode.invite],
  ['t', ChannelMode.topic],
  ['l', ChannelMode.userLimit],
  ['a', ChannelMode.passphrase],
  ['c', ChannelMode.cipher],
  ['h', ChannelMode.hmac],
  ['f', ChannelMode.founderAuth],
  ['m', ChannelMode.silenceUsers],
  ['M', ChannelMode.silenceOperators],
  ['C', ChannelMode.channelAuth],
]);

/** Those that take no argument or one that a line can give; founder authentication takes the key of the session. */
const settable = 'pskitlamMf';

/** The letters of the modes of a member, as SILC clients have them. */
const memberLetters: ReadonlyMap<string, number> = new Map([
  ['f', ChannelUserMode.founder],
  ['o', ChannelUserMode.operator],
  ['b', ChannelUserMode.blockMessages],
  ['u', ChannelUserMode.blockMessagesUsers],
  ['r', ChannelUserMode.blockMessagesRobots],
  ['q', ChannelUserMode.quiet],
]);

export function channelModeText(mode: number): string {
  return lettersOf(mode, channelLetters);
}

export function memberModeText(mode: number): string {
  return lettersOf(mode, memberLetters);
}

/** What a member is, before the name. */
export function memberMark(mode: number): string {
  const founder = (mode & ChannelUserMode.founder) !== 0 ? '*' : '';
  const operator = (mode & ChannelUserMode.operator) !== 0 ? '@' : '';
  return founder + operator;
}

/** Bits of a change such as `+st-i`. */
export interface ModeChange {
  readonly set: number;
  readonly clear: number;
}

/** @throws LineError on a letter that is none, or that needs what a line cannot give */
export function parseChannelModes(text: string): ModeChange {
  return parseModes(text, (letter) => (settable.includes(letter) ? channelLetters.get(letter) : undefined));
}

/** @throws LineError on a letter that is none */
export function parseMemberModes(text: string): ModeChange {
  return parseModes(text, (letter) => memberLetters.get(letter));
}

function parseModes(text: string, bitOf: (letter: string) => number | undefined): ModeChange {
  let [set, clear, sign] = [0, 0, ''];
  for (const letter of text) {
    if (letter === '+' || letter === '-') {
      sign = letter;
      continue;
    }
    const bit = bitOf(letter);
    if (bit === undefined || sign === '') throw new LineError(`no mode that can be changed: ${text}`);
    set = sign === '+' ? set | bit : set & ~bit;
    clear = sign === '-' ? clear | bit : clear & ~bit;
  }
  if ((set | clear) === 0) throw new LineError(`no mode that can be changed: ${text}`);
  return { set, clear };
}

function lettersOf(mode: number, letters: ReadonlyMap<string, number>): string {
  const set = [...letters].filter(([, bit]) => (mode & bit) !== 0).map(([letter]) => letter);
  return set.length === 0 ? '' : `+${set.join('')}`;
}
