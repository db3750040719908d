import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.js';
import type { Store } from '../../src/store/types.js';

let folder: string;
const open: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'room-records-test-'));
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openHere(): Promise<Store> {
  const store = await openStore({ url: `sqlite:${folder}/gateway.db` });
  open.push(store);
  return store;
}

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

it('keeps one record of each kind for each room, sealed', async () => {
  const first = await openHere();
  const { roomRecords } = first;
  expect(await roomRecords.find('net', 'lounge', 'affiliations')).toBeUndefined();
  await roomRecords.save('net', 'lounge', 'affiliations', octets('before'));
  await roomRecords.save('net', 'lounge', 'affiliations', octets('BANNED-ADDRESS'));
  await roomRecords.save('net', 'lounge', 'settings', octets('a name'));
  await roomRecords.save('other', 'lounge', 'settings', octets('another name'));
  await first.close();
  expect(readFileSync(`${folder}/gateway.db`).includes('BANNED-ADDRESS')).toBe(false);

  const second = (await openHere()).roomRecords;
  expect(await second.find('net', 'lounge', 'affiliations')).toEqual(octets('BANNED-ADDRESS'));
  await second.save('net', 'lounge', 'affiliations', undefined);
  expect(await second.find('net', 'lounge', 'affiliations')).toBeUndefined();
  await second.removeAll('net', 'lounge');
  expect(await second.find('net', 'lounge', 'settings')).toBeUndefined();
  expect(await second.find('other', 'lounge', 'settings')).toEqual(octets('another name'));
});

it('removes what was not in use for long', async () => {
  const { roomRecords } = await openHere();
  await roomRecords.save('net', 'lounge', 'settings', octets('a name'));
  expect(await roomRecords.expire(new Date(0))).toBe(0);
  const later = new Date(Date.now() + 60_000);
  await roomRecords.touch('net', 'lounge');
  expect(await roomRecords.expire(later)).toBe(1);
  expect(await roomRecords.find('net', 'lounge', 'settings')).toBeUndefined();
});

it('gives the founder key of a channel to another user', async () => {
  const { founderKeys } = await openHere();
  const key = (founder: string) => ({ founder, publicKey: octets('public'), privateKey: octets('private') });
  await founderKeys.add('net', 'lounge', { ...key('alice@x'), configuration: octets('kept') });
  await founderKeys.handOver('net', 'lounge', { ...key('bob@x'), privateKey: octets('another') });
  expect(await founderKeys.find('net', 'lounge')).toMatchObject({
    founder: 'bob@x',
    privateKey: octets('another'),
    configuration: octets('kept'),
  });
});
