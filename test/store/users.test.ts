import { beforeEach, expect, it } from 'vitest';
import type { Store } from '../../src/store/types.js';
import type { StoredContactKey } from '../../src/store/user-types.js';
import { newPlace, type StorePlace } from '../support/stores.js';

let place: StorePlace;
beforeEach(async () => {
  place = await newPlace();
});
const openHere = (): Promise<Store> => place.open();

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const key = (contact: string, at: number, changes: Partial<StoredContactKey> = {}): StoredContactKey => ({
  ...{ user: 'alice@x', network: 'net', contact, fingerprint: 'aa'.repeat(20), pending: undefined },
  ...{ standing: 'heard', seenAt: new Date(at), ...changes },
});

it('keeps the keys of contacts, and of too many the ones that matter', async () => {
  const { contactKeys } = await openHere();
  expect(await contactKeys.put(key('bob', 1, { standing: 'written' }), 3)).toBe(true);
  expect(await contactKeys.put(key('carol', 2, { standing: 'verified' }), 3)).toBe(true);
  expect(await contactKeys.put(key('dave', 3), 3)).toBe(true);
  expect(await contactKeys.put(key('dave', 3, { user: 'bob@x' }), 3)).toBe(true);
  // Strangers take the places of strangers only.
  expect(await contactKeys.put(key('erin', 4), 3)).toBe(true);
  expect((await contactKeys.of('alice@x')).map(({ contact }) => contact)).toEqual(['erin', 'carol', 'bob']);
  await contactKeys.remove('alice@x', 'net', 'erin');
  expect(await contactKeys.put(key('frank', 5, { standing: 'written' }), 3)).toBe(true);
  expect(await contactKeys.put(key('grace', 6), 3)).toBe(false);
  expect(await contactKeys.put(key('grace', 6, { standing: 'written' }), 3)).toBe(true);
  expect((await contactKeys.of('alice@x')).map(({ contact }) => contact)).toEqual([
    ...['grace', 'frank', 'carol'],
  ]);
  const renewed = key('frank', 7, { standing: 'written', pending: 'bb'.repeat(20) });
  expect(await contactKeys.put(renewed, 3)).toBe(true);
  expect(await contactKeys.find('alice@x', 'net', 'frank')).toEqual(renewed);
  expect((await contactKeys.verified()).map(({ contact }) => contact)).toEqual(['carol']);
  await contactKeys.removeAll('alice@x');
  expect(await contactKeys.of('alice@x')).toEqual([]);
  expect(await contactKeys.of('bob@x')).toHaveLength(1);
});

it('keeps records of users, encrypted', async () => {
  const first = await openHere();
  await first.userRecords.save('alice@x', 'settings', '', octets('THE-SECRET'));
  await first.userRecords.save('alice@x', 'settings', 'net lounge', octets('x'));
  await first.userRecords.save('alice@x', 'settings', 'net lounge', octets('y'));
  await first.userRecords.save('alice@x', 'other', '', octets('z'));
  await first.userRecords.save('bob@x', 'settings', '', octets('b'));
  await first.close();
  expect((await place.octets()).includes('THE-SECRET')).toBe(false);

  const { userRecords } = await openHere();
  expect([...(await userRecords.of('alice@x', 'settings'))]).toEqual([
    ['', octets('THE-SECRET')],
    ['net lounge', octets('y')],
  ]);
  expect(await userRecords.find('alice@x', 'other', '')).toEqual(octets('z'));
  expect(await userRecords.users('settings')).toEqual(['alice@x', 'bob@x']);
  await userRecords.save('alice@x', 'other', '', undefined);
  expect(await userRecords.find('alice@x', 'other', '')).toBeUndefined();
  await userRecords.removeAll('alice@x');
  expect((await userRecords.of('alice@x', 'settings')).size).toBe(0);
  expect(await userRecords.users('settings')).toEqual(['bob@x']);
});

it('replaces, counts and removes identities', async () => {
  const { identities } = await openHere();
  const pair = (text: string) => ({
    publicKey: octets(`${text} open`),
    privateKey: octets(`${text} secret`),
  });
  await identities.add('bob@x', pair('bob'));
  await identities.add('alice@x', pair('alice'));
  // The gateway's own is nobody's.
  await identities.add('service', pair('service'));
  expect(await identities.count()).toBe(2);
  expect(await identities.users(10)).toEqual(['alice@x', 'bob@x']);
  expect(await identities.users(1, 'alice@x')).toEqual(['bob@x']);
  await identities.replace('alice@x', pair('another'));
  expect(await identities.find('alice@x')).toMatchObject(pair('another'));
  expect(await identities.remove('alice@x')).toBe(true);
  expect(await identities.remove('alice@x')).toBe(false);
  expect(await identities.find('alice@x')).toBeUndefined();
  expect(await identities.count()).toBe(1);
});
