import type { Database } from '../database.js';
import type { Sealer } from '../sealer.js';
import type { SessionRepository } from '../types.js';

/** Name of the row in `meta` that tells when the gateway was there last. */
const ALIVE = 'alive';

/** Sessions and channels, in the tables `session` and `channel`. */
export function sessionRepository(database: Database, sealer: Sealer, isLasting: boolean): SessionRepository {
  const sessionPlace = (user: string, network: string): string[] => ['session', 'state', user, network];
  const channelPlace = (network: string, name: string): string[] => ['channel', 'state', network, name];
  return {
    isLasting,
    load: () =>
      database.run('reading the sessions', async (db) => {
        const sessions = await db.selectFrom('session').selectAll().execute();
        const channels = await db.selectFrom('channel').selectAll().execute();
        const alive = await db
          .selectFrom('meta')
          .select('value')
          .where('name', '=', ALIVE)
          .executeTakeFirst();
        let damaged = 0;
        const opened = (state: Uint8Array, place: readonly string[]): Uint8Array | undefined => {
          const clear = sealer.openIfWhole(state, place);
          if (clear === undefined) damaged++;
          return clear;
        };
        return {
          sessions: sessions.flatMap(({ user, network, state }) => {
            const clear = opened(state, sessionPlace(user, network));
            return clear === undefined ? [] : [{ user, network, state: clear }];
          }),
          channels: channels.flatMap(({ network, name, state }) => {
            const clear = opened(state, channelPlace(network, name));
            return clear === undefined ? [] : [{ network, name, state: clear }];
          }),
          aliveAt: alive && timeOf(alive.value),
          damaged,
        };
      }),
    save: ({ sessions, channels, aliveAt }) =>
      database.writeAll('storing sessions', (db) => {
        const written_at = aliveAt.getTime();
        const sessionRows = sessions.flatMap(({ user, network, state }) =>
          state === undefined
            ? []
            : [{ user, network, state: sealer.seal(state, sessionPlace(user, network)), written_at }],
        );
        const channelRows = channels.flatMap(({ network, name, state }) =>
          state === undefined
            ? []
            : [{ network, name, state: sealer.seal(state, channelPlace(network, name)), written_at }],
        );
        const alive = { name: ALIVE, value: new TextEncoder().encode(String(written_at)) };
        return [
          {
            name: 'session',
            rows: sessionRows,
            insert: (count) =>
              db
                .insertInto('session')
                .values(sessionRows.slice(0, count))
                .onConflict((conflict) =>
                  conflict.columns(['user', 'network']).doUpdateSet((row) => ({
                    state: row.ref('excluded.state'),
                    written_at: row.ref('excluded.written_at'),
                  })),
                ),
          },
          ...sessions
            .filter(({ state }) => state === undefined)
            .map(({ user, network }) =>
              db.deleteFrom('session').where('user', '=', user).where('network', '=', network),
            ),
          {
            name: 'channel',
            rows: channelRows,
            insert: (count) =>
              db
                .insertInto('channel')
                .values(channelRows.slice(0, count))
                .onConflict((conflict) =>
                  conflict.columns(['network', 'name']).doUpdateSet((row) => ({
                    state: row.ref('excluded.state'),
                    written_at: row.ref('excluded.written_at'),
                  })),
                ),
          },
          ...channels
            .filter(({ state }) => state === undefined)
            .map(({ network, name }) =>
              db.deleteFrom('channel').where('network', '=', network).where('name', '=', name),
            ),
          {
            name: 'meta',
            rows: [alive],
            insert: () =>
              db
                .insertInto('meta')
                .values(alive)
                .onConflict((conflict) =>
                  conflict.column('name').doUpdateSet((row) => ({ value: row.ref('excluded.value') })),
                ),
          },
        ];
      }),
  };
}

function timeOf(value: Uint8Array): Date | undefined {
  const time = new Date(Number(new TextDecoder().decode(value)));
  return Number.isNaN(time.getTime()) ? undefined : time;
}
