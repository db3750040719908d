import { expect, it } from 'vitest';
import { encodeSettings } from '../../../src/mapping/kept-settings.js';
import { RoomSettings } from '../../../src/gateway/channels/room-settings.js';
import { Retention } from '../../../src/gateway/features/archive/retention.js';
import { openStore } from '../../../src/store/open.js';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS - 1_000);

it('deletes what is older than the configuration and the owners of each room want', async () => {
  const store = await openStore({ url: 'sqlite::memory:' });
  const rooms = Array.from({ length: 205 }, (_, i) => `room-${String(i).padStart(3, '0')}`);
  const short = ['room-000', 'room-150', 'room-204'];
  for (const channel of rooms) {
    const historyDays = short.includes(channel) ? 2 : undefined;
    const settings = encodeSettings({ name: channel, historyDays });
    await store.roomRecords.save('net', channel, 'settings', settings);
    await store.archive.add(
      [1, 3, 31].map((days) => ({
        kind: 'line',
        room: { network: 'net', channel },
        line: {
          stanzaId: `${days}`,
          at: daysAgo(days),
          nick: 'bob',
          content: new TextEncoder().encode('x'),
        },
      })),
    );
  }
  const retention = new Retention(new RoomSettings(store.roomRecords), store.archive, () => 30);
  let steps = 1;
  while (await retention.expire(50)) steps++;
  expect(steps).toBeLessThan(20);
  // Of what was there, the lines of a day ago and, where nobody wants less, of three days ago are left.
  expect(await store.archive.expire(new Date(), 10_000)).toBe(205 * 2 - 3);
  await store.close();
});
