import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { locateStore } from '../../src/store/dialects/index.js';
import { pinOf, tryStore } from '../../src/store/trial.js';
import { fillStore } from '../support/full-store.js';
import { kind, newPlace } from '../support/stores.js';

it('a place where nothing is yet stays as it is', async () => {
  const place = await newPlace();
  const { url, keyFile, folder } = place;
  const trial = await tryStore({ url, key: { file: keyFile } });
  expect(trial).toMatchObject({ isNew: true, holder: undefined });
  expect(trial.name).not.toContain('password');
  expect(readdirSync(folder)).toEqual([]);
  expect((await place.octets()).length).toBe(0);
});

it('a store is tried beside the gateway that has it open, which is named, and nothing of the trial stays', async () => {
  const place = await newPlace();
  const options = { url: place.url, key: { file: place.keyFile } };
  const store = await place.open();
  await fillStore(store);
  const trial = await tryStore(options);
  expect(trial.isNew).toBe(false);
  expect(trial.holder).toContain(`process ${process.pid}`);
  expect(trial.pins.get(pinOf('net', 'h:706'))).toBe('ab'.repeat(20));
  expect(trial.pins.size).toBe(1);
  const connection = await locateStore(place.url).connectPlainly(undefined);
  expect((await connection.all('SELECT name FROM meta')).map(({ name }) => name)).not.toContain('trial');
  await connection.close();
  await store.close();
  expect((await tryStore(options)).holder).toBeUndefined();
});

it('a key that is another one, or gone, is told', async () => {
  const place = await newPlace();
  await (await place.open()).close();
  const other = join(place.folder, 'other');
  await expect(tryStore({ url: place.url, key: { file: other } })).rejects.toMatchObject({
    code: 'key-file',
  });
  writeFileSync(other, 'k'.repeat(32), { mode: 0o600 });
  await expect(tryStore({ url: place.url, key: { file: other } })).rejects.toMatchObject({
    code: 'wrong-key',
  });
});

it('a database that is none of a gateway is told', async () => {
  const place = await newPlace();
  await place.execute('CREATE TABLE meta (name TEXT, value TEXT)');
  await expect(tryStore({ url: place.url })).rejects.toThrow('its tables are not those of a gateway');
});

it.skipIf(kind === 'postgres')('a place that cannot be written is told', async () => {
  const place = await newPlace();
  const file = join(place.folder, 'file');
  writeFileSync(file, '');
  await expect(tryStore({ url: `sqlite:${join(file, 'gateway.db')}` })).rejects.toMatchObject({ code: 'io' });
  const folder = join(place.folder, 'gateway.db');
  mkdirSync(folder);
  chmodSync(folder, 0o700);
  await expect(tryStore({ url: place.url })).rejects.toMatchObject({ code: 'io' });
});

it.skipIf(kind === 'sqlite')(
  'a server that is away, or does not let it in, is told without the password',
  async () => {
    const { url } = await newPlace();
    const away = new URL(url);
    away.port = '1';
    away.password = 'pg-s3cret';
    await expect(tryStore({ url: away.href })).rejects.toThrow(
      /cannot use the store postgres:.*ECONNREFUSED/,
    );
    const other = new URL(url);
    other.username = 'nobody_here';
    other.password = 'pg-s3cret';
    const error: unknown = await tryStore({ url: other.href }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'io' });
    expect(String(error)).not.toContain('pg-s3cret');
  },
);
