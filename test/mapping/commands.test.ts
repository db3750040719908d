import { describe, expect, it } from 'vitest';
import { iqResult } from '../../src/component/stanza.js';
import { commandAnswer, readCommand } from '../../src/mapping/commands.js';
import { readStay, stayForm } from '../../src/mapping/stay-form.js';
import { expectGolden, parseStanza } from './golden.js';

const read = (attrs: string, form = '') =>
  readCommand(
    parseStanza(
      `<command xmlns='http://jabber.org/protocol/commands' node='stay' ${attrs}>${form}</command>`,
    ),
  );
const form = (type: string, value = '1') =>
  `<x xmlns='jabber:x:data' type='${type}'><field var='silc#stay'><value>${value}</value></field></x>`;

describe('a command', () => {
  it('is asked for, and answered with its form', () => {
    expectGolden('stay-command-execute', (iq) =>
      iqResult(iq, commandAnswer('stay', 's1', { form: stayForm('lounge@gw', true) })),
    );
  });

  it('is carried out', () => {
    expectGolden('stay-command-complete', (iq) => {
      const command = iq.getChild('command');
      const request = command && readCommand(command);
      if (request?.kind !== 'submit') throw new Error('not understood');
      expect(readStay(request.fields)).toBe(true);
      return iqResult(iq, commandAnswer('stay', 's1', { status: 'completed', note: 'Done.' }));
    });
  });

  it.each([
    [read(''), 'execute'],
    [read("action='execute'"), 'execute'],
    [read("action='cancel'"), 'cancel'],
    [read("action='complete'"), 'bad-action'],
    [read("action='next'", form('submit')), 'bad-action'],
    [read('', form('submit')), 'submit'],
    [read("action='execute'", form('submit')), 'submit'],
    [read("action='complete'", form('cancel')), 'cancel'],
  ])('%# is read', (request, kind) => {
    expect(request.kind).toBe(kind);
  });

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
    ['', undefined],
    ['maybe', undefined],
  ])('says %s by its field', (value, expected) => {
    expect(readStay(new Map([['silc#stay', value]]))).toBe(expected);
  });
});
