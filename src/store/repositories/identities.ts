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
  };
}
