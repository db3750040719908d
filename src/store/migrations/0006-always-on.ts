import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** Rooms that users stay in without a client, and messages that wait for users who are away. */
export const alwaysOn = ({ octets, milliseconds, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('stay')
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('wanted', 'integer')
      .addColumn('place', octets)
      .addColumn('seen_at', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('stay_primary', ['user', 'network', 'channel'])
      .modifyEnd(end.smallRows)
      .execute();
    await schema
      .createTable('waiting')
      .addColumn('id', milliseconds, (column) => column.primaryKey())
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('said_at', milliseconds, (column) => column.notNull())
      .addColumn('content', octets, (column) => column.notNull())
      .modifyEnd(end.largeRows)
      .execute();
    await schema.createIndex('waiting_user').on('waiting').columns(['user', 'id']).execute();
  },
});
