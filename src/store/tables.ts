import type { Schema } from './schema.js';
import { KEY_CHECK } from './vault.js';

type Octets<Row> = {
  [Column in keyof Row]: Extract<Row[Column], Uint8Array> extends never ? never : Column;
}[keyof Row];

/** What copying and sealing anew have to know of a table. */
export interface TableFacts<Row> {
  /** Columns of the primary key. */
  readonly key: readonly (keyof Row & string)[];
  /** Of each column of octets where it is sealed: undefined for a row, `clear` for a column, that is not. */
  readonly octets: {
    readonly [Column in Octets<Row>]-?: ((row: Row) => readonly string[] | undefined) | 'clear';
  };
}

/** All tables. A new one that is not here, or has octets that are not, does not compile. */
export const tables: { readonly [Table in keyof Schema]: TableFacts<Schema[Table]> } = {
  meta: {
    key: ['name'],
    octets: { value: ({ name }) => (name === KEY_CHECK ? ['meta', 'value', name] : undefined) },
  },
  identity: {
    key: ['user'],
    octets: { public_key: 'clear', private_key: ({ user }) => ['identity', 'private_key', user] },
  },
  server_key: { key: ['network', 'server'], octets: {} },
  session: {
    key: ['user', 'network'],
    octets: { state: ({ user, network }) => ['session', 'state', user, network] },
  },
  channel: {
    key: ['network', 'name'],
    octets: { state: ({ network, name }) => ['channel', 'state', network, name] },
  },
  gateway_secret: {
    key: ['name'],
    octets: { value: ({ name }) => ['gateway_secret', 'value', name] },
  },
  founder_key: {
    key: ['network', 'channel'],
    octets: {
      public_key: 'clear',
      private_key: ({ network, channel }) => ['founder_key', 'private_key', network, channel],
      configuration: ({ network, channel }) => ['founder_key', 'configuration', network, channel],
    },
  },
  room_record: {
    key: ['network', 'channel', 'kind'],
    octets: { content: ({ network, channel, kind }) => ['room_record', 'content', network, channel, kind] },
  },
  stay: {
    key: ['user', 'network', 'channel'],
    octets: { place: ({ user, network, channel }) => ['stay', 'place', user, network, channel] },
  },
  waiting: {
    key: ['id'],
    octets: { content: ({ user, id }) => ['waiting', 'content', user, String(id)] },
  },
  contact_key: { key: ['user', 'network', 'contact'], octets: {} },
  user_record: {
    key: ['user', 'kind', 'place'],
    octets: { content: ({ user, kind, place }) => ['user_record', 'content', user, kind, place] },
  },
  contact: {
    key: ['user', 'network', 'contact'],
    octets: { content: ({ user, network, contact }) => ['contact', 'content', user, network, contact] },
  },
  archive_line: {
    key: ['seq'],
    octets: {
      content: ({ network, channel, stanza_id }) => [
        ...['archive_line', 'content'],
        `${network} ${channel} ${stanza_id}`,
      ],
    },
  },
  archive_span: { key: ['network', 'channel', 'user', 'since'], octets: {} },
};

/** Names of all tables. */
export const tableNames = Object.keys(tables) as readonly (keyof Schema)[];
