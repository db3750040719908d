import type { Database } from '../database.js';
import type { ServerKeyRepository } from '../types.js';

/** Pinned keys of SILC servers, in the table `server_key`. */
export function serverKeyRepository(database: Database): ServerKeyRepository {
  return {
    find: (network, server) =>
      database.run('reading a server key', async (db) => {
        const row = await db
          .selectFrom('server_key')
          .select(['fingerprint', 'first_seen'])
          .where('network', '=', network)
          .where('server', '=', server)
          .executeTakeFirst();
        if (row === undefined) return undefined;
        return { fingerprint: row.fingerprint, firstSeen: new Date(row.first_seen) };
      }),
    pin: (network, server, fingerprint) =>
      database.run('pinning a server key', async (db) => {
        const pin = { fingerprint, first_seen: Date.now() };
        await db
          .insertInto('server_key')
          .values({ network, server, ...pin })
          .onConflict((conflict) =>
            // Pinning the same key again keeps the day on which it was first seen.
            conflict
              .columns(['network', 'server'])
              .doUpdateSet(pin)
              .where('server_key.fingerprint', '!=', fingerprint),
          )
          .execute();
      }),
  };
}
