import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../../src/store/open.js';
import { makeOlder, MIGRATIONS, migrationsOf } from '../../support/older-database.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
/** The first version that goes on with the sessions of the process before. */
const WITH_SESSIONS = MIGRATIONS.filter((name) => name >= '0003').slice(0, -1);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'upgrade-test-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each(WITH_SESSIONS)('a database as %s has left it is brought up with all that it holds', async (last) => {
  const path = join(folder, 'gateway.db');
  const url = `sqlite:${path}`;
  const before = await openStore({ url });
  const secret = await before.secrets.obtain('occupant-id');
  await before.identities.add('alice@example.org', {
    publicKey: text('public'),
    privateKey: text('private'),
  });
  await before.serverKeys.pin('silcnet', 'silc.example.net:706', 'ab'.repeat(20));
  const key = { founder: 'alice@example.org', publicKey: text('founder'), privateKey: text('proof') };
  await before.founderKeys.add('silcnet', 'lounge', { ...key, configuration: text('+i') });
  const aliveAt = new Date(1_795_939_214_178);
  const sessions = [{ user: 'alice@example.org', network: 'silcnet', state: text('detached') }];
  const channels = [{ network: 'silcnet', name: 'lounge', state: text('as it was shown') }];
  await before.sessions.save({ sessions, channels, aliveAt });
  await before.close();
  await makeOlder(path, last);
  expect(migrationsOf(path).at(-1)).toBe(last);

  const after = await openStore({ url });
  expect(migrationsOf(path)).toEqual(MIGRATIONS);
  expect(await after.sessions.load()).toEqual({ sessions, channels, aliveAt, damaged: 0 });
  expect(await after.secrets.obtain('occupant-id')).toEqual(secret);
  expect(await after.identities.find('alice@example.org')).toMatchObject({ privateKey: text('private') });
  expect(await after.serverKeys.find('silcnet', 'silc.example.net:706')).toMatchObject({
    fingerprint: 'ab'.repeat(20),
  });
  expect(await after.founderKeys.find('silcnet', 'lounge')).toMatchObject({ privateKey: text('proof') });
  await after.close();
});
