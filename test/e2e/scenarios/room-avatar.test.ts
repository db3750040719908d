import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { featuresOf } from '../support/rooms.js';
import { loungeOfAlice } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

const VCARD = 'vcard-temp';
const PICTURE = Buffer.from('a picture, as far as anybody here knows');
const card = (...photos: readonly ReturnType<typeof xml>[]) => xml('vCard', { xmlns: VCARD }, [...photos]);
const photo = (type: string, data: string) =>
  xml('PHOTO', {}, xml('TYPE', {}, type), xml('BINVAL', {}, data));

// XEP-0486
scenario('a room has an avatar that its owners set and everybody sees', async (world) => {
  const { room, alice, carol } = await loungeOfAlice(world);
  const stranger = await world.user();
  expect(await featuresOf(stranger, room)).toContain(VCARD);
  const hash = async (): Promise<string | null> => {
    const info = 'http://jabber.org/protocol/disco#info';
    const answer = await stranger.request(room, 'get', xml('query', { xmlns: info }));
    const fields = answer.getChild('query', info)?.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
    return fields.find(({ attrs }) => attrs.var === 'muc#roominfo_avatarhash')?.getChildText('value') ?? null;
  };
  const picture = async (): Promise<string | undefined> => {
    const answer = await stranger.request(room, 'get', card());
    return answer.getChild('vCard', VCARD)?.getChild('PHOTO')?.getChildText('BINVAL') ?? undefined;
  };
  expect([await hash(), await picture()]).toEqual([null, undefined]);

  const data = PICTURE.toString('base64');
  for (const [user, condition] of [
    [carol, 'forbidden'],
    [stranger, 'forbidden'],
  ] as const) {
    await expect(user.request(room, 'set', card(photo('image/png', data)))).rejects.toMatchObject({
      condition,
    });
  }
  await expect(alice.request(room, 'set', card(photo('text/html', data)))).rejects.toMatchObject({
    condition: 'not-acceptable',
  });
  await alice.request(room, 'set', card(photo('image/png', data)));
  for (const user of [alice, carol]) await user.expectSequence([{ from: room, status: [104] }]);
  expect(await hash()).toBe(createHash('sha1').update(PICTURE).digest('hex'));
  expect(await picture()).toBe(data);

  await alice.request(room, 'set', card());
  for (const user of [alice, carol]) await user.expectSequence([{ from: room, status: [104] }]);
  expect([await hash(), await picture()]).toEqual([null, undefined]);
});
