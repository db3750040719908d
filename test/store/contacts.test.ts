import { expect, it } from 'vitest';
import { newPlace } from '../support/stores.js';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

it('keeps contacts of users, sealed', async () => {
  const place = await newPlace();
  const first = await place.open();
  const contact = { user: 'alice@x', network: 'net', contact: 'bob' };
  await first.contacts.put({ ...contact, content: octets('FIRST-SECRET') });
  await first.contacts.put({ ...contact, content: octets('SECOND-SECRET') });
  await first.contacts.put({ ...contact, contact: 'bob*1f3a', content: octets('other') });
  await first.contacts.put({ ...contact, user: 'carol@x', content: octets('gone') });
  await first.contacts.remove('carol@x', 'net', 'bob');
  await first.close();
  expect((await place.octets()).includes('SECRET')).toBe(false);

  const second = await place.open();
  const all = [...(await second.contacts.all())].sort((a, b) => (a.contact < b.contact ? -1 : 1));
  expect(all).toEqual([
    { ...contact, content: octets('SECOND-SECRET') },
    { ...contact, contact: 'bob*1f3a', content: octets('other') },
  ]);
});
