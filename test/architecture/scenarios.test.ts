import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodeOf } from '../../src/gateway/commands/command.js';
import { settingsOf } from '../../src/gateway/settings/definitions.js';
import { features } from '../support/features.js';

const FOLDER = new URL('../e2e/scenarios/', import.meta.url);

/** Of each scenario what it does, without the words that only describe it. */
const scenarios = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8').replace(/^\s*\/\/.*$/gm, ''));

const isInSome = (pattern: RegExp): boolean => scenarios.some((text) => pattern.test(text));
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

it('every command is carried out by a scenario on real Jabber servers, as a form or in words', () => {
  const commands = features.flatMap(({ commands: own = [] }) => own);
  expect(commands.length).toBeGreaterThan(35);
  const missing = commands.filter((command) => {
    // Nodes of XEP-0133 are written with what they have in common before them.
    const node = literal(nodeOf(command).replace(/^.*#/, ''));
    const asForm = new RegExp(String.raw`\b(?:command|complete|carryOut)\([^;]*?(?:['"\`]|\})${node}['"\`]`);
    const inWords = new RegExp(String.raw`\binWords\([^;]*?['"\`]${literal(command.name)}[ '"\`]`);
    return !isInSome(asForm) && !isInSome(inWords);
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

it('every setting is set by a scenario on real Jabber servers', () => {
  const names = [...new Set([...settingsOf('user'), ...settingsOf('room')])];
  expect(names.length).toBeGreaterThan(10);
  const forms = scenarios.filter((text) => text.includes("node: 'settings'"));
  const missing = names.filter((name) => {
    const inWords = new RegExp(`['"\`]settings ${literal(name)} [^'\`]`);
    const inForm = new RegExp(`[{ ]'?${literal(name)}'?: '`);
    return !isInSome(inWords) && !forms.some((text) => inForm.test(text));
  });
  expect(missing).toEqual([]);
});
