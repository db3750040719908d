import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** SILC users in the lists of Jabber users. */
export const contacts = ({ octets, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('contact')
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('contact', 'text', (column) => column.notNull())
      .addColumn('content', octets, (column) => column.notNull())
      .addPrimaryKeyConstraint('contact_primary', ['user', 'network', 'contact'])
      .modifyEnd(end.smallRows)
      .execute();
  },
});
