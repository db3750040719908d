import { beforeEach, expect, it } from 'vitest';
import type { Store } from '../../src/store/types.js';
import { newPlace, type StorePlace } from '../support/stores.js';

let place: StorePlace;
beforeEach(async () => {
  place = await newPlace();
});
const openHere = (): Promise<Store> => place.open();

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const key = (founder: string, configuration = 'THE-CONFIGURATION') => ({
  founder,
  publicKey: octets('a public key blob'),
  privateKey: octets('TOP-SECRET-PRIVATE-NUMBERS'),
  configuration: octets(configuration),
});

it('keeps founder keys by network and channel, the first one of each', async () => {
  const first = await openHere();
  expect(await first.founderKeys.find('net', 'lounge')).toBeUndefined();
  const before = Date.now();
  const made = await first.founderKeys.add('net', 'lounge', key('alice@x'));
  expect(made).toMatchObject(key('alice@x'));
  expect(made.usedAt.getTime()).toBeGreaterThanOrEqual(before);
  expect(await first.founderKeys.add('net', 'lounge', key('bob@x'))).toEqual(made);
  await first.founderKeys.add('other', 'lounge', key('bob@x'));
  await first.founderKeys.add('net', 'kitchen', key('alice@x'));
  expect(await first.founderKeys.countOf('alice@x')).toBe(2);
  expect(await first.founderKeys.countOf('carol@x')).toBe(0);
  await first.close();

  const second = await openHere();
  expect(await second.founderKeys.find('net', 'lounge')).toEqual(made);
  expect((await second.founderKeys.find('other', 'lounge'))?.founder).toBe('bob@x');
});

it('replaces the configuration only where there is a key, and deletes both', async () => {
  const { founderKeys } = await openHere();
  await founderKeys.add('net', 'lounge', key('alice@x'));
  await founderKeys.add('net', 'kitchen', key('alice@x'));
  await founderKeys.keep('net', 'lounge', octets('another one'));
  await founderKeys.keep('net', 'attic', octets('another one'));
  expect((await founderKeys.find('net', 'lounge'))?.configuration).toEqual(octets('another one'));
  expect((await founderKeys.find('net', 'kitchen'))?.configuration).toEqual(octets('THE-CONFIGURATION'));
  expect(await founderKeys.find('net', 'attic')).toBeUndefined();
  await founderKeys.remove('net', 'lounge');
  expect(await founderKeys.find('net', 'lounge')).toBeUndefined();
  expect(await founderKeys.countOf('alice@x')).toBe(1);
});

it('seals private keys and configurations', async () => {
  const store = await openHere();
  await store.founderKeys.add('net', 'lounge', key('alice@x'));
  await store.close();
  const file = (await place.octets()).toString('latin1');
  expect(file).toContain('a public key blob');
  expect(file).not.toContain('TOP-SECRET');
  expect(file).not.toContain('CONFIGURATION');
});
