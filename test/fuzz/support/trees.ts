import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../../../src/component/parser.js';
import type { Element } from '../../../src/component/types.js';
import { HEADER } from '../../support/xmpp/fake-server.js';
import type { Choices } from './choices.js';

/** A stanza or a part of it that can be changed: what comes out is well-formed XML each time. */
interface Tree {
  name: string;
  attrs: Record<string, string>;
  children: (Tree | string)[];
}

/** Values of attributes and texts that one part of the gateway or another reads. */
const VALUES: readonly string[] = [
  ...['', ' ', '0', '1', '-1', '7', '4294967296', '9'.repeat(30), '1e9', 'NaN', 'true', 'false', 'none'],
  ...['anyone', 'owner', 'admin', 'member', 'outcast', 'moderator', 'participant', 'visitor'],
  ...[
    'unavailable',
    'error',
    'subscribe',
    'subscribed',
    'unsubscribe',
    'unsubscribed',
    'probe',
    'set',
    'get',
  ],
  ...['result', 'groupchat', 'chat', 'headline', 'normal', 'submit', 'cancel', 'form', 'execute', 'next'],
  ...[
    'prev',
    'complete',
    'away',
    'dnd',
    'xa',
    'help',
    'retract',
    '2026-01-01T00:00:00Z',
    '9999-99-99T99:99:99Z',
  ],
  ...['channel1@gw.test', 'channel1@gw.test/me', 'channel1@gw.test/other', 'channel2@gw.test', 'gw.test'],
  ...['other!@gw.test', 'other%net!@gw.test', 'a%b%c@gw.test', '@', 'a@', '/', '*!*@*', 'other', 'me', 'a b'],
  ...[
    'alice@jabber.test',
    'alice@jabber.test/desk',
    'bob@jabber.test',
    'jabber.test',
    '\u202eevil',
    '😀',
    'ﬁ',
  ],
  ...[
    'AAAA',
    '=',
    'iVBORw0KGgo=',
    'http://127.0.0.1:1/x',
    'https://[::1]/y.png',
    'xmpp:channel1@gw.test?join',
  ],
  ...[
    '<&>\'"',
    '\u0000\u0001',
    'x'.repeat(3_000),
    '/me says',
    '\n\n',
    'a\r\nb',
    '0123456789abcdef'.repeat(3),
  ],
];

/** What is beyond that stays: a change of it would be too dear. */
const MOST_PARTS = 400;

const treeOf = ({ name, attrs, children }: Element): Tree => ({
  name,
  attrs: { ...attrs },
  children: children.map((child) => (typeof child === 'string' ? child : treeOf(child))),
});

const partsOf = (tree: Tree): Tree[] => [
  tree,
  ...tree.children.flatMap((child) => (typeof child === 'string' ? [] : partsOf(child))),
];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&apos;');

function xmlOf({ name, attrs, children }: Tree): string {
  const written = Object.entries(attrs).map(([key, value]) => ` ${key}='${escaped(value)}'`);
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : xmlOf(child)));
  return `<${name}${written.join('')}>${inside.join('')}</${name}>`;
}

/** Good stanzas, and what they are changed by: the names, values and parts of each other. */
export class Stanzas {
  readonly #trees: readonly Tree[];
  readonly #names: readonly string[];
  readonly #values: readonly string[];

  constructor(samples: readonly Element[]) {
    this.#trees = samples.map(treeOf);
    const all = this.#trees.flatMap(partsOf);
    this.#names = [...new Set(all.map(({ name }) => name))];
    const said = all.flatMap(({ attrs, children }) => [
      ...Object.values(attrs),
      ...children.filter((child) => typeof child === 'string'),
    ]);
    this.#values = [...VALUES, ...new Set(said)];
  }

  get count(): number {
    return this.#trees.length;
  }

  /**
   * The stanza that the choices make: one of the samples, changed as often as they say.
   * @param envelope sees to it that it has the attributes of a stanza that a server passes on
   */
  made(choices: Choices, envelope?: (attrs: Record<string, string>) => void): string {
    const tree = structuredClone(choices.of(this.#trees));
    for (let left = choices.next(7); left > 0; left--) this.#change(tree, choices);
    envelope?.(tree.attrs);
    return xmlOf(tree);
  }

  #change(root: Tree, choices: Choices): void {
    const parts = partsOf(root).slice(0, MOST_PARTS);
    const part = choices.of(parts);
    const place = choices.next(part.children.length + 1);
    const attributes = Object.keys(part.attrs);
    switch (choices.next(10)) {
      case 0:
        part.children.splice(place, 1);
        return;
      case 1: {
        const twice = part.children[place];
        if (twice !== undefined && parts.length < MOST_PARTS) part.children.push(structuredClone(twice));
        return;
      }
      case 2: {
        const others = partsOf(choices.of(this.#trees));
        part.children.splice(place, 0, structuredClone(choices.of(others)));
        return;
      }
      case 3:
        if (attributes.length > 0) part.attrs[choices.of(attributes)] = choices.of(this.#values);
        return;
      case 4:
        if (attributes.length > 0) Reflect.deleteProperty(part.attrs, choices.of(attributes));
        return;
      case 5:
        part.children.splice(place, 1, choices.of(this.#values));
        return;
      case 6:
        part.children = [choices.of(this.#values)];
        return;
      case 7:
        part.name = choices.of(this.#names);
        return;
      case 8:
        part.children.reverse();
        return;
      default: {
        const at = part.children.findIndex((child) => typeof child === 'string');
        const text = part.children[at];
        if (typeof text !== 'string') return;
        const [from, octet] = [choices.next() % (text.length + 1), choices.next()];
        part.children[at] = text.slice(0, from) + String.fromCharCode(octet) + text.slice(from + 1);
      }
    }
  }
}

/** The elements that the component's stream makes of a text: no others reach the gateway. */
export function elementsOf(text: string): readonly Element[] {
  const found: Element[] = [];
  let isOver = false;
  const parser = new GuardedParser(DEFAULT_PARSER_LIMITS, {
    onElement: (element) => {
      if (!isOver) found.push(element);
    },
    onEnd: () => (isOver = true),
    onViolation: () => (isOver = true),
  });
  parser.write(`${HEADER}${text}`);
  return found;
}
