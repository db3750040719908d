import { beforeEach, expect, it } from 'vitest';
import type { Store } from '../../src/store/types.js';
import { newPlace, type StorePlace } from '../support/stores.js';

let place: StorePlace;
beforeEach(async () => {
  place = await newPlace();
});
const openHere = (): Promise<Store> => place.open();

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
  expect((await place.octets()).includes('BANNED-ADDRESS')).toBe(false);

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

it('lists the records of one kind, a page after the other', async () => {
  const { roomRecords } = await openHere();
  for (const [network, channel] of [
    ['net', 'b'],
    ['net', 'a'],
    ['other', 'a'],
  ] as const) {
    await roomRecords.save(network, channel, 'settings', octets(`${network} ${channel}`));
    await roomRecords.save(network, channel, 'affiliations', octets('else'));
  }
  const first = await roomRecords.list('settings', 2);
  expect(first).toEqual([
    { network: 'net', channel: 'a', content: octets('net a') },
    { network: 'net', channel: 'b', content: octets('net b') },
  ]);
  expect(await roomRecords.list('settings', 2, first[1])).toEqual([
    { network: 'other', channel: 'a', content: octets('other a') },
  ]);
});
