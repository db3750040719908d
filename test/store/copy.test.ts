import { expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import { copyStore } from '../../src/store/copy.js';
import { kind, newPlace } from '../support/stores.js';
import { contentsOf, fillStore } from '../support/full-store.js';

it.each([
  [kind, 'sqlite'],
  ['sqlite', kind],
  [kind, kind],
] as const)('a store is copied whole, from %s to %s', async (first, second) => {
  const [from, to] = [await newPlace(first), await newPlace(second)];
  const store = await from.open();
  await fillStore(store, 175);
  const contents = await contentsOf(store);
  await store.close();
  const key = { file: from.keyFile };
  const copied = await copyStore({ url: from.url }, { url: to.url }, key);
  expect(copied).toMatchObject({ identity: 2, archive_line: 175, session: 1, meta: 2, user_record: 1 });
  expect(Object.values(copied).every((rows) => rows > 0)).toBe(true);
  const copy = await to.open({ key });
  expect(await contentsOf(copy)).toEqual(contents);
  // It goes on where the original has ended.
  const line = { stanzaId: 'next', at: new Date(9_000), nick: 'x', content: Uint8Array.of(1) };
  await copy.archive.add([{ kind: 'line', room: { network: 'net', channel: 'lounge' }, line }]);
  await copy.close();

  await expect(copyStore({ url: from.url }, { url: to.url }, key)).rejects.toThrow(/is not empty/);
  expect(await contentsOf(await from.open())).toEqual(contents);
});

it('a copy of nothing, with another key, or of a store in use is refused, and nothing is copied', async () => {
  const [from, to, other] = [await newPlace(), await newPlace(), await newPlace()];
  const key = { file: from.keyFile };
  await expect(copyStore({ url: from.url }, { url: to.url }, key)).rejects.toThrow(/no store at/);
  const store = await from.open();
  await expect(copyStore({ url: from.url }, { url: to.url }, key)).rejects.toMatchObject({ code: 'locked' });
  await store.close();
  await (await other.open()).close();
  await expect(copyStore({ url: from.url }, { url: to.url }, { file: other.keyFile })).rejects.toMatchObject({
    code: 'wrong-key',
  });
  await copyStore({ url: from.url }, { url: to.url }, key);
});

it('the command copies, tells how much, and names no password', async () => {
  const [from, to] = [await newPlace(), await newPlace('sqlite')];
  const store = await from.open();
  await fillStore(store);
  await store.close();
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    expect(await main(['store', 'copy', from.url, to.url, '--key-file', from.keyFile])).toBe(0);
  } finally {
    write.mockRestore();
  }
  expect(printed).toContain('archive_line: 3\n');
  expect(printed).toContain(`key file ${from.keyFile} goes with it`);
});
