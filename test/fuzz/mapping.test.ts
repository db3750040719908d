import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mappingReaders } from './targets/mapping.js';

/** Exports that look like a reader of what comes from outside, and are none, by their names. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['payloadOf', 'is run by what shows messages'],
  ['elementOf', 'is run by what reads stored lines'],
  ['piecesOf', 'is run by what shows messages'],
  ['parseAddress', 'has a target among the machines'],
  ['occupantId', 'makes an id of a key'],
  ['base64', 'makes text'],
  ['jsonOf', 'is run by what reads what is stored'],
]);

/** Functions whose first argument is an element, octets, a MIME entity or a stored node; or that are called readers. */
const FUNCTION =
  /^export (?:function (\w+)|const (\w+) = )\(\s*\w+: ((?:Element|Uint8Array|MimeEntity|Node)\b)?/gm;
const READER = /^(?:read|parse|decode|split)[A-Z]/;

test('whatever the mapping reads has a target', async () => {
  const root = fileURLToPath(new URL('../../src/mapping/', import.meta.url));
  const known = new Set(mappingReaders);
  const missing: string[] = [];
  let found = 0;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  for (const file of files) {
    const exported = (await import(`${root}${file}`)) as Readonly<Record<string, unknown>>;
    for (const [, first, second, takes] of readFileSync(`${root}${file}`, 'utf8').matchAll(FUNCTION)) {
      const name = first ?? second ?? '';
      if (takes === undefined && !READER.test(name)) continue;
      found++;
      if (!known.has(exported[name]) && !elsewhere.has(name)) missing.push(`${file}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
  expect(found).toBeGreaterThan(55);
});
