import type { Database } from '../database.js';
import { StoreError } from '../errors.js';
import type { Sealer } from '../sealer.js';
import type { IdentityRepository, StoredIdentity } from '../types.js';

/** Key pairs of users, in the table `identity`. */
export function identityRepository(database: Database, sealer: Sealer): IdentityRepository {
  const place = (user: string): string[] => ['identity', 'private_key', user];
  const find = (user: string): Promise<StoredIdentity | undefined> =>
    database.run('reading an identity', async (db) => {
      const row = await db.selectFrom('identity').selectAll().where('user', '=', user).executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        publicKey: row.public_key,
        privateKey: sealer.open(row.private_key, place(user)),
        createdAt: new Date(row.created_at),
      };
    });
  return {
    find,
    add: async (user, identity) => {
      await database.run('storing an identity', (db) =>
        db
          .insertInto('identity')
          .values({
            user,
            public_key: identity.publicKey,
            private_key: sealer.seal(identity.privateKey, place(user)),
            created_at: Date.now(),
          })
          .onConflict((conflict) => conflict.column('user').doNothing())
          .execute(),
      );
      const stored = await find(user);
      if (stored === undefined) throw new StoreError('io', 'an identity just stored is not there');
      return stored;
    },
    replace: (user, { publicKey, privateKey }) =>
      database.run('storing an identity', async (db) => {
        const row = {
          public_key: publicKey,
          private_key: sealer.seal(privateKey, place(user)),
          created_at: Date.now(),
        };
        await db
          .insertInto('identity')
          .values({ user, ...row })
          .onConflict((conflict) => conflict.column('user').doUpdateSet(row))
          .execute();
      }),
    remove: (user) =>
      database.run('deleting an identity', async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('identity')
          .where('user', '=', user)
          .executeTakeFirst();
        return Number(numDeletedRows) > 0;
      }),
    count: () =>
      database.run('counting users', async (db) => {
        const { count } = await db
          .selectFrom('identity')
          .select(({ fn }) => fn.countAll<number | string>().as('count'))
          .where('user', 'like', '%@%')
          .executeTakeFirstOrThrow();
        return Number(count);
      }),
    users: (max, after = '') =>
      database.run('reading who has an identity', async (db) => {
        const rows = await db
          .selectFrom('identity')
          .select('user')
          .where('user', 'like', '%@%')
          .where('user', '>', after)
          .orderBy('user')
          .limit(max)
          .execute();
        return rows.map(({ user }) => user);
      }),
  };
}
