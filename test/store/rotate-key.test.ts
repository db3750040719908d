import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { rotateKey } from '../../src/store/rotate-key.js';
import { contentsOf, fillStore } from '../support/full-store.js';
import { newPlace, type StorePlace } from '../support/stores.js';
import { rotateUntilKilled } from '../support/killed-rotation.js';

let place: StorePlace;
beforeEach(async () => {
  place = await newPlace();
});

/** A store with something in everything. @returns what it holds */
async function filled(lines?: number): Promise<unknown> {
  const store = await place.open();
  await fillStore(store, lines);
  const contents = await contentsOf(store);
  await store.close();
  return contents;
}

const options = () => ({ url: place.url, key: { file: place.keyFile } });

describe('the rotation of the key', () => {
  it('seals everything anew, and keeps the old key for old backups', async () => {
    const contents = await filled(120);
    const before = readFileSync(place.keyFile);
    const sealed = await place.octets();
    const { sealed: count, damaged, oldKeyFile = '' } = await rotateKey(options(), undefined);
    expect([count, damaged]).toEqual([133, 0]);
    expect(readFileSync(oldKeyFile)).toEqual(before);
    expect(readFileSync(place.keyFile)).not.toEqual(before);
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.next'))).toEqual([]);
    expect((await place.octets()).equals(sealed)).toBe(false);

    const store = await place.open();
    expect(await contentsOf(store)).toEqual(contents);
    await store.close();
    await expect(place.open({ key: { file: oldKeyFile } })).rejects.toMatchObject({ code: 'wrong-key' });
  });

  it('goes to a key that is given, of a file or of the environment', async () => {
    const contents = await filled();
    const variable = 'TEST_NEXT_STORE_KEY';
    vi.stubEnv(variable, '12'.repeat(32));
    await rotateKey(options(), { variable });
    await expect(place.open()).rejects.toMatchObject({ code: 'wrong-key' });
    await expect(rotateKey({ ...options(), key: { variable } }, undefined)).rejects.toMatchObject({
      code: 'key-file',
    });
    const file = join(place.folder, 'given');
    writeFileSync(file, '34'.repeat(32), { mode: 0o600 });
    await rotateKey({ ...options(), key: { variable } }, { file });
    vi.unstubAllEnvs();
    expect(await contentsOf(await place.open({ key: { file } }))).toEqual(contents);
  });

  it('leaves what did not open before as it is, and is refused while a gateway uses the store', async () => {
    await filled();
    await place.execute(`UPDATE identity SET private_key = public_key WHERE "user" = 'b@x'`);
    expect(await rotateKey(options(), undefined)).toMatchObject({ damaged: 1 });
    const store = await place.open();
    await expect(store.identities.find('b@x')).rejects.toMatchObject({ code: 'corrupt' });
    expect(new TextDecoder().decode((await store.identities.find('a@x'))?.privateKey)).toMatch(
      /^KEY OF a@x,/,
    );
    await expect(rotateKey(options(), undefined)).rejects.toMatchObject({ code: 'locked' });
  });

  it('is finished by the next start where the process ended before the new file took its place', async () => {
    const contents = await filled();
    const before = readFileSync(place.keyFile);
    await rotateKey(options(), undefined);
    renameSync(place.keyFile, `${place.keyFile}.next`);
    writeFileSync(place.keyFile, before, { mode: 0o600 });
    const warn = vi.fn();
    const store = await place.open({ log: { warn, info: vi.fn() } });
    expect(await contentsOf(store)).toEqual(contents);
    expect(warn).toHaveBeenCalledWith({}, expect.stringContaining('it is finished'));
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.next'))).toEqual([]);
  });

  it('leaves a store that opens, whenever the process is killed', async () => {
    const contents = await filled(2_000);
    for (const rows of [0, 1, 700, 1_500, 2_011]) {
      await rotateUntilKilled(place, rows);
      const store = await place.open();
      expect(await contentsOf(store)).toEqual(contents);
      await store.close();
    }
    await rotateKey(options(), undefined);
    expect(await contentsOf(await place.open())).toEqual(contents);
  }, 60_000);
});
