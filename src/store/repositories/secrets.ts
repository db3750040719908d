import { randomBytes } from 'node:crypto';
import type { Database } from '../database.js';
import { StoreError } from '../errors.js';
import type { Sealer } from '../sealer.js';
import type { SecretRepository } from '../types.js';

/** Length of a secret of the gateway in octets. */
const SECRET_LENGTH = 32;

/** Secrets of the gateway itself, in the table `gateway_secret`. */
export function secretRepository(database: Database, sealer: Sealer): SecretRepository {
  return {
    obtain: (name) =>
      database.run('reading a gateway secret', async (db) => {
        const place = ['gateway_secret', 'value', name];
        const read = () =>
          db.selectFrom('gateway_secret').select('value').where('name', '=', name).executeTakeFirst();
        let row = await read();
        if (row === undefined) {
          const fresh = randomBytes(SECRET_LENGTH);
          await db
            .insertInto('gateway_secret')
            .values({ name, value: sealer.seal(fresh, place), created_at: Date.now() })
            .onConflict((conflict) => conflict.column('name').doNothing())
            .execute();
          fresh.fill(0);
          row = await read();
        }
        if (row === undefined) throw new StoreError('io', 'a gateway secret just stored is not there');
        return sealer.open(row.value, place);
      }),
  };
}
