import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import type { Operator } from '../../../src/gateway/operator.js';
import { someone } from '../support/fake-silc.js';
import { testConfig, World } from '../support/world.js';

/* Every form and every result that the gateway's commands have, in each language, by the rules of XEP-0004. */

const COMMANDS = 'http://jabber.org/protocol/commands';
const FORM = 'jabber:x:data';
const ROOT = 'root@jabber.test/desk';
const PLACES = ['gw.test', 'lounge@gw.test'];
const TYPES: readonly (string | undefined)[] = [
  'boolean',
  'fixed',
  'hidden',
  'jid-multi',
  'jid-single',
  'list-multi',
  'list-single',
  'text-multi',
  'text-private',
  'text-single',
];
/** Of these there is one value at most. */
const SINGLE: readonly (string | undefined)[] = [
  'boolean',
  'jid-single',
  'list-single',
  'text-private',
  'text-single',
];
/** converse.js shows fields of these names as links, pictures and the like, where nobody can write. */
const SPECIAL: readonly (string | undefined)[] = ['url', 'uri', 'ocr'];
/** What brings a command on to its next form. */
const GIVEN: Readonly<Record<string, string>> = {
  ...{ contact: 'bob', people: 'bob', room: 'lounge@gw.test', nick: 'root', sure: '0', ignore: '0' },
  ...{ passphrase: 'sesame opens', again: 'sesame opens', name: 'ours', announcement: 'hello' },
  ...{ fingerprint: 'ab'.repeat(20), accountjids: 'nobody@jabber.test', keys: `bob ${'ab'.repeat(20)}` },
};
const MAX_STEPS = 5;

type Values = ReadonlyMap<string, string>;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const operator: Operator = {
  ...{
    logLevels: ['info', 'debug'],
    logAreas: ['gateway'],
    logLevel: () => 'info',
    setLogLevel: () => undefined,
  },
  figures: () => Promise.resolve([]),
  reload: () => Promise.resolve({ applied: [], restart: [] }),
};

const text = (element: Element, name: string): string => element.getChildText(name)?.trim() ?? '';
const valuesOf = (field: Element): readonly string[] =>
  field.getChildren('value').map((value) => value.getText());

function expectField(field: Element, where: string): void {
  const { type, var: name = '' } = field.attrs;
  const at = `${where}: ${name}`;
  expect(TYPES, at).toContain(type);
  if (type === 'fixed') return;
  expect(name, at).not.toBe('');
  expect(SPECIAL, at).not.toContain(name);
  const values = valuesOf(field);
  if (SINGLE.includes(type)) expect(values.length, at).toBeLessThan(2);
  if (type === 'hidden') {
    expect(values, at).toHaveLength(1);
    return;
  }
  expect(field.attrs['label']?.trim(), at).toBeTruthy();
  expect(field.getChildren('required').length, at).toBeLessThan(2);
  for (const value of type === 'boolean' ? values : []) expect(value, at).toMatch(/^(?:0|1|true|false)$/);
  for (const value of values) if (type !== 'text-multi') expect(value, at).not.toContain('\n');
  const options = field.getChildren('option');
  if (type !== 'list-single') {
    expect(options, at).toEqual([]);
    return;
  }
  const offered = options.map((option) => valuesOf(option));
  // profanity ends when an option without a value is chosen.
  for (const value of offered.flat()) expect(value, at).not.toBe('');
  expect(offered.length, at).toBeGreaterThan(0);
  for (const one of offered) expect(one, at).toHaveLength(1);
  expect(new Set(offered.flat()).size, at).toBe(offered.length);
  for (const { attrs } of options) expect(attrs['label']?.trim(), at).toBeTruthy();
  for (const value of values) expect(offered.flat(), at).toContain(value);
}

/** A form that is to be filled in, or a result. */
function expectForm(form: Element, where: string): void {
  const { type } = form.attrs;
  expect(['form', 'result'], where).toContain(type);
  expect(form.getChildren('title'), where).toHaveLength(1);
  expect(text(form, 'title'), where).not.toBe('');
  for (const told of form.getChildren('instructions')) expect(told.getText().trim(), where).not.toBe('');
  const fields = form.getChildren('field');
  for (const field of fields) expectField(field, where);
  const names = fields.map(({ attrs }) => attrs.var);
  expect(new Set(names).size, where).toBe(names.length);
  const hidden = names.indexOf('FORM_TYPE');
  if (hidden >= 0) expect(fields[hidden]?.attrs.type, where).toBe('hidden');
  if (type === 'form') expect(fields.length, where).toBeGreaterThan(0);
  // gajim waits for ever when the result of a command is a table.
  expect(form.getChild('reported'), where).toBeUndefined();
}

/** All that is to be read in a stage, but what users have typed. */
const readable = (stage: Element): string => {
  const form = stage.getChild('x', FORM);
  const labels = form?.getChildren('field').map(({ attrs }) => attrs['label'] ?? '') ?? [];
  return [
    text(stage, 'note'),
    form ? text(form, 'title') : '',
    form ? text(form, 'instructions') : '',
    ...labels,
  ].join('\n');
};

const pathKey = (path: readonly Values[]): string => JSON.stringify(path.map((values) => [...values]));

class Walk {
  readonly #world: World;
  readonly #language: string;
  /** What was read, by place, command and step. */
  readonly read = new Map<string, string>();
  forms = 0;
  #ids = 0;
  /** Forms of the command after which it is over, as they say, by what was filled in before. */
  readonly #ends = new Set<string>();

  constructor(world: World, language: string) {
    this.#world = world;
    this.#language = language;
  }

  async #ask(to: string, child: Element, type: 'get' | 'set'): Promise<Element> {
    const id = `f${++this.#ids}`;
    const iq = xml('iq', { type, id, from: ROOT, to, 'xml:lang': this.#language }, child);
    const sent = await this.#world.receive(String(iq));
    const answer = sent.find(({ attrs, name }) => name === 'iq' && attrs.id === id);
    if (answer === undefined) throw new Error(`no answer to ${String(iq)}`);
    return answer;
  }

  async nodes(to: string): Promise<readonly string[]> {
    const query = xml('query', { xmlns: 'http://jabber.org/protocol/disco#items', node: COMMANDS });
    const items = (await this.#ask(to, query, 'get')).getChild('query')?.getChildren('item') ?? [];
    for (const { attrs } of items) expect(attrs.name?.trim(), attrs.node).toBeTruthy();
    return items.map(({ attrs }) => attrs.node ?? '');
  }

  /** Goes through a command once for each choice that its forms offer. */
  async command(to: string, node: string): Promise<void> {
    const paths: (readonly Values[])[] = [[]];
    this.#ends.clear();
    for (const path of paths) {
      const stage = await this.#stage(to, node, path);
      if (stage === undefined) continue;
      const where = `${to} ${node} ${path.map((values) => [...values.values()].join()).join(' > ')}`;
      this.read.set(where, readable(stage));
      const form = stage.getChild('x', FORM);
      if (stage.attrs.status === 'executing') expect(form, where).toBeDefined();
      else expect(text(stage, 'note') !== '' || form !== undefined, where).toBe(true);
      if (form === undefined) continue;
      this.forms++;
      // Beside a result a note of many lines makes the window of gajim higher than the screen.
      if (form.attrs.type === 'result')
        expect(text(stage, 'note').split('\n').length, where).toBeLessThan(11);
      expectForm(form, where);
      if (stage.attrs.status === 'executing' && path.length > 0) {
        // A client that was told so showed a button by which the command would be complete.
        expect(this.#ends.has(pathKey(path.slice(0, -1))), where).toBe(false);
      }
      if (stage.getChild('actions')?.getChild('complete') !== undefined) this.#ends.add(pathKey(path));
      if (stage.attrs.status === 'executing' && path.length < MAX_STEPS) {
        for (const values of choices(form)) paths.push([...path, values]);
      }
    }
  }

  async #stage(to: string, node: string, path: readonly Values[]): Promise<Element | undefined> {
    let sessionid: string | undefined;
    let stage: Element | undefined;
    for (const values of [undefined, ...path]) {
      const fields = [...(values ?? [])].map(([name, value]) =>
        xml(
          'field',
          { var: name },
          value.split('\n').map((line) => xml('value', {}, line)),
        ),
      );
      const form = values && xml('x', { xmlns: FORM, type: 'submit' }, fields);
      stage = (
        await this.#ask(to, xml('command', { xmlns: COMMANDS, node, sessionid }, form), 'set')
      ).getChild('command', COMMANDS);
      sessionid = stage?.attrs.sessionid;
    }
    return stage;
  }
}

/** Answers to a form: what it proposes or what brings it on, once for each option of its first list. */
function choices(form: Element): readonly Values[] {
  const base = new Map<string, string>();
  for (const field of form.getChildren('field')) {
    const { var: name = '' } = field.attrs;
    const proposed = valuesOf(field).join('\n');
    const [option] = field.getChildren('option').flatMap((one) => valuesOf(one));
    base.set(name, GIVEN[name] ?? (proposed === '' ? (option ?? '') : proposed));
  }
  const list = form.getChildren('field').find((field) => field.getChildren('option').length > 1);
  if (list === undefined) return [base];
  const options = list.getChildren('option').flatMap((option) => valuesOf(option));
  // What is about choosing a language would change that of the rest.
  const distinct = list.attrs.var === 'language' ? options.slice(0, 1) : options;
  return distinct.map((option) => new Map([...base, [list.attrs.var ?? '', option]]));
}

async function walked(language: string): Promise<Walk> {
  const config = testConfig({
    access: { allow: [], deny: [], admins: ['root@jabber.test'] },
    history: { days: 7 },
  });
  const world = new World(config, undefined, undefined, undefined, operator);
  await world.begin();
  world.silc.people.push(someone('Bob', { fingerprint: 'ab'.repeat(20) }));
  await world.join(ROOT, 'lounge', 'root');
  const walk = new Walk(world, language);
  for (const place of PLACES) for (const node of await walk.nodes(place)) await walk.command(place, node);
  return walk;
}

it(
  'every form is valid, in each language, and nothing in it is left in another one',
  { timeout: 60_000 },
  async () => {
    const [english, german] = [await walked('en'), await walked('de')];
    expect(english.forms).toBeGreaterThan(40);
    expect([...german.read.keys()]).toEqual([...english.read.keys()]);
    const same = [...english.read].filter(
      ([where, told]) => told.trim() !== '' && german.read.get(where) === told,
    );
    expect(same.map(([where]) => where)).toEqual([]);
  },
);
