import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { contentsOf, fillStore } from '../support/full-store.js';
import { postgresPrograms } from '../support/postgres/server.js';
import { kind, newPlace, type StorePlace } from '../support/stores.js';

// As docs/store.md says it.

/** A backup while the gateway runs. @returns what puts it back while it does not */
function backUp({ url, folder }: StorePlace): () => void {
  const copy = join(folder, 'copy');
  if (kind === 'postgres') {
    const programs = postgresPrograms() ?? '';
    execFileSync(join(programs, 'pg_dump'), ['--format', 'custom', '--file', copy, url]);
    const options = ['--clean', '--if-exists', '--no-owner', '--dbname', url];
    return () => void execFileSync(join(programs, 'pg_restore'), [...options, copy]);
  }
  const file = join(folder, 'gateway.db');
  const database = new Database(file);
  database.prepare('VACUUM INTO ?').run(copy);
  database.close();
  return () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    copyFileSync(copy, file);
  };
}

it('a backup that was made while the store was in use brings everything back', async () => {
  const place = await newPlace();
  const store = await place.open();
  await fillStore(store, 60);
  const contents = await contentsOf(store);
  const restore = backUp(place);
  await store.identities.add('later@x', { publicKey: Uint8Array.of(1), privateKey: Uint8Array.of(2) });
  await store.userRecords.save('a@x', 'settings', '', undefined);
  await store.close();

  restore();
  const back = await place.open();
  expect(await contentsOf(back)).toEqual(contents);
  expect(await back.identities.find('later@x')).toBeUndefined();
});
