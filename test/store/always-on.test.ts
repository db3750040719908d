import { beforeEach, expect, it } from 'vitest';
import type { Store } from '../../src/store/types.js';
import { newPlace, type StorePlace } from '../support/stores.js';

let place: StorePlace;
beforeEach(async () => {
  place = await newPlace();
});
const openHere = (): Promise<Store> => place.open();

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

it('keeps who stays where, and what was said of it', async () => {
  const first = await openHere();
  const stay = { user: 'alice@x', network: 'net', channel: 'lounge', seenAt: new Date(5_000) };
  await first.stays.put({ ...stay, wanted: true, place: octets('THE-PASSPHRASE') });
  await first.stays.put({ ...stay, channel: 'attic', wanted: undefined, place: octets('x') });
  await first.stays.put({ ...stay, channel: 'attic', wanted: false, place: undefined });
  await first.stays.put({ ...stay, user: 'bob@x', wanted: true, place: undefined });
  await first.stays.remove('bob@x', 'net', 'lounge');
  await first.close();
  expect((await place.octets()).includes('THE-PASSPHRASE')).toBe(false);

  const second = await openHere();
  const all = [...(await second.stays.all())].sort((a, b) => (a.channel < b.channel ? -1 : 1));
  expect(all).toEqual([
    { ...stay, channel: 'attic', wanted: false, place: undefined },
    { ...stay, wanted: true, place: octets('THE-PASSPHRASE') },
  ]);
});

it('keeps messages for users in their order, so many of each, until they are taken', async () => {
  const first = await openHere();
  const at = (n: number) => new Date(1_000 * n);
  expect(await first.waiting.add('alice@x', at(1), octets('SECRET one'), 2)).toBe(true);
  expect(await first.waiting.add('bob@x', at(2), octets('two'), 2)).toBe(true);
  expect(await first.waiting.add('alice@x', at(3), octets('three'), 2)).toBe(true);
  expect(await first.waiting.add('alice@x', at(4), octets('four'), 2)).toBe(false);
  await first.close();
  expect((await place.octets()).includes('SECRET')).toBe(false);

  const { waiting } = await openHere();
  expect([...(await waiting.users())].sort()).toEqual(['alice@x', 'bob@x']);
  const held = await waiting.of('alice@x');
  expect(held.map(({ content, ...rest }) => ({ ...rest, text: new TextDecoder().decode(content) }))).toEqual([
    { id: 1, at: at(1), text: 'SECRET one' },
    { id: 3, at: at(3), text: 'three' },
  ]);
  await waiting.remove('alice@x', [1]);
  expect(await waiting.of('alice@x')).toHaveLength(1);
  await waiting.expire(at(3));
  expect(await waiting.users()).toEqual(['alice@x']);
  await waiting.expire(at(4));
  expect(await waiting.users()).toEqual([]);
});
