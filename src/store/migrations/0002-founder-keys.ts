import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** Channels that users of the gateway have founded: the founder key of each, and how it is configured. */
export const founderKeys = ({ octets, milliseconds, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('founder_key')
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('founder', 'text', (column) => column.notNull())
      .addColumn('public_key', octets, (column) => column.notNull())
      .addColumn('private_key', octets, (column) => column.notNull())
      .addColumn('configuration', octets, (column) => column.notNull())
      .addColumn('created_at', milliseconds, (column) => column.notNull())
      .addColumn('used_at', milliseconds, (column) => column.notNull())
      .addPrimaryKeyConstraint('founder_key_primary', ['network', 'channel'])
      .modifyEnd(end.largeRows)
      .execute();
    await schema
      .createIndex('founder_key_founder')
      .on('founder_key')
      .columns(['founder', 'network'])
      .execute();
  },
});
