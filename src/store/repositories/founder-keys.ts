import type { Database } from '../database.js';
import { StoreError } from '../errors.js';
import type { Sealer } from '../sealer.js';
import type { FounderKeyRepository, StoredFounderKey } from '../types.js';

/** Founder keys and configurations of channels, in the table `founder_key`. */
export function founderKeyRepository(database: Database, sealer: Sealer): FounderKeyRepository {
  const place = (column: string, network: string, channel: string): string[] => [
    ...['founder_key', column],
    ...[network, channel],
  ];
  const find = (network: string, channel: string): Promise<StoredFounderKey | undefined> =>
    database.run('reading a founder key', async (db) => {
      const row = await db
        .selectFrom('founder_key')
        .selectAll()
        .where('network', '=', network)
        .where('channel', '=', channel)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        founder: row.founder,
        publicKey: row.public_key,
        privateKey: sealer.open(row.private_key, place('private_key', network, channel)),
        configuration: sealer.open(row.configuration, place('configuration', network, channel)),
        usedAt: new Date(row.used_at),
      };
    });
  return {
    find,
    add: async (network, channel, { founder, publicKey, privateKey, configuration }) => {
      const now = Date.now();
      await database.run('storing a founder key', (db) =>
        db
          .insertInto('founder_key')
          .values({
            ...{ network, channel, founder },
            public_key: publicKey,
            private_key: sealer.seal(privateKey, place('private_key', network, channel)),
            configuration: sealer.seal(configuration, place('configuration', network, channel)),
            ...{ created_at: now, used_at: now },
          })
          .onConflict((conflict) => conflict.columns(['network', 'channel']).doNothing())
          .execute(),
      );
      const stored = await find(network, channel);
      if (stored === undefined) throw new StoreError('io', 'a founder key just stored is not there');
      return stored;
    },
    keep: (network, channel, configuration) =>
      database.run('storing the configuration of a channel', async (db) => {
        await db
          .updateTable('founder_key')
          .set({
            configuration: sealer.seal(configuration, place('configuration', network, channel)),
            used_at: Date.now(),
          })
          .where('network', '=', network)
          .where('channel', '=', channel)
          .execute();
      }),
    handOver: (network, channel, { founder, publicKey, privateKey }) =>
      database.run('storing another founder of a channel', async (db) => {
        await db
          .updateTable('founder_key')
          .set({
            founder,
            public_key: publicKey,
            private_key: sealer.seal(privateKey, place('private_key', network, channel)),
            used_at: Date.now(),
          })
          .where('network', '=', network)
          .where('channel', '=', channel)
          .execute();
      }),
    remove: (network, channel) =>
      database.run('deleting a founder key', async (db) => {
        await db
          .deleteFrom('founder_key')
          .where('network', '=', network)
          .where('channel', '=', channel)
          .execute();
      }),
    countOf: (founder) =>
      database.run('counting founder keys', async (db) => {
        const { count } = await db
          .selectFrom('founder_key')
          .select(({ fn }) => fn.countAll<number | string>().as('count'))
          .where('founder', '=', founder)
          .executeTakeFirstOrThrow();
        return Number(count);
      }),
  };
}
