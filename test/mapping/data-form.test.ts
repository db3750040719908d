import { describe, expect, it } from 'vitest';
import { type Element, xml } from '../../src/component/stanza.js';
import {
  checkValues,
  formElement,
  type FormField,
  readForm,
  resultElement,
} from '../../src/mapping/data-form.js';
import { splitWords } from '../../src/mapping/words.js';

const FIELDS: readonly FormField[] = [
  {
    name: 'room',
    type: 'list-single',
    label: 'Room',
    isRequired: true,
    options: [{ value: 'a', label: 'A' }],
  },
  { name: 'sure', type: 'boolean', label: 'Sure', value: '0' },
  { name: 'note', type: 'text-multi', label: 'Note', value: 'one\ntwo' },
];

function submitted(fields: Readonly<Record<string, readonly string[]>>, type = 'submit'): Element {
  return xml(
    'x',
    { xmlns: 'jabber:x:data', type },
    Object.entries(fields).map(([name, values]) =>
      xml(
        'field',
        { var: name },
        values.map((value) => xml('value', {}, value)),
      ),
    ),
  );
}

describe('data forms', () => {
  it('ask for fields, with their options and values', () => {
    expect(formElement({ title: 'T', instructions: 'I', fields: FIELDS }).toString()).toBe(
      '<x xmlns="jabber:x:data" type="form"><title>T</title><instructions>I</instructions>' +
        '<field var="room" type="list-single" label="Room"><required/>' +
        '<option label="A"><value>a</value></option></field>' +
        '<field var="sure" type="boolean" label="Sure"><value>0</value></field>' +
        '<field var="note" type="text-multi" label="Note"><value>one</value><value>two</value></field></x>',
    );
  });

  it('have a word for the option that is empty: profanity ends when it is chosen otherwise', () => {
    const options = [
      { value: '', label: 'None' },
      { value: 'en', label: 'English' },
    ];
    const field: FormField = { name: 'language', type: 'list-single', label: 'Language', value: '', options };
    const form = formElement({ title: 'T', fields: [field] }).toString();
    expect(form).toContain('<value>default</value><option label="None"><value>default</value></option>');
    for (const value of ['default', '']) {
      const answer = readForm(submitted({ language: [value] }), [field]);
      expect(answer.kind === 'values' && answer.values.get('language')).toBe('');
    }
    const other = { ...field, options: options.slice(1) };
    expect(readForm(submitted({ language: ['default'] }), [other]).kind).toBe('bad');
  });

  it('show rows as fields: gajim waits for ever when the result of a command is a table', () => {
    const columns = ['user', 'state', 'key'].map((name) => ({ name, label: name.toUpperCase() }));
    const result = (rows: readonly (readonly string[])[], count = 3): string =>
      resultElement({ title: 'T', columns: columns.slice(0, count), rows }).toString();
    expect(
      result([
        ['alice', 'here', '12'],
        ['bob', '', '34'],
      ]),
    ).toBe(
      '<x xmlns="jabber:x:data" type="result"><title>T</title>' +
        '<field var="user-1" label="alice" type="text-multi"><value>STATE: here</value><value>KEY: 12</value></field>' +
        '<field var="user-2" label="bob" type="text-single"><value>KEY: 34</value></field></x>',
    );
    expect(result([['alice', 'here']], 2)).toContain('<value>here</value>');
  });

  it('give back the values of those fields, and of no others', () => {
    const form = submitted({ room: ['a'], sure: ['true'], note: ['x', 'y'], admin: ['yes'] });
    const answer = readForm(form, FIELDS);
    expect(answer.kind === 'values' && Object.fromEntries(answer.values)).toEqual({
      ...{ room: 'a', sure: 'true', note: 'x\ny' },
    });
    const least = readForm(submitted({ room: ['a'] }), FIELDS);
    expect(least.kind === 'values' && Object.fromEntries(least.values)).toEqual({
      ...{ room: 'a', sure: 'false', note: '' },
    });
  });

  it.each([
    ['what is none of the options', { room: ['b'] }],
    ['what is missing', { sure: ['1'] }],
    ['what is no boolean', { room: ['a'], sure: ['maybe'] }],
    ['what is too long', { room: ['a'], note: ['x'.repeat(70_000)] }],
  ])('refuse %s', (_, values) => {
    expect(readForm(submitted(values), FIELDS).kind).toBe('bad');
  });

  it('are cancelled, or no submission', () => {
    expect(readForm(submitted({}, 'cancel'), FIELDS)).toEqual({ kind: 'cancel' });
    expect(readForm(submitted({ room: ['a'] }, 'result'), FIELDS).kind).toBe('bad');
  });

  it('are filled in with words, too', () => {
    expect(splitWords(String.raw`stay  "my room" "a \"b\" \\ c" d"e`)).toEqual([
      ...['stay', 'my room', String.raw`a "b" \ c`, 'd"e'],
    ]);
    expect(splitWords('  ')).toEqual([]);
    expect(checkValues(new Map([['room', 'a']]), FIELDS).kind).toBe('values');
  });
});
