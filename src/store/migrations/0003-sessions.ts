import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** Sessions of users, and the channels that they are on, as they are: what another process needs to go on with them. */
export const sessions = ({ octets, milliseconds, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('session')
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('state', octets, (column) => column.notNull())
      .addColumn('written_at', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('session_primary', ['user', 'network'])
      .modifyEnd(end.largeRows)
      .execute();
    await schema
      .createTable('channel')
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('state', octets, (column) => column.notNull())
      .addColumn('written_at', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('channel_primary', ['network', 'name'])
      .modifyEnd(end.largeRows)
      .execute();
  },
});
