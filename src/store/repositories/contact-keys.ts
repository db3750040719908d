import type { Database } from '../database.js';
import type { Schema } from '../schema.js';
import type { ContactKeyRepository, KeyStanding, StoredContactKey } from '../user-types.js';

/** As they are written, lowest first. */
const STANDINGS: readonly KeyStanding[] = ['heard', 'written', 'verified'];
const VERIFIED = STANDINGS.indexOf('verified');

const keyOf = (row: Schema['contact_key']): StoredContactKey => ({
  ...{ user: row.user, network: row.network, contact: row.contact },
  fingerprint: row.fingerprint,
  pending: row.pending ?? undefined,
  standing: STANDINGS[row.standing] ?? 'heard',
  seenAt: new Date(row.seen_at),
});

/** Keys by which users know their contacts, in the table `contact_key`. */
export function contactKeyRepository(database: Database): ContactKeyRepository {
  return {
    find: (user, network, contact) =>
      database.run('reading the key of a contact', async (db) => {
        const row = await db
          .selectFrom('contact_key')
          .selectAll()
          .where('user', '=', user)
          .where('network', '=', network)
          .where('contact', '=', contact)
          .executeTakeFirst();
        return row && keyOf(row);
      }),
    of: (user) =>
      database.run('reading the keys of contacts', async (db) => {
        const rows = await db
          .selectFrom('contact_key')
          .selectAll()
          .where('user', '=', user)
          .orderBy('seen_at', 'desc')
          .execute();
        return rows.map(keyOf);
      }),
    verified: () =>
      database.run('reading the keys that are verified', async (db) => {
        const rows = await db
          .selectFrom('contact_key')
          .selectAll()
          .where('standing', '=', VERIFIED)
          .execute();
        return rows.map(keyOf);
      }),
    put: ({ user, network, contact, fingerprint, pending, standing, seenAt }, max) =>
      database.run('storing the key of a contact', (db) =>
        db.transaction().execute(async (transaction) => {
          const rank = STANDINGS.indexOf(standing);
          const others = transaction
            .selectFrom('contact_key')
            .select(['network', 'contact', 'standing'])
            .where('user', '=', user)
            .where((where) => where.or([where('network', '!=', network), where('contact', '!=', contact)]));
          const { count } = await others
            .clearSelect()
            .select(({ fn }) => fn.countAll<number | string>().as('count'))
            .executeTakeFirstOrThrow();
          if (Number(count) >= max) {
            const least = await others
              .where('standing', '<=', Math.min(rank, VERIFIED - 1))
              .orderBy('standing')
              .orderBy('seen_at')
              .limit(1)
              .executeTakeFirst();
            if (least === undefined) return false;
            await transaction
              .deleteFrom('contact_key')
              .where('user', '=', user)
              .where('network', '=', least.network)
              .where('contact', '=', least.contact)
              .execute();
          }
          const row = { fingerprint, pending: pending ?? null, standing: rank, seen_at: seenAt.getTime() };
          await transaction
            .insertInto('contact_key')
            .values({ user, network, contact, ...row })
            .onConflict((conflict) => conflict.columns(['user', 'network', 'contact']).doUpdateSet(row))
            .execute();
          return true;
        }),
      ),
    remove: (user, network, contact) =>
      database.run('deleting the key of a contact', async (db) => {
        await db
          .deleteFrom('contact_key')
          .where('user', '=', user)
          .where('network', '=', network)
          .where('contact', '=', contact)
          .execute();
      }),
    removeAll: (user) =>
      database.run('deleting the keys of contacts', async (db) => {
        await db.deleteFrom('contact_key').where('user', '=', user).execute();
      }),
  };
}
