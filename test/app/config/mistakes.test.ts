import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConfigError, loadConfig } from '../../../src/app/config/load.js';

const SECRET = 'tH1s-is-s3cret';
const good = `component: { domain: silc.example.org, secret_file: secret }
networks:
  silcnet:
    servers:
      - { host: silc.example.net }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silc-mistakes-'));
  writeFileSync(join(folder, 'secret'), SECRET, { mode: 0o600 });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** What is said of a file, without its name. */
function faultsOf(text: string, mode = 0o600): readonly string[] {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, text);
  chmodSync(file, mode);
  try {
    loadConfig(file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain(SECRET);
    return error.message.split('\n').map((line) => line.replace(`${file}:`, '').replaceAll(`${folder}/`, ''));
  }
  return [];
}

const inline = good.replace('secret_file: secret', `secret: ${SECRET}`);

it('a file without a mistake has none', () => {
  expect(faultsOf(good)).toEqual([]);
  expect(faultsOf(good, 0o644)).toEqual([]);
  expect(faultsOf(inline)).toEqual([]);
  // The group is let through: the package makes one for the service.
  expect(faultsOf(inline, 0o640)).toEqual([]);
  for (const listen of ['127.0.0.1:9706', '127.8.9.1:1', 'localhost:9706', '"[::1]:9706"']) {
    expect(faultsOf(`${good}http: { listen: ${listen} }\n`)).toEqual([]);
  }
  expect(faultsOf(`${good}http: { listen: "0.0.0.0:9706", public: true }\n`)).toEqual([]);
  expect(faultsOf(good.replace('silc.example.net', '"2001:db8::1"'))).toEqual([]);
});

const hostFault = 'has a port in it, which is a key of its own';
const bracketFault = 'must be without brackets, and without a port: ::1';
const publicFault =
  '6: http.listen: others can reach this address, and there is no authentication: listen on 127.0.0.1 or [::1], or say public: true where something else keeps them away';
const noKey = 'something that is no key, or a key without a value';

it.each<readonly [string, text: string, faults: readonly string[]]>([
  [
    'a port in the host of a server',
    good.replace('silc.example.net', '"silc.example.net:706"'),
    [`5: networks.silcnet.servers.0.host: ${hostFault}`],
  ],
  [
    'an IPv6 address in brackets',
    good.replace('silc.example.net', '"[::1]"'),
    [`5: networks.silcnet.servers.0.host: ${bracketFault}`],
  ],
  [
    'the same with a port',
    good.replace('silc.example.net', '"[::1]:706"'),
    [`5: networks.silcnet.servers.0.host: ${bracketFault}`],
  ],
  [
    'a port in the host of the Jabber server',
    good.replace('secret_file: secret', 'secret_file: secret, host: "127.0.0.1:5347"'),
    [`1: component.host: ${hostFault}`],
  ],
  ['metrics for everybody', `${good}http: { listen: "0.0.0.0:9706" }\n`, [publicFault]],
  ['the same on IPv6', `${good}http: { listen: "[::]:9706" }\n`, [publicFault]],
  ['the same by a name', `${good}http: { listen: "gateway.example.org:9706" }\n`, [publicFault]],
  [
    'a bad name of a network hides no other mistake',
    `${good}  My_Net:\n    colour: red\n    servers: [{ host: "a b" }]\n  b: { default: true, servers: [{ host: b, port: "x" }] }\n  c: { default: true, servers: [{ host: c }] }\n`,
    [
      '3: networks: only one network can be the default',
      '7: networks.My_Net: must be a short name of letters, digits, dots and dashes, in lower case',
      '7: networks.My_Net.colour: unknown key',
      '8: networks.My_Net.servers.0.host: must be a host name or an IP address',
      '9: networks.b.servers.0.port: Invalid input: expected number, received string',
    ],
  ],
  [
    'ports and a public name that nothing listens for',
    `${good}files: { transfers: { public_host: gw.example.org, ports: "20000-20099" } }\n`,
    [
      '6: files.transfers.public_host: means nothing without listen',
      '6: files.transfers.ports: means nothing without listen',
    ],
  ],
  [
    'files that are not there, or hold nothing, beside other mistakes',
    `${good.replace('secret_file: secret', 'secret_file: empty')}    auth: { method: passphrase, passphrase_file: nowhere }\nfiles: { ca_file: secret, max_octets: 0 }\n`,
    [
      '1: component.secret_file: empty is empty',
      expect.stringContaining('6: networks.silcnet.auth.passphrase_file: ENOENT'),
      '7: files.ca_file: secret has no certificate in it (PEM)',
      expect.stringContaining('7: files.max_octets: '),
    ],
  ],
  [
    'a secret without its key',
    inline.replace('secret: ', ''),
    [`1: component: needs secret or secret_file`, `1: component: ${noKey}`],
  ],
  [
    'a secret that sticks to its colon',
    inline.replace('secret: ', 'secret:'),
    [`1: component: needs secret or secret_file`, `1: component: ${noKey}`],
  ],
  [
    'a secret behind a key without a colon',
    inline.replace('secret: ', 'secret '),
    [`1: component: needs secret or secret_file`, `1: component: ${noKey}`],
  ],
  [
    'a secret that begins with *',
    inline.replace(SECRET, `*${SECRET}`),
    ['1: an alias (*…) that is none: text that begins with * needs quotes'],
  ],
  [
    'a secret that begins with !',
    inline.replace(SECRET, `!${SECRET} x`),
    ['1: an unknown tag (!…): text that begins with ! needs quotes'],
  ],
  [
    'a secret that begins with @',
    inline.replace(SECRET, `@${SECRET}`),
    ['1: text that begins with one of @ ` % needs quotes'],
  ],
  ['a secret on a line of its own', `${good}${SECRET}\n`, [expect.stringMatching(/^\d+: /)]],
  ['a secret that is a file', SECRET, [' Invalid input: expected object, received string']],
  [
    'a password in a wrong URL',
    `${good}store: { url: "postgres://u:${SECRET}@h" }\n`,
    [expect.stringContaining('6: store.url: the store URL names no database')],
  ],
  [
    'a password in a URL of another kind',
    `${good}store: { url: "mysql://u:${SECRET}@h/d" }\n`,
    [expect.stringContaining('6: store.url: the store URL must begin with')],
  ],
])('%s', (_name, text, faults) => {
  writeFileSync(join(folder, 'empty'), '\n', { mode: 0o600 });
  expect(faultsOf(text)).toEqual(faults);
});

it.each([
  ['a bracket', `${SECRET}}${SECRET}`],
  ['an open quote', `"${SECRET}`],
  ['a colon', `${SECRET}: ${SECRET}`],
  ['a wrong escape', `"${SECRET}\\q${SECRET}"`],
  ['a tab', `\n\t${SECRET}`],
  ['a directive', `%${SECRET}`],
  ['an anchor', `&${SECRET}`],
])('a secret that is no YAML is not repeated: %s', (_name, secret) => {
  expect(faultsOf(inline.replace(SECRET, secret))).not.toEqual([]);
});

it('secrets that every user of the machine can read', () => {
  const [fault] = faultsOf(inline, 0o644);
  expect(fault).toBe(
    '1: component.secret: gateway.yaml is open to every user of this machine (mode 644): chmod o= it, or put the secret into a file of its own',
  );
  chmodSync(join(folder, 'secret'), 0o604);
  expect(faultsOf(good, 0o644)).toEqual([
    '1: component.secret_file: secret is open to every user of this machine (mode 604): chmod o= it',
  ]);
  chmodSync(join(folder, 'secret'), 0o600);
  const withPassword = `${good}store: { url: "postgres://u:${SECRET}@127.0.0.1/db", key_file: key }\n`;
  writeFileSync(join(folder, 'key'), 'k'.repeat(32), { mode: 0o644 });
  expect(faultsOf(withPassword)).toEqual([
    '6: store.key_file: key is open to every user of this machine (mode 644): chmod o= it',
  ]);
  expect(faultsOf(withPassword, 0o644)[0]).toContain('6: store.url: gateway.yaml is open to every user');
});
