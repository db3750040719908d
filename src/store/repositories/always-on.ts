import type { Database } from '../database.js';
import type { Sealer } from '../sealer.js';
import type { StayRepository, StoredStay, WaitingRepository } from '../always-on-types.js';

/** Rooms that users stay in, in the table `stay`. */
export function stayRepository(database: Database, sealer: Sealer): StayRepository {
  const placeOf = (user: string, network: string, channel: string): string[] => [
    ...['stay', 'place'],
    ...[user, network, channel],
  ];
  return {
    all: () =>
      database.run('reading who stays where', async (db) => {
        const rows = await db.selectFrom('stay').selectAll().execute();
        return rows.map(({ user, network, channel, wanted, place, seen_at }): StoredStay => ({
          ...{ user, network, channel, seenAt: new Date(seen_at) },
          wanted: wanted === null ? undefined : wanted !== 0,
          place: place === null ? undefined : sealer.openIfWhole(place, placeOf(user, network, channel)),
        }));
      }),
    put: ({ user, network, channel, wanted, place, seenAt }) =>
      database.run('storing who stays where', async (db) => {
        const values = {
          wanted: wanted === undefined ? null : Number(wanted),
          place: place === undefined ? null : sealer.seal(place, placeOf(user, network, channel)),
          seen_at: seenAt.getTime(),
        };
        await db
          .insertInto('stay')
          .values({ user, network, channel, ...values })
          .onConflict((conflict) => conflict.columns(['user', 'network', 'channel']).doUpdateSet(values))
          .execute();
      }),
    remove: (user, network, channel) =>
      database.run('deleting who stays where', async (db) => {
        await db
          .deleteFrom('stay')
          .where('user', '=', user)
          .where('network', '=', network)
          .where('channel', '=', channel)
          .execute();
      }),
  };
}

/** Messages for users who are away, in the table `waiting`. */
export function waitingRepository(database: Database, sealer: Sealer): WaitingRepository {
  const placeOf = (user: string, id: number): string[] => ['waiting', 'content', user, String(id)];
  return {
    users: () =>
      database.run('reading for whom messages wait', async (db) => {
        const rows = await db.selectFrom('waiting').select('user').distinct().execute();
        return rows.map(({ user }) => user);
      }),
    add: (user, at, content, max) =>
      database.run('storing a message that waits', (db) =>
        db.transaction().execute(async (transaction) => {
          const { count } = await transaction
            .selectFrom('waiting')
            .select(({ fn }) => fn.countAll<number | string>().as('count'))
            .where('user', '=', user)
            .executeTakeFirstOrThrow();
          if (Number(count) >= max) return false;
          const newest = await transaction
            .selectFrom('waiting')
            .select('id')
            .orderBy('id', 'desc')
            .limit(1)
            .executeTakeFirst();
          const id = 1 + (newest?.id ?? 0);
          const sealed = sealer.seal(content, placeOf(user, id));
          await transaction
            .insertInto('waiting')
            .values({ id, user, said_at: at.getTime(), content: sealed })
            .execute();
          return true;
        }),
      ),
    of: (user) =>
      database.run('reading messages that wait', async (db) => {
        const rows = await db
          .selectFrom('waiting')
          .selectAll()
          .where('user', '=', user)
          .orderBy('id')
          .execute();
        return rows.flatMap(({ id, said_at, content }) => {
          const clear = sealer.openIfWhole(content, placeOf(user, id));
          return clear === undefined ? [] : [{ id: id, at: new Date(said_at), content: clear }];
        });
      }),
    remove: (user, ids) =>
      database.run('deleting messages that waited', async (db) => {
        if (ids.length === 0) return;
        await db.deleteFrom('waiting').where('user', '=', user).where('id', 'in', ids).execute();
      }),
    expire: (before) =>
      database.run('deleting old messages that wait', async (db) => {
        await db.deleteFrom('waiting').where('said_at', '<', before.getTime()).execute();
      }),
  };
}
