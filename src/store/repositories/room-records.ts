import type { Database } from '../database.js';
import type { RoomRecordRepository } from '../room-record-types.js';
import { StoreError } from '../errors.js';
import type { Sealer } from '../sealer.js';

/** What is kept of rooms, in the table `room_record`. */
export function roomRecordRepository(database: Database, sealer: Sealer): RoomRecordRepository {
  const place = (network: string, channel: string, kind: string): string[] => [
    ...['room_record', 'content'],
    ...[network, channel, kind],
  ];
  const remove = (network: string, channel: string, kind?: string): Promise<void> =>
    database.run('deleting records of a room', async (db) => {
      const rows = db.deleteFrom('room_record').where('network', '=', network).where('channel', '=', channel);
      await (kind === undefined ? rows : rows.where('kind', '=', kind)).execute();
    });
  return {
    find: (network, channel, kind) =>
      database.run('reading a record of a room', async (db) => {
        const row = await db
          .selectFrom('room_record')
          .select('content')
          .where('network', '=', network)
          .where('channel', '=', channel)
          .where('kind', '=', kind)
          .executeTakeFirst();
        return row && sealer.open(row.content, place(network, channel, kind));
      }),
    list: (kind, limit, after) =>
      database.run('reading records of rooms', async (db) => {
        const all = db
          .selectFrom('room_record')
          .select(['network', 'channel', 'content'])
          .where('kind', '=', kind)
          .orderBy('network')
          .orderBy('channel')
          .limit(limit);
        const rest =
          after &&
          all.where((where) => {
            const isLater = where.and([
              where('network', '=', after.network),
              where('channel', '>', after.channel),
            ]);
            return where.or([where('network', '>', after.network), isLater]);
          });
        const rows = await (rest ?? all).execute();
        const opened = (content: Uint8Array, network: string, channel: string): Uint8Array | undefined => {
          try {
            return sealer.open(content, place(network, channel, kind));
          } catch (error) {
            if (error instanceof StoreError) return undefined;
            throw error;
          }
        };
        return rows.map(({ network, channel, content }) => ({
          ...{ network, channel },
          content: opened(content, network, channel),
        }));
      }),
    save: (network, channel, kind, content) => {
      if (content === undefined) return remove(network, channel, kind);
      return database.run('storing a record of a room', async (db) => {
        const row = { content: sealer.seal(content, place(network, channel, kind)), used_at: Date.now() };
        await db
          .insertInto('room_record')
          .values({ network, channel, kind, ...row })
          .onConflict((conflict) => conflict.columns(['network', 'channel', 'kind']).doUpdateSet(row))
          .execute();
      });
    },
    touch: (network, channel) =>
      database.run('storing the use of a room', async (db) => {
        await db
          .updateTable('room_record')
          .set({ used_at: Date.now() })
          .where('network', '=', network)
          .where('channel', '=', channel)
          .execute();
      }),
    removeAll: (network, channel) => remove(network, channel),
    expire: (before) =>
      database.run('deleting records of old rooms', async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('room_record')
          .where('used_at', '<', before.getTime())
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}
