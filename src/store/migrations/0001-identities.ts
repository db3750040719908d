import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** Key pairs of users, pinned keys of servers, secrets of the gateway, and what tells the right key file. */
export const identities = ({ octets, milliseconds, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('meta')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', octets, (column) => column.notNull())
      .modifyEnd(end.smallRows)
      .execute();
    await schema
      .createTable('identity')
      .addColumn('user', 'text', (column) => column.primaryKey())
      .addColumn('public_key', octets, (column) => column.notNull())
      .addColumn('private_key', octets, (column) => column.notNull())
      .addColumn('created_at', milliseconds, (column) => column.notNull())
      .modifyEnd(end.largeRows)
      .execute();
    await schema
      .createTable('server_key')
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('server', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('first_seen', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('server_key_primary', ['network', 'server'])
      .modifyEnd(end.smallRows)
      .execute();
    await schema
      .createTable('gateway_secret')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', octets, (column) => column.notNull())
      .addColumn('created_at', milliseconds, (column) => column.notNull())
      .modifyEnd(end.smallRows)
      .execute();
  },
});
