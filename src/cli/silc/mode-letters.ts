import { ChannelMode, ChannelUserMode, UserMode } from '../../silc/modes.js';
import { LineError } from './item.js';

/** Letters of modes and their bits. */
export type Letters = ReadonlyMap<string, number>;

/** The letters of channel modes, as SILC clients have them. */
export const channelLetters: Letters = new Map([
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

/** The letters of the modes of a member. */
export const memberLetters: Letters = new Map([
  ['f', ChannelUserMode.founder],
  ['o', ChannelUserMode.operator],
  ['b', ChannelUserMode.blockMessages],
  ['u', ChannelUserMode.blockMessagesUsers],
  ['r', ChannelUserMode.blockMessagesRobots],
  ['q', ChannelUserMode.quiet],
]);

/** The letters of the modes of a user. `s`, `r`, `a` and `d` are the server's to give. */
export const userLetters: Letters = new Map([
  ['s', UserMode.serverOperator],
  ['r', UserMode.routerOperator],
  ['g', UserMode.gone],
  ['i', UserMode.indisposed],
  ['b', UserMode.busy],
  ['p', UserMode.page],
  ['h', UserMode.hyper],
  ['t', UserMode.robot],
  ['a', UserMode.anonymous],
  ['P', UserMode.blockPrivateMessages],
  ['d', UserMode.detached],
  ['w', UserMode.rejectWatching],
  ['I', UserMode.blockInvite],
]);

/** A mode mask as `+letters`; empty where none is set. */
export function modeText(mode: number, letters: Letters): string {
  const set = [...letters].filter(([, bit]) => (mode & bit) !== 0).map(([letter]) => letter);
  return set.length === 0 ? '' : `+${set.join('')}`;
}

export const channelModeText = (mode: number): string => modeText(mode, channelLetters);

/** What a member is, before the name. */
export function memberMark(mode: number): string {
  const founder = (mode & ChannelUserMode.founder) !== 0 ? '*' : '';
  const operator = (mode & ChannelUserMode.operator) !== 0 ? '@' : '';
  return founder + operator;
}

/** Bits of a change such as `+st-i`, and the letters that it sets, in order. */
export interface ModeChange {
  readonly set: number;
  readonly clear: number;
  readonly setting: readonly string[];
}

/** Of a letter given twice the last sign counts. @throws LineError on a letter that is none */
export function parseModes(text: string, letters: Letters): ModeChange {
  const signs = new Map<string, string>();
  let sign = '';
  for (const letter of text) {
    if (letter === '+' || letter === '-') sign = letter;
    else if (sign === '' || !letters.has(letter)) throw noMode(text, letters);
    else signs.set(letter, sign);
  }
  if (signs.size === 0) throw noMode(text, letters);
  const withSign = (wanted: string): readonly string[] =>
    [...signs].filter(([, given]) => given === wanted).map(([letter]) => letter);
  const bits = (names: readonly string[]): number =>
    names.reduce((mask, letter) => mask | (letters.get(letter) ?? 0), 0);
  const setting = withSign('+');
  return { set: bits(setting), clear: bits(withSign('-')), setting };
}

function noMode(text: string, letters: Letters): LineError {
  return new LineError(`no modes: ${text}; letters are ${[...letters.keys()].join('')}, after + or -`);
}
