import type { Kysely, Migration } from 'kysely';

/** The lines of one author are found without reading those of all others. */
export const archiveAuthors = (): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createIndex('archive_line_author')
      .on('archive_line')
      .columns(['network', 'channel', 'nick', 'said_at', 'seq'])
      .execute();
  },
});
