import type { Kysely, Migration } from 'kysely';
import type { SchemaDialect } from '../dialect.js';

/** What was said in rooms, and who was there when. */
export const archive = ({ octets, milliseconds, end }: SchemaDialect): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('archive_line')
      .addColumn('seq', milliseconds, (column) => column.primaryKey())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('stanza_id', 'text', (column) => column.notNull())
      .addColumn('said_at', milliseconds, (column) => column.notNull())
      .addColumn('nick', 'text', (column) => column.notNull())
      .addColumn('content', octets, (column) => column.notNull())
      .modifyEnd(end.largeRows)
      .execute();
    await schema
      .createIndex('archive_line_time')
      .on('archive_line')
      .columns(['network', 'channel', 'said_at', 'seq'])
      .execute();
    await schema
      .createIndex('archive_line_id')
      .on('archive_line')
      .columns(['network', 'channel', 'stanza_id'])
      .unique()
      .execute();
    await schema.createIndex('archive_line_age').on('archive_line').columns(['said_at']).execute();
    await schema
      .createTable('archive_span')
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('since', milliseconds, (column) => column.notNull())
      .addColumn('until', milliseconds)
      .addPrimaryKeyConstraint('archive_span_primary', ['network', 'channel', 'user', 'since'])
      .modifyEnd(end.smallRows)
      .execute();
  },
});
