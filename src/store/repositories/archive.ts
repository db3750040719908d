import type { Compilable, Insertable, Kysely } from 'kysely';
import type {
  ArchivedLine,
  ArchiveEntry,
  ArchivePage,
  ArchiveQuery,
  ArchiveRepository,
  ArchiveRoom,
} from '../archive-types.js';
import type { Database, NewRows } from '../database.js';
import { sql } from '../kysely.js';
import type { Schema } from '../schema.js';
import type { Sealer } from '../sealer.js';
import { merged, type Span } from '../spans.js';

/** Spans of one user in one room that are looked at: more are none of an ordinary client. */
const MAX_SPANS = 10_000;

/** Place of a line among all of a room. */
interface Cursor {
  readonly at: number;
  readonly seq: number;
}

interface Row {
  readonly seq: number;
  readonly stanza_id: string;
  readonly said_at: number;
  readonly nick: string;
  readonly content: Uint8Array;
}

/** A query with the places of the lines that bound it. */
interface Wanted {
  readonly query: ArchiveQuery;
  readonly low: Cursor | undefined;
  readonly high: Cursor | undefined;
}

/** Of the spans of a page's lines, those that may be none: one for more than a page, and one at each bound. */
const SPARE_SPANS = 3;

type NewRow = Insertable<Schema['archive_line']>;

const COLUMNS = ['seq', 'stanza_id', 'said_at', 'nick', 'content'] as const;

/** Lines of rooms in `archive_line`, who was there in `archive_span`. The numbers of lines are this process' to give. */
export function archiveRepository(database: Database, sealer: Sealer): ArchiveRepository {
  let nextSeq: number | undefined;

  const placeOf = ({ network, channel }: ArchiveRoom, stanzaId: string): string[] => [
    'archive_line',
    'content',
    `${network} ${channel} ${stanzaId}`,
  ];

  async function add(entries: readonly ArchiveEntry[]): Promise<void> {
    let seq = nextSeq ?? 1 + (await database.run('reading the archive', lastSeq));
    // Of what fails nobody knows for sure that it was not written: then the database is asked again.
    nextSeq = undefined;
    await database.writeAll('writing to the archive', (db) => {
      const lines = entries.flatMap((entry) => (entry.kind === 'line' ? [rowOf(entry, seq++)] : []));
      const visits = entries.flatMap((entry) =>
        entry.kind === 'enter' ? openSpan(db, entry) : entry.kind === 'leave' ? [closeSpan(db, entry)] : [],
      );
      return [newLines(db, lines), ...visits];
    });
    nextSeq = seq;
  }

  function rowOf({ room, line }: Extract<ArchiveEntry, { readonly kind: 'line' }>, seq: number): NewRow {
    const { stanzaId: stanza_id, at, nick } = line;
    const content = sealer.seal(line.content, placeOf(room, stanza_id));
    return { seq, ...room, stanza_id, said_at: at.getTime(), nick, content };
  }

  const lineOf = (room: ArchiveRoom, row: Row): ArchivedLine => ({
    stanzaId: row.stanza_id,
    at: new Date(row.said_at),
    nick: row.nick,
    content: sealer.open(row.content, placeOf(room, row.stanza_id)),
  });

  async function page(
    db: Kysely<Schema>,
    room: ArchiveRoom,
    user: string,
    query: ArchiveQuery,
  ): Promise<ArchivePage | undefined> {
    const visits = merged((await spanRows(db, room, user).execute()).map(spanOf).reverse());
    const sees = ({ at }: Cursor): boolean => visits.some(({ since, until }) => since <= at && at <= until);
    const [after, before] = [query.after, query.before].map((id) =>
      id === undefined ? undefined : cursorOf(db, room, id),
    );
    const [low, high] = [await after, await before];
    if (query.after !== undefined && (low === undefined || !sees(low))) return undefined;
    if (query.before !== undefined && (high === undefined || !sees(high))) return undefined;
    if (query.ids !== undefined) {
      const rows = await rowsWithIds(db, room, query.ids);
      const seen = rows.filter((row) => sees({ at: row.said_at, seq: row.seq }));
      if (seen.length < new Set(query.ids).size) return undefined;
      return {
        lines: seen.slice(0, query.max).map((row) => lineOf(room, row)),
        isComplete: seen.length <= query.max,
      };
    }
    const wanted: Wanted = { query, low, high };
    // Each visit is a question to the database: of many only those that can answer it.
    const limit = query.max + SPARE_SPANS;
    const few = visits.length > limit ? await spansWithLines(db, room, user, wanted, limit) : visits;
    let rows = await rowsOf(db, room, wanted, merged(few));
    // So many that hold so little: there is more in others.
    if (few.length === limit && rows.length <= query.max) rows = await rowsOf(db, room, wanted, visits);
    const isComplete = rows.length <= query.max;
    const lines = rows.slice(0, query.max).map((row) => lineOf(room, row));
    return { lines: query.last ? lines.toReversed() : lines, isComplete };
  }

  return {
    add,
    hasBeenIn: (room, user) =>
      database.run(
        'reading the archive',
        async (db) => (await spanRows(db, room, user).limit(1).execute()).length > 0,
      ),
    newest: (room) => database.run('reading the archive', (db) => newest(db, room)),
    page: (room, user, query) => database.run('reading the archive', (db) => page(db, room, user, query)),
    forget: (user, room, at) =>
      database.writeAll('writing to the archive', (db) => forgetting(db, user, room, at.getTime())),
    wipe: (room, limit) => database.run('clearing the archive', (db) => wipe(db, room, limit)),
    replace: (room, stanzaId, change) =>
      database.run('writing to the archive', async (db) => {
        const row = await db
          .selectFrom('archive_line')
          .select(COLUMNS)
          .where('network', '=', room.network)
          .where('channel', '=', room.channel)
          .where('stanza_id', '=', stanzaId)
          .executeTakeFirst();
        const changed = row && change(lineOf(room, row).content);
        if (changed === undefined) return false;
        const content = sealer.seal(changed, placeOf(room, stanzaId));
        await db
          .updateTable('archive_line')
          .set({ content })
          .where('seq', '=', row?.seq ?? -1)
          .execute();
        return true;
      }),
    closeSpans: () => database.run('writing to the archive', closeAllSpans),
    expire: (before, limit, room) =>
      database.run('clearing the archive', (db) => expire(db, before.getTime(), limit, room)),
  };
}

async function lastSeq(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('archive_line')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  return row?.seq ?? 0;
}

async function newest(db: Kysely<Schema>, { network, channel }: ArchiveRoom): Promise<Date | undefined> {
  const row = await db
    .selectFrom('archive_line')
    .select('said_at')
    .where('network', '=', network)
    .where('channel', '=', channel)
    .orderBy('said_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && new Date(row.said_at);
}

const newLines = (db: Kysely<Schema>, rows: readonly NewRow[]): NewRows => ({
  name: 'archive_line',
  rows,
  insert: (count) =>
    db
      .insertInto('archive_line')
      .values(rows.slice(0, count))
      .onConflict((conflict) => conflict.columns(['network', 'channel', 'stanza_id']).doNothing()),
});

type Visit = Extract<ArchiveEntry, { readonly kind: 'enter' | 'leave' }>;

function openSpan(db: Kysely<Schema>, { room, user, at }: Visit): readonly (Compilable | NewRows)[] {
  const { network, channel } = room;
  const row = { network, channel, user, since: at.getTime(), until: null };
  const insert = (): Compilable =>
    db
      .insertInto('archive_span')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['network', 'channel', 'user', 'since'])
          .doUpdateSet((now) => ({ until: now.ref('excluded.until') })),
      );
  return [closeSpan(db, { kind: 'leave', room, user, at }), { name: 'archive_span', rows: [row], insert }];
}

function closeSpan(db: Kysely<Schema>, { room, user, at }: Visit): Compilable {
  return db
    .updateTable('archive_span')
    .set({ until: at.getTime() })
    .where('network', '=', room.network)
    .where('channel', '=', room.channel)
    .where('user', '=', user)
    .where('until', 'is', null);
}

/** Who was there when the process ended has seen the last line at most. */
async function closeAllSpans(db: Kysely<Schema>): Promise<void> {
  const last = await db
    .selectFrom('archive_line')
    .select(({ fn }) => fn.max('said_at').as('at'))
    .executeTakeFirst();
  const at = last?.at ?? 0;
  const open = db.updateTable('archive_span').where('until', 'is', null);
  await open.set({ until: at }).where('since', '<=', at).execute();
  await open.set((on) => ({ until: on.ref('since') })).execute();
}

/** The newest spans first. */
const spanRows = (db: Kysely<Schema>, room: ArchiveRoom, user: string) =>
  db
    .selectFrom('archive_span')
    .select(['since', 'until'])
    .where('network', '=', room.network)
    .where('channel', '=', room.channel)
    .where('user', '=', user)
    .orderBy('since', 'desc')
    .limit(MAX_SPANS);

const spanOf = ({ since, until }: { readonly since: number; readonly until: number | null }): Span => ({
  since,
  until: until ?? Infinity,
});

/** The first spans, in the direction of the query, in which something was said that it may want: most visits are empty. */
async function spansWithLines(
  db: Kysely<Schema>,
  room: ArchiveRoom,
  user: string,
  wanted: Wanted,
  limit: number,
): Promise<Span[]> {
  const { last, nick } = wanted.query;
  const { from, to } = boundsOf(wanted);
  // One comparison for an end, so that the index is not read beyond it.
  const end = sql<number>`coalesce(archive_span.until, ${Number.MAX_SAFE_INTEGER})`;
  let line = db
    .selectFrom('archive_line')
    .select('archive_line.seq')
    .where('archive_line.network', '=', room.network)
    .where('archive_line.channel', '=', room.channel)
    .where('archive_line.said_at', '>=', sql<number>`archive_span.since`)
    .where('archive_line.said_at', '<=', end);
  if (nick !== undefined) line = line.where('archive_line.nick', '=', nick);
  const rows = await db
    .selectFrom('archive_span')
    .select(['since', 'until'])
    .where('archive_span.network', '=', room.network)
    .where('archive_span.channel', '=', room.channel)
    .where('user', '=', user)
    .where('since', '<=', Math.min(to, Number.MAX_SAFE_INTEGER))
    .where(end, '>=', Math.max(from, 0))
    .where((on) => on.exists(line))
    .orderBy('since', last ? 'desc' : 'asc')
    .limit(limit)
    .execute();
  return rows.map(spanOf).toSorted((a, b) => a.since - b.since);
}

async function cursorOf(db: Kysely<Schema>, room: ArchiveRoom, id: string): Promise<Cursor | undefined> {
  const [row] = await rowsWithIds(db, room, [id]);
  return row && { at: row.said_at, seq: row.seq };
}

/** Put into order here: a database that is asked for an order may read all lines in it instead of finding these. */
async function rowsWithIds(db: Kysely<Schema>, room: ArchiveRoom, ids: readonly string[]): Promise<Row[]> {
  const rows = await db
    .selectFrom('archive_line')
    .select(COLUMNS)
    .where('network', '=', room.network)
    .where('channel', '=', room.channel)
    .where('stanza_id', 'in', [...ids])
    .execute();
  return rows.toSorted((a, b) => a.said_at - b.said_at || a.seq - b.seq);
}

/** One more than a page has, if there are so many, in the direction of the query. */
async function rowsOf(
  db: Kysely<Schema>,
  room: ArchiveRoom,
  wanted: Wanted,
  spans: readonly Span[],
): Promise<Row[]> {
  const { last, max } = wanted.query;
  const rows: Row[] = [];
  for (const span of last ? spans.toReversed() : spans) {
    const limit = max + 1 - rows.length;
    if (limit <= 0) break;
    rows.push(...(await rowsWithin(db, room, wanted, span, limit)));
  }
  return rows;
}

function boundsOf({ query, low, high }: Wanted): { readonly from: number; readonly to: number } {
  return {
    from: Math.max(query.start?.getTime() ?? -Infinity, low?.at ?? -Infinity),
    to: Math.min(query.end?.getTime() ?? Infinity, high?.at ?? Infinity),
  };
}

function rowsWithin(
  db: Kysely<Schema>,
  room: ArchiveRoom,
  wanted: Wanted,
  span: Span,
  limit: number,
): Promise<Row[]> {
  const { query, low, high } = wanted;
  const bounds = boundsOf(wanted);
  const from = Math.max(span.since, bounds.from);
  const to = Math.min(span.until, bounds.to);
  if (from > to) return Promise.resolve([]);
  const direction = query.last ? 'desc' : 'asc';
  let select = db
    .selectFrom('archive_line')
    .select(COLUMNS)
    .where('network', '=', room.network)
    .where('channel', '=', room.channel)
    .where('said_at', '>=', from);
  if (to !== Infinity) select = select.where('said_at', '<=', to);
  // Lines of the same millisecond are told apart by their numbers.
  if (low !== undefined) {
    select = select.where((on) => on.or([on('said_at', '>', low.at), on('seq', '>', low.seq)]));
  }
  if (high !== undefined) {
    select = select.where((on) => on.or([on('said_at', '<', high.at), on('seq', '<', high.seq)]));
  }
  if (query.nick !== undefined) select = select.where('nick', '=', query.nick);
  return select.orderBy('said_at', direction).orderBy('seq', direction).limit(limit).execute();
}

function forgetting(
  db: Kysely<Schema>,
  user: string,
  room: ArchiveRoom | undefined,
  at: number,
): readonly Compilable[] {
  const rooms = room === undefined ? {} : { network: room.network, channel: room.channel };
  const own = { user, ...rooms };
  return [
    db
      .deleteFrom('archive_span')
      .where((on) => on.and(own))
      .where('until', 'is not', null),
    // Who is there still sees what is said from now on.
    db
      .updateTable('archive_span')
      .set({ since: at })
      .where((on) => on.and(own))
      .where('since', '<', at),
  ];
}

async function wipe(db: Kysely<Schema>, { network, channel }: ArchiveRoom, limit: number): Promise<number> {
  const lines = db
    .selectFrom('archive_line')
    .select('seq')
    .where('network', '=', network)
    .where('channel', '=', channel)
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom('archive_line').where('seq', 'in', lines).executeTakeFirst();
  return Number(numDeletedRows);
}

async function expire(
  db: Kysely<Schema>,
  before: number,
  limit: number,
  room: ArchiveRoom | undefined,
): Promise<number> {
  const all = db
    .selectFrom('archive_line')
    .select('seq')
    .where('said_at', '<', before)
    .orderBy('said_at')
    .limit(limit);
  const old =
    room === undefined ? all : all.where('network', '=', room.network).where('channel', '=', room.channel);
  const { numDeletedRows } = await db.deleteFrom('archive_line').where('seq', 'in', old).executeTakeFirst();
  // Who was there when is kept as long as in other rooms: it says who may ask at all.
  if (room === undefined) await db.deleteFrom('archive_span').where('until', '<', before).execute();
  return Number(numDeletedRows);
}
