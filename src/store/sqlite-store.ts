import { randomBytes } from 'node:crypto';

import { type Kysely, sql } from 'kysely';

import { StoreError, wrap } from './errors.js';
import type { StoreLock } from './lock.js';
import type { Sealer } from './sealer.js';
import type { Schema } from './schema.js';
import type { ServerKeyPin, Store, StoredIdentity } from './types.js';

/** Length of a gateway-wide secret in octets. */
const GATEWAY_SECRET_LENGTH = 32;

/** The store over embedded SQLite. Made by `openStore` only. Methods reject with StoreError. */
export class SqliteStore implements Store {
  readonly #db: Kysely<Schema>;
  readonly #sealer: Sealer;
  readonly #lock: StoreLock;
  #open = true;

  constructor(db: Kysely<Schema>, sealer: Sealer, lock: StoreLock) {
    this.#db = db;
    this.#sealer = sealer;
    this.#lock = lock;
  }

  identity(user: string): Promise<StoredIdentity | undefined> {
    return this.#run('reading an identity', async (db) => {
      const row = await db.selectFrom('identity').selectAll().where('user', '=', user).executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        publicKey: row.public_key,
        privateKey: this.#sealer.open(row.private_key, ['identity', 'private_key', user]),
        createdAt: new Date(row.created_at),
      };
    });
  }

  async addIdentity(user: string, identity: Omit<StoredIdentity, 'createdAt'>): Promise<StoredIdentity> {
    await this.#run('storing an identity', (db) =>
      db
        .insertInto('identity')
        .values({
          user,
          public_key: identity.publicKey,
          private_key: this.#sealer.seal(identity.privateKey, ['identity', 'private_key', user]),
          created_at: Date.now(),
        })
        .onConflict((conflict) => conflict.column('user').doNothing())
        .execute(),
    );
    const stored = await this.identity(user);
    if (stored === undefined) throw new StoreError('io', 'an identity just stored is not there');
    return stored;
  }

  serverKey(network: string, server: string): Promise<ServerKeyPin | undefined> {
    return this.#run('reading a server key', async (db) => {
      const row = await db
        .selectFrom('server_key')
        .select(['fingerprint', 'first_seen'])
        .where('network', '=', network)
        .where('server', '=', server)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return { fingerprint: row.fingerprint, firstSeen: new Date(row.first_seen) };
    });
  }

  pinServerKey(network: string, server: string, fingerprint: string): Promise<void> {
    return this.#run('pinning a server key', async (db) => {
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
    });
  }

  gatewaySecret(name: string): Promise<Uint8Array> {
    return this.#run('reading a gateway secret', async (db) => {
      const place = ['gateway_secret', 'value', name];
      const read = () =>
        db.selectFrom('gateway_secret').select('value').where('name', '=', name).executeTakeFirst();
      let row = await read();
      if (row === undefined) {
        const fresh = randomBytes(GATEWAY_SECRET_LENGTH);
        await db
          .insertInto('gateway_secret')
          .values({ name, value: this.#sealer.seal(fresh, place), created_at: Date.now() })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute();
        fresh.fill(0);
        row = await read();
      }
      if (row === undefined) throw new StoreError('io', 'a gateway secret just stored is not there');
      return this.#sealer.open(row.value, place);
    });
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      // The driver closes the file at some later time; what is in the WAL belongs into the one file that people copy.
      await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(this.#db);
      await this.#db.destroy();
    } catch (cause) {
      throw wrap(cause, 'closing the store');
    } finally {
      this.#sealer.wipe();
      this.#lock.release();
    }
  }

  async #run<T>(doing: string, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    if (!this.#open) throw new StoreError('closed', `${doing}: the store is closed`);
    try {
      return await work(this.#db);
    } catch (cause) {
      throw wrap(cause, doing);
    }
  }
}
