import type { Database } from '../database.js';
import type { Sealer } from '../sealer.js';
import type { UserRecordRepository } from '../user-types.js';

/** What is kept of users, in the table `user_record`. */
export function userRecordRepository(database: Database, sealer: Sealer): UserRecordRepository {
  const sealedAt = (user: string, kind: string, place: string): string[] => [
    ...['user_record', 'content'],
    ...[user, kind, place],
  ];

  return {
    find: (user, kind, place) =>
      database.run('reading a record of a user', async (db) => {
        const row = await db
          .selectFrom('user_record')
          .select('content')
          .where('user', '=', user)
          .where('kind', '=', kind)
          .where('place', '=', place)
          .executeTakeFirst();
        return row && sealer.open(row.content, sealedAt(user, kind, place));
      }),
    of: (user, kind) =>
      database.run('reading records of a user', async (db) => {
        const rows = await db
          .selectFrom('user_record')
          .select(['place', 'content'])
          .where('user', '=', user)
          .where('kind', '=', kind)
          .execute();
        const records = new Map<string, Uint8Array>();
        for (const { place, content } of rows) {
          const clear = sealer.openIfWhole(content, sealedAt(user, kind, place));
          if (clear !== undefined) records.set(place, clear);
        }
        return records;
      }),
    users: (kind) =>
      database.run('reading who has records', async (db) => {
        const rows = await db
          .selectFrom('user_record')
          .select('user')
          .distinct()
          .where('kind', '=', kind)
          .execute();
        return rows.map(({ user }) => user);
      }),
    save: (user, kind, place, content) =>
      database.run('storing a record of a user', async (db) => {
        if (content === undefined) {
          await db
            .deleteFrom('user_record')
            .where('user', '=', user)
            .where('kind', '=', kind)
            .where('place', '=', place)
            .execute();
          return;
        }
        const row = {
          content: sealer.seal(content, sealedAt(user, kind, place)),
          written_at: Date.now(),
        };
        await db
          .insertInto('user_record')
          .values({ user, kind, place, ...row })
          .onConflict((conflict) => conflict.columns(['user', 'kind', 'place']).doUpdateSet(row))
          .execute();
      }),
    removeAll: (user) =>
      database.run('deleting records of a user', async (db) => {
        await db.deleteFrom('user_record').where('user', '=', user).execute();
      }),
  };
}
