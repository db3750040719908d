import { LruMap } from '../../util/lru-map.js';
import type { Database } from '../database.js';
import type { ServerKeyRepository, ServerKeyPin } from '../types.js';

/** Servers whose keys are in memory: each connection asks for the key of its own. */
const MAX_KNOWN = 1_000;

const keyOf = (network: string, server: string): string => `${network} ${server}`;

/** Pinned keys of SILC servers, in the table `server_key`. Nobody else writes to it while it is open. */
export function serverKeyRepository(database: Database): ServerKeyRepository {
  const known = new LruMap<string, ServerKeyPin>(MAX_KNOWN);
  /** Of what is read while something is written nobody knows from when it is. */
  let writes = 0;

  function written(network: string, server: string): void {
    writes += 1;
    known.delete(keyOf(network, server));
  }

  return {
    find: async (network, server) => {
      const cached = known.get(keyOf(network, server));
      if (cached !== undefined) return cached;
      const before = writes;
      const row = await database.run('reading a server key', (db) =>
        db
          .selectFrom('server_key')
          .select(['fingerprint', 'first_seen'])
          .where('network', '=', network)
          .where('server', '=', server)
          .executeTakeFirst(),
      );
      if (row === undefined) return undefined;
      const found = { fingerprint: row.fingerprint, firstSeen: new Date(row.first_seen) };
      if (writes === before) known.set(keyOf(network, server), found);
      return found;
    },
    pin: async (network, server, fingerprint) => {
      written(network, server);
      await database
        .run('pinning a server key', async (db) => {
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
        })
        .finally(() => written(network, server));
    },
  };
}
