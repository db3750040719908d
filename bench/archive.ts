import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { xml } from '../src/component/stanza.js';
import { encodeStoredLine } from '../src/mapping/stored-line.js';
import type { ArchiveEntry, ArchivePage, ArchiveQuery, ArchiveRoom } from '../src/store/archive-types.js';
import { openStore } from '../src/store/open.js';
import { machine, median, percentile, printTable, type Row } from './table.js';

/*
 * Pages from an archive of a million lines in one room, as long as nobody else wants the store:
 * `npm run bench:archive -- [--lines N] [--folder FOLDER]`. A page takes the store's thread and back, and opens each of its 50 lines.
 */
const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    folder: { type: 'string', default: tmpdir() },
  },
});

const [LINES, BATCH, PAGE, PAGES] = [Number(values.lines), 2_000, 50, 200];
/** A line every ten seconds, and how long each of many visits lasts. */
const [STEP_MS, VISITS, VISIT_LINES] = [10_000, 2_000, 5];
const START = Date.now() - LINES * STEP_MS;

const room: ArchiveRoom = { network: 'bench', channel: 'room' };
const [always, visitor, lurker] = ['always@bench.test', 'visitor@bench.test', 'lurker@bench.test'];
const atOf = (index: number): Date => new Date(START + index * STEP_MS);
const idOf = (index: number): string => index.toString(16).padStart(32, '0');
/** Ten people talk; one says a single line in ten thousand. */
const nickOf = (index: number): string => (index % 10_000 === 7 ? 'rare' : `somebody${index % 10}`);

function entry(index: number): ArchiveEntry {
  const content = encodeStoredLine({
    id: idOf(index),
    occupantId: 'Bn2sR2wqJYtHrA9rC0q3LzX2uIh7Tz8vYpM5dKfQeWg',
    origin: 'jabber',
    payload: [xml('body', {}, `This is line ${index} of what was said in this room, as long as lines are.`)],
  });
  return {
    kind: 'line',
    room,
    line: { stanzaId: idOf(index), at: atOf(index), nick: nickOf(index), content },
  };
}

const folder = mkdtempSync(join(values.folder, 'archive-bench-'));
const file = join(folder, 'gateway.db');
const store = await openStore({ url: `sqlite:${file}` });
const { archive } = store;

try {
  await archive.add([{ kind: 'enter', room, user: always, at: atOf(-1) }]);
  const started = performance.now();
  for (let from = 0; from < LINES; from += BATCH) {
    await archive.add(
      Array.from({ length: Math.min(BATCH, LINES - from) }, (_, index) => entry(from + index)),
    );
  }
  const seconds = (performance.now() - started) / 1_000;
  const visits = Array.from({ length: VISITS }, (_, visit) => Math.floor((visit * LINES) / VISITS));
  for (const first of visits) {
    await archive.add([
      { kind: 'enter', room, user: visitor, at: atOf(first) },
      { kind: 'leave', room, user: visitor, at: atOf(first + VISIT_LINES - 1) },
      // Comes and goes between two lines: has seen nothing.
      { kind: 'enter', room, user: lurker, at: new Date(atOf(first).getTime() + 1) },
      { kind: 'leave', room, user: lurker, at: new Date(atOf(first).getTime() + 2) },
    ]);
  }

  const rows: Row[] = [];
  const measure = async (
    what: string,
    user: string,
    queryOf: (turn: number) => Omit<ArchiveQuery, 'max'>,
    expected = PAGE,
  ): Promise<void> => {
    const times: number[] = [];
    for (let turn = 0; turn < PAGES; turn++) {
      const query = { ...queryOf(turn), max: PAGE };
      const begun = performance.now();
      const page: ArchivePage | undefined = await archive.page(room, user, query);
      times.push(performance.now() - begun);
      if (page?.lines.length !== expected) throw new Error(`${what}: ${String(page?.lines.length)} lines`);
    }
    rows.push({ what, values: { 'median ms': median(times), 'p99 ms': percentile(times, 0.99) } });
  };
  const somewhere = (turn: number): number => Math.floor(((turn + 0.5) * (LINES - 20 * PAGE)) / PAGES) + 1;

  await measure('the last page', always, () => ({ last: true }));
  await measure('the first page', always, () => ({ last: false }));
  await measure('behind some line', always, (turn) => ({ last: false, after: idOf(somewhere(turn)) }));
  await measure('before some line', always, (turn) => ({ last: true, before: idOf(somewhere(turn) + PAGE) }));
  await measure('from some time on', always, (turn) => ({ last: false, start: atOf(somewhere(turn)) }));
  await measure('of one of ten authors', always, () => ({ last: true, nick: 'somebody3' }));
  await measure(
    'of an author of one line in 10,000',
    always,
    () => ({ last: true, nick: 'rare' }),
    Math.min(PAGE, Math.floor(LINES / 10_000)),
  );
  await measure('of an author who has said nothing', always, () => ({ last: true, nick: 'nobody' }), 0);
  await measure(`${PAGE} lines by their ids`, always, (turn) => ({
    last: false,
    ids: Array.from({ length: PAGE }, (_, index) => idOf(somewhere(turn) + index * 10)),
  }));
  await measure('of somebody with 2,000 visits', visitor, () => ({ last: true }));
  await measure('of 2,000 visits in which nothing was said', lurker, () => ({ last: true }), 0);

  console.log(machine());
  console.log(
    `${LINES.toLocaleString('en')} lines, written in ${seconds.toFixed(1)} s (${Math.round(LINES / seconds).toLocaleString('en')} a second), ` +
      `${Math.round(statSync(file).size / 2 ** 20)} MiB`,
  );
  printTable(`Pages of ${PAGE}`, rows);
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
