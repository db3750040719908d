import { chmodSync, existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreError, type StoreErrorCode } from '../../src/store/errors.js';
import type { Store } from '../../src/store/types.js';
import type { StoreOptions } from '../../src/store/vault.js';
import { newPlace, type StorePlace } from '../support/stores.js';

// What holds for each kind of database: the projects `unit` and `postgres` run it.

let place: StorePlace;
beforeEach(async () => {
  place = await newPlace();
});
const openHere = (options: Partial<StoreOptions> = {}): Promise<Store> => place.open(options);

async function codeOf(work: Promise<unknown>): Promise<StoreErrorCode | undefined> {
  const outcome = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (outcome === undefined) return undefined;
  expect(outcome).toBeInstanceOf(StoreError);
  return outcome instanceof StoreError ? outcome.code : undefined;
}

const publicKey = new TextEncoder().encode('a public key blob');
const privateKey = new TextEncoder().encode('TOP-SECRET-PRIVATE-NUMBERS-0123456789');

describe('the store', () => {
  it('starts empty, keeps what it is given, and still has it after a reopening', async () => {
    const first = await openHere();
    expect(await first.identities.find('a@x')).toBeUndefined();
    expect(await first.serverKeys.find('net', 'h:706')).toBeUndefined();
    const before = Date.now();
    const made = await first.identities.add('a@x', { publicKey, privateKey });
    expect(made.createdAt.getTime()).toBeGreaterThanOrEqual(before);
    await first.serverKeys.pin('net', 'h:706', 'ab'.repeat(20));
    const secret = await first.secrets.obtain('occupant-id');
    await first.close();

    const second = await openHere();
    const again = await second.identities.find('a@x');
    expect(again).toEqual(made);
    expect(again?.privateKey).toEqual(privateKey);
    expect(again?.publicKey).toBeInstanceOf(Uint8Array);
    expect((await second.serverKeys.find('net', 'h:706'))?.fingerprint).toBe('ab'.repeat(20));
    expect(await second.secrets.obtain('occupant-id')).toEqual(secret);
  });

  it('keeps the first identity of a user whatever comes later or at the same time', async () => {
    const store = await openHere();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        store.identities.add('a@x', { publicKey, privateKey: Uint8Array.of(i, 1, 2, 3) }),
      ),
    );
    const holding = await store.identities.find('a@x');
    for (const result of results) expect(result).toEqual(holding);
    await store.identities.add('a@x', { publicKey, privateKey: Uint8Array.of(99) });
    expect(await store.identities.find('a@x')).toEqual(holding);
  });

  it('keeps users, networks and servers apart', async () => {
    const store = await openHere();
    await store.identities.add('a@x', { publicKey, privateKey: Uint8Array.of(1) });
    await store.identities.add('b@x', { publicKey, privateKey: Uint8Array.of(2) });
    expect((await store.identities.find('a@x'))?.privateKey).toEqual(Uint8Array.of(1));
    expect((await store.identities.find('b@x'))?.privateKey).toEqual(Uint8Array.of(2));
    await store.serverKeys.pin('one', 'h:706', '11'.repeat(20));
    await store.serverKeys.pin('two', 'h:706', '22'.repeat(20));
    await store.serverKeys.pin('one', 'h:707', '33'.repeat(20));
    expect((await store.serverKeys.find('one', 'h:706'))?.fingerprint).toBe('11'.repeat(20));
    expect((await store.serverKeys.find('two', 'h:706'))?.fingerprint).toBe('22'.repeat(20));
    expect((await store.serverKeys.find('one', 'h:707'))?.fingerprint).toBe('33'.repeat(20));
  });

  it('replaces a pinned key when told to, and keeps the first day of one that is pinned again', async () => {
    const store = await openHere();
    await store.serverKeys.pin('net', 'h:706', '11'.repeat(20));
    const first = await store.serverKeys.find('net', 'h:706');
    await store.serverKeys.pin('net', 'h:706', '11'.repeat(20));
    expect(await store.serverKeys.find('net', 'h:706')).toEqual(first);
    await store.serverKeys.pin('net', 'h:706', '22'.repeat(20));
    expect((await store.serverKeys.find('net', 'h:706'))?.fingerprint).toBe('22'.repeat(20));
  });

  it('never finds an earlier key of a server again once another one is pinned, whoever asks meanwhile', async () => {
    const store = await openHere();
    await store.serverKeys.pin('net', 'h:706', '11'.repeat(20));
    const find = async (): Promise<string | undefined> =>
      (await store.serverKeys.find('net', 'h:706'))?.fingerprint;
    const asking = [find(), find()];
    const pinned = store.serverKeys.pin('net', 'h:706', '22'.repeat(20));
    asking.push(find(), find());
    await Promise.all([...asking, pinned]);
    expect(await find()).toBe('22'.repeat(20));
  });

  it('makes each gateway secret once, 32 random octets', async () => {
    const store = await openHere();
    const [a, b, c] = await Promise.all([
      store.secrets.obtain('a'),
      store.secrets.obtain('a'),
      store.secrets.obtain('b'),
    ]);
    expect(a).toHaveLength(32);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it('keeps sessions and channels as they were written last, all of a change or nothing', async () => {
    const first = await openHere();
    const state = (text: string): Uint8Array => new TextEncoder().encode(text);
    const many = Array.from({ length: 250 }, (_, i) => ({
      user: `u${i}@x`,
      network: 'net',
      state: state('a'),
    }));
    await first.sessions.save({
      sessions: many,
      channels: [
        { network: 'net', name: 'one', state: state('1') },
        { network: 'net', name: 'two', state: state('2') },
      ],
      aliveAt: new Date(1_000),
    });
    await first.sessions.save({
      sessions: [
        { user: 'u1@x', network: 'net', state: undefined },
        { user: 'u2@x', network: 'net', state: state('b') },
      ],
      channels: [{ network: 'net', name: 'two', state: undefined }],
      aliveAt: new Date(2_000),
    });
    await first.close();

    const second = await openHere();
    const { sessions, channels, aliveAt, damaged } = await second.sessions.load();
    expect(second.sessions.isLasting).toBe(true);
    expect(aliveAt).toEqual(new Date(2_000));
    expect(damaged).toBe(0);
    expect(channels).toEqual([{ network: 'net', name: 'one', state: state('1') }]);
    expect(sessions).toHaveLength(249);
    expect(sessions.find(({ user }) => user === 'u2@x')?.state).toEqual(state('b'));
    expect(sessions.some(({ user }) => user === 'u1@x')).toBe(false);
  });

  it('leaves out a session that does not open, and reads all others', async () => {
    const first = await openHere();
    const state = new TextEncoder().encode('WHO-IS-WHERE');
    const session = (user: string) => ({ user, network: 'net', state });
    await first.sessions.save({ sessions: ['a@x', 'b@x'].map(session), channels: [], aliveAt: new Date() });
    await first.close();
    expect((await place.octets()).includes('WHO-IS-WHERE')).toBe(false);
    await place.execute(
      `UPDATE session SET state = (SELECT state FROM session WHERE "user" = 'b@x') WHERE "user" = 'a@x'`,
    );
    const { sessions, damaged } = await (await openHere()).sessions.load();
    expect([sessions, damaged]).toEqual([[session('b@x')], 1]);
  });

  it('takes any text as a name, SQL or not', async () => {
    const store = await openHere();
    const odd = `x'; DROP TABLE identity; -- "\u05d0😀@h`;
    await store.identities.add(odd, { publicKey, privateKey });
    expect((await store.identities.find(odd))?.privateKey).toEqual(privateKey);
  });

  it('refuses every use after close, and closes twice without complaint', async () => {
    const store = await openHere();
    await store.close();
    await store.close();
    expect(await codeOf(store.identities.find('a@x'))).toBe('closed');
    expect(await codeOf(store.secrets.obtain('a'))).toBe('closed');
    expect(await codeOf(store.identities.add('a@x', { publicKey, privateKey }))).toBe('closed');
  });
});

describe('secrets at rest', () => {
  it('are closed to a key file that is another one', async () => {
    await (await openHere()).close();
    writeFileSync(join(place.folder, 'other.key'), new Uint8Array(32).fill(7), { mode: 0o600 });
    expect(await codeOf(openHere({ key: { file: join(place.folder, 'other.key') } }))).toBe('wrong-key');
    // The refusal gives the lock back.
    await openHere();
  });

  it('are not replaced by a new key when the key file is gone', async () => {
    await (await openHere()).close();
    unlinkSync(place.keyFile);
    expect(await codeOf(openHere())).toBe('key-file');
    expect(existsSync(place.keyFile)).toBe(false);
  });

  it('need a key file of 32 octets that is not open to everybody', async () => {
    await (await openHere()).close();
    const right = readFileSync(place.keyFile);
    writeFileSync(place.keyFile, new Uint8Array(31), { mode: 0o600 });
    expect(await codeOf(openHere())).toBe('key-file');
    writeFileSync(place.keyFile, new Uint8Array(33), { mode: 0o600 });
    expect(await codeOf(openHere())).toBe('key-file');
    writeFileSync(place.keyFile, new Uint8Array(32));
    chmodSync(place.keyFile, 0o644);
    expect(await codeOf(openHere())).toBe('key-file');
    writeFileSync(place.keyFile, right);
    chmodSync(place.keyFile, 0o440);
    await openHere();
  });

  it('are read with a key of the environment, and of a file with hex digits', async () => {
    const [variable, digits] = ['TEST_STORE_KEY', 'ab'.repeat(32)];
    vi.stubEnv(variable, digits);
    const first = await openHere({ key: { variable } });
    await first.identities.add('a@x', { publicKey, privateKey });
    await first.close();
    vi.stubEnv(variable, 'cd'.repeat(32));
    await expect(openHere({ key: { variable } })).rejects.toMatchObject({ code: 'wrong-key' });
    for (const wrong of ['', 'ab', `${digits}0`]) {
      vi.stubEnv(variable, wrong);
      await expect(openHere({ key: { variable } })).rejects.toMatchObject({ code: 'key-file' });
    }
    vi.unstubAllEnvs();
    writeFileSync(place.keyFile, `${digits}\n`, { mode: 0o600 });
    const again = await openHere();
    expect((await again.identities.find('a@x'))?.privateKey).toEqual(privateKey);
  });

  it('are not begun anew where only the sign of their key is gone', async () => {
    const store = await openHere();
    await store.identities.add('a@x', { publicKey, privateKey });
    await store.close();
    await place.execute("DELETE FROM meta WHERE name = 'key-check'");
    expect(await codeOf(openHere())).toBe('corrupt');
  });

  it('appear nowhere in what is stored, while public keys do', async () => {
    const store = await openHere();
    await store.identities.add('a@x', { publicKey, privateKey });
    const secret = await store.secrets.obtain('occupant-id');
    const octets = await place.octets();
    expect(octets.includes(Buffer.from(publicKey))).toBe(true);
    expect(octets.includes(Buffer.from(privateKey.subarray(0, 12)))).toBe(false);
    expect(octets.includes(Buffer.from(secret.subarray(0, 8)))).toBe(false);
  });
});

describe('migrations', () => {
  it('refuse a database of a newer version', async () => {
    await (await openHere()).close();
    await place.execute(
      "INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-future', '2030-01-01')",
    );
    expect(await codeOf(openHere())).toBe('schema');
  });
});

describe('the lock', () => {
  it('lets one gateway at a time in, names its process, and is free after close', async () => {
    const first = await openHere();
    await expect(openHere()).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
    // A second look at the same files must not have broken the first one's lock.
    expect(await codeOf(openHere())).toBe('locked');
    expect((await first.secrets.obtain('x')).length).toBe(32);
    await first.close();
    await openHere();
  });
});
