import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../../src/store/open.js';
import { ask } from '../../support/postgres/databases.js';
import { PostgresServer } from '../../support/postgres/server.js';
import { TLS_CERTIFICATE, TLS_CERTIFICATE_FILE, TLS_KEY } from '../../support/tls/localhost.js';

// A server as operators have it elsewhere: encrypted connections, and a login by password (SCRAM-SHA-256).

const PASSWORD = 'the password of the store';
const OPEN = new URL('../../../src/store/open.ts', import.meta.url).href;
const LOG = { warn: () => undefined, info: () => undefined };

let server: PostgresServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-encrypted-'));
  server = await PostgresServer.start({ certificate: TLS_CERTIFICATE, key: TLS_KEY });
  await ask(server.url('postgres'), `CREATE ROLE gateway LOGIN PASSWORD '${PASSWORD}'`);
  await ask(server.url('postgres'), 'CREATE DATABASE gateway OWNER gateway');
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (host: string, sslmode: string): string =>
  `postgres://gateway@${host}:${server.port}/gateway?sslmode=${sslmode}`;

/** @returns how the connection is protected, as the server tells it, after a key pair was written and read */
async function stored(url: string, password: string | undefined): Promise<unknown> {
  const store = await openStore({ url, password, key: { file: join(folder, 'key') }, log: LOG });
  try {
    const pair = { publicKey: Uint8Array.of(1), privateKey: Uint8Array.of(2) };
    await store.identities.add('alice@x', pair);
    expect(await store.identities.find('alice@x')).toMatchObject(pair);
    return await ask(
      server.url('postgres'),
      "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'gateway'",
    );
  } finally {
    await store.close();
  }
}

it('everything is encrypted, and who has the password is let in', async () => {
  expect(await stored(urlOf('127.0.0.1', 'require'), PASSWORD)).toEqual([{ ssl: true }]);
});

it.each([
  ['another password', 'require', 'not the password'],
  ['no encryption', 'disable', PASSWORD],
  ['a certificate that nobody vouches for', 'verify-full', PASSWORD],
])('with %s there is no store, and no text has the password', async (_what, sslmode, password) => {
  const failure: unknown = await stored(urlOf('127.0.0.1', sslmode), password).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ name: 'StoreError' });
  expect(String(failure)).not.toContain(password);
});

/** Opens the store in a process that trusts the certificate besides. @returns what it ends with */
function trusting(host: string): Promise<string> {
  const script = `
    const { openStore } = await import(${JSON.stringify(OPEN)});
    const log = { warn: () => {}, info: () => {} };
    const store = await openStore({
      url: ${JSON.stringify(urlOf(host, 'verify-full'))}, password: process.env.PASSWORD, key: { file: ${JSON.stringify(join(folder, 'key'))} }, log,
    });
    console.log(await store.identities.count());
    await store.close();`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: TLS_CERTIFICATE_FILE, PASSWORD };
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve(error === null ? stdout : stderr),
    );
  });
}

it('a certificate that is trusted has to have the name of the server', async () => {
  await stored(urlOf('127.0.0.1', 'require'), PASSWORD);
  expect(await trusting('localhost')).toBe('1\n');
  expect(await trusting('127.0.0.1')).toBe('1\n');
  // The same server by a name that is not in it.
  expect(await trusting('127.0.0.2')).toMatch(/StoreError[^]*altnames/);
});
