import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** Keys of contacts, and what is kept of users: settings, registration. */
export const userRecords = ({ octets, milliseconds, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('contact_key')
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('contact', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('pending', 'text')
      .addColumn('standing', 'integer', (column) => column.notNull())
      .addColumn('seen_at', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('contact_key_primary', ['user', 'network', 'contact'])
      .modifyEnd(end.smallRows)
      .execute();
    await schema
      .createTable('user_record')
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('place', 'text', (column) => column.notNull())
      .addColumn('content', octets, (column) => column.notNull())
      .addColumn('written_at', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('user_record_primary', ['user', 'kind', 'place'])
      .modifyEnd(end.smallRows)
      .execute();
  },
});
