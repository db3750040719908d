import type { ContactRepository } from '../contact-types.js';
import type { Database } from '../database.js';
import type { Sealer } from '../sealer.js';

/** Contacts of users, in the table `contact`. */
export function contactRepository(database: Database, sealer: Sealer): ContactRepository {
  const placeOf = (user: string, network: string, contact: string): string[] => [
    ...['contact', 'content'],
    ...[user, network, contact],
  ];
  return {
    all: () =>
      database.run('reading contacts', async (db) => {
        const rows = await db.selectFrom('contact').selectAll().execute();
        return rows.flatMap(({ user, network, contact, content }) => {
          const clear = sealer.openIfWhole(content, placeOf(user, network, contact));
          return clear === undefined ? [] : [{ user, network, contact, content: clear }];
        });
      }),
    put: ({ user, network, contact, content }) =>
      database.run('storing a contact', async (db) => {
        const sealed = { content: sealer.seal(content, placeOf(user, network, contact)) };
        await db
          .insertInto('contact')
          .values({ user, network, contact, ...sealed })
          .onConflict((conflict) => conflict.columns(['user', 'network', 'contact']).doUpdateSet(sealed))
          .execute();
      }),
    remove: (user, network, contact) =>
      database.run('deleting a contact', async (db) => {
        await db
          .deleteFrom('contact')
          .where('user', '=', user)
          .where('network', '=', network)
          .where('contact', '=', contact)
          .execute();
      }),
  };
}
