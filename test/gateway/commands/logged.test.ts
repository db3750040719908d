import { expect, it } from 'vitest';
import { parseJid } from '../../../src/component/jid.js';
import { logged } from '../../../src/gateway/commands/admin/logged.js';
import { type Command, type CommandCall, done } from '../../../src/gateway/commands/command.js';

it('the log tells who has carried out a command of administrators, once it is done, and not what was typed', async () => {
  const lines: object[] = [];
  const quiet = { debug: () => {}, warn: () => {}, error: () => {} };
  const command: Command = {
    name: 'announce',
    title: 'Announce',
    at: ['gateway'],
    isOffered: () => true,
    begin: () => ({ kind: 'form', form: { title: 'Announce', fields: [] }, next: () => done('Told.') }),
  };
  const call = { from: parseJid('root@example.org/desk') } as unknown as CommandCall;
  const watched = logged(command, { ...quiet, info: (fields) => void lines.push(fields) });
  const step = await watched.begin(call);
  expect(lines).toEqual([]);
  if (step.kind !== 'form') throw new Error('no form');
  await step.next(new Map([['text', 'a secret']]), call);
  expect(lines).toEqual([{ admin: 'root@example.org', command: 'announce' }]);
});
