import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** What is kept of rooms: affiliations, settings, avatar. */
export const roomRecords = ({ octets, milliseconds, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('room_record')
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('content', octets, (column) => column.notNull())
      .addColumn('used_at', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('room_record_primary', ['network', 'channel', 'kind'])
      .modifyEnd(end.largeRows)
      .execute();
    await schema.createIndex('room_record_age').on('room_record').columns(['used_at']).execute();
  },
});
