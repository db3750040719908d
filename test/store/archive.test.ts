import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveEntry, ArchiveQuery } from '../../src/store/archive-types.js';
import { merged } from '../../src/store/spans.js';
import type { Store } from '../../src/store/types.js';
import { newPlace } from '../support/stores.js';

const ROOM = { network: 'net', channel: 'lounge' };
const [ANN, BOB] = ['ann@j.test', 'bob@j.test'];
const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1_000);

let store: Store;
beforeEach(async () => {
  store = await (await newPlace()).open();
});

const line = (id: string, seconds: number, nick = 'native', room = ROOM): ArchiveEntry => ({
  kind: 'line',
  room,
  line: { stanzaId: id, at: at(seconds), nick, content: new TextEncoder().encode(`said ${id}`) },
});
const enter = (user: string, seconds: number): ArchiveEntry => ({
  kind: 'enter',
  room: ROOM,
  user,
  at: at(seconds),
});
const leave = (user: string, seconds: number): ArchiveEntry => ({
  kind: 'leave',
  room: ROOM,
  user,
  at: at(seconds),
});

async function seen(user: string, query: Partial<ArchiveQuery> = {}): Promise<string | undefined> {
  const page = await store.archive.page(ROOM, user, { max: 10, last: false, ...query });
  if (page === undefined) return undefined;
  const ids = page.lines.map(({ stanzaId }) => stanzaId).join(' ');
  return page.isComplete ? `${ids}.` : ids;
}

describe('the archive', () => {
  it('gives a line back as it was', async () => {
    await store.archive.add([enter(ANN, 0), line('a', 1)]);
    const page = await store.archive.page(ROOM, ANN, { max: 5, last: false });
    expect(page?.lines).toEqual([
      { stanzaId: 'a', at: at(1), nick: 'native', content: new TextEncoder().encode('said a') },
    ]);
  });

  it('knows when the last line of a room was said', async () => {
    expect(await store.archive.newest(ROOM)).toBeUndefined();
    await store.archive.add([
      line('b', 2),
      line('a', 1),
      line('x', 9, 'native', { ...ROOM, channel: 'other' }),
    ]);
    expect(await store.archive.newest(ROOM)).toEqual(at(2));
  });

  it('shows a user what was said while that user was there, and nothing else', async () => {
    await store.archive.add([
      ...[
        line('before', 0),
        enter(ANN, 1),
        enter(BOB, 2),
        line('both', 3),
        leave(ANN, 4),
        line('without', 5),
      ],
      ...[line('other', 5, 'native', { network: 'net', channel: 'elsewhere' })],
      ...[enter(ANN, 6), line('again', 7), leave(BOB, 8), line('ann alone', 9)],
    ]);
    expect(await seen(ANN)).toBe('both again ann alone.');
    expect(await seen(BOB)).toBe('both without again.');
    expect(await seen('eve@j.test')).toBe('.');
    expect(await store.archive.hasBeenIn(ROOM, BOB)).toBe(true);
    expect(await store.archive.hasBeenIn(ROOM, 'eve@j.test')).toBe(false);
    // Nor is the id of such a line a bound: that it exists is not to be found out.
    expect(await seen(ANN, { after: 'without' })).toBeUndefined();
    expect(await seen(ANN, { before: 'before' })).toBeUndefined();
    expect(await seen(ANN, { ids: ['both', 'without'] })).toBeUndefined();
    expect(await seen(ANN, { ids: ['again', 'both'] })).toBe('both again.');
  });

  it('pages forwards and backwards, also through lines of the same millisecond', async () => {
    const ids = 'a b c d e f g h i j'.split(' ');
    await store.archive.add([enter(ANN, 0), ...ids.map((id, index) => line(id, 1 + Math.floor(index / 4)))]);
    expect(await seen(ANN, { max: 4 })).toBe('a b c d');
    expect(await seen(ANN, { max: 4, after: 'b' })).toBe('c d e f');
    expect(await seen(ANN, { max: 4, after: 'f' })).toBe('g h i j.');
    expect(await seen(ANN, { max: 4, last: true })).toBe('g h i j');
    expect(await seen(ANN, { max: 4, last: true, before: 'g' })).toBe('c d e f');
    expect(await seen(ANN, { max: 4, last: true, before: 'c' })).toBe('a b.');
    expect(await seen(ANN, { after: 'b', before: 'f' })).toBe('c d e.');
    expect(await seen(ANN, { start: at(2), end: at(2) })).toBe('e f g h.');
    expect(await seen(ANN, { nick: 'nobody' })).toBe('.');
    expect(await seen(ANN, { max: 0 })).toBe('');
  });

  it('finds its way through many visits, most of them without a line', async () => {
    const visit = (second: number): ArchiveEntry[] => [enter(ANN, second), leave(ANN, second + 1)];
    await store.archive.add([
      ...[0, 2, 4].flatMap(visit),
      ...[enter(ANN, 6), line('a', 7, 'one'), leave(ANN, 8), line('missed', 9, 'two')],
      ...[10, 12, 14].flatMap(visit),
      ...[enter(ANN, 16), line('b', 17, 'two'), line('c', 18, 'one'), leave(ANN, 19)],
      ...[enter(ANN, 20), line('d', 21, 'two')],
    ]);
    expect(await seen(ANN, { max: 4 })).toBe('a b c d.');
    expect(await seen(ANN, { max: 2 })).toBe('a b');
    expect(await seen(ANN, { max: 1, last: true })).toBe('d');
    expect(await seen(ANN, { max: 2, nick: 'two' })).toBe('b d.');
    // A bound may be another author's, in a visit in which the one that is asked for said nothing.
    expect(await seen(ANN, { max: 1, nick: 'two', after: 'a' })).toBe('b');
    expect(await seen(ANN, { max: 1, nick: 'one', before: 'd', last: true })).toBe('c');
    expect(await seen(ANN, { max: 1, after: 'missed' })).toBeUndefined();
    expect(await seen(ANN, { max: 2, ids: ['d', 'a'] })).toBe('a d.');
  });

  it('keeps a line once, whoever brings it', async () => {
    await store.archive.add([enter(ANN, 0), line('a', 1), line('a', 2)]);
    await store.archive.add([line('a', 3), line('b', 4)]);
    expect(await seen(ANN)).toBe('a b.');
  });

  it('lets nobody stay whose end was not seen, beyond the last line', async () => {
    await store.archive.add([enter(ANN, 0), line('a', 1), enter(BOB, 2)]);
    await store.archive.closeSpans();
    await store.archive.add([line('later', 3)]);
    expect(await seen(ANN)).toBe('a.');
    expect(await seen(BOB)).toBe('.');
  });

  it('forgets what is too old, in steps', async () => {
    await store.archive.add([
      enter(ANN, 0),
      ...[1, 2, 3, 4].map((second) => line(`l${second}`, second)),
      leave(ANN, 5),
    ]);
    expect(await store.archive.expire(at(4), 2)).toBe(2);
    expect(await store.archive.expire(at(4), 2)).toBe(1);
    expect(await store.archive.expire(at(4), 2)).toBe(0);
    expect(await seen(ANN)).toBe('l4.');
    await store.archive.expire(at(6), 9);
    expect(await store.archive.hasBeenIn(ROOM, ANN)).toBe(false);
  });

  it('agrees with a plain list, however people come and go', async () => {
    const event = fc.record({
      what: fc.constantFrom('line', 'line', 'line', 'enter', 'leave'),
      user: fc.constantFrom(ANN, BOB),
      pause: fc.constantFrom(0, 1),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 40 }),
        fc.nat({ max: 12 }),
        fc.boolean(),
        async (events, max, last) => {
          const room = { network: 'net', channel: `room-${++run}` };
          const entries: ArchiveEntry[] = [];
          const times: number[] = [];
          let now = 0;
          for (const { what, user, pause } of events) {
            now += pause;
            times.push(now);
            entries.push(
              what === 'line'
                ? { ...line(`${run}-${entries.length}`, now), room }
                : { kind: what === 'enter' ? 'enter' : 'leave', room, user, at: at(now) },
            );
          }
          await store.archive.add(entries);
          for (const user of [ANN, BOB]) {
            const expected = entries.flatMap((entry, index) => {
              if (entry.kind !== 'line') return [];
              // Who came or went in the same millisecond was there.
              let [since, isThere]: [number | undefined, boolean] = [undefined, false];
              for (const [other, visit] of entries.entries()) {
                if (visit.kind === 'line' || visit.user !== user) continue;
                const when = times[other] ?? 0;
                if (visit.kind === 'enter') since ??= when;
                else if (since !== undefined) {
                  isThere ||= since <= (times[index] ?? 0) && (times[index] ?? 0) <= when;
                  since = undefined;
                }
              }
              isThere ||= since !== undefined && since <= (times[index] ?? 0);
              return isThere ? [entry.line.stanzaId] : [];
            });
            const page = await store.archive.page(room, user, { max, last });
            const cut = last ? expected.slice(Math.max(0, expected.length - max)) : expected.slice(0, max);
            expect(page?.lines.map(({ stanzaId }) => stanzaId)).toEqual(cut);
            expect(page?.isComplete).toBe(expected.length <= max);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('spans', () => {
  it('are merged where they touch', () => {
    expect(
      merged([
        { since: 1, until: 3 },
        { since: 2, until: 2 },
        { since: 3, until: 5 },
        { since: 7, until: Infinity },
      ]),
    ).toEqual([
      { since: 1, until: 5 },
      { since: 7, until: Infinity },
    ]);
  });
});

it('deletes the old lines of one room alone, and says when there are no more', async () => {
  const other = { network: 'net', channel: 'garden' };
  await store.archive.add([
    enter(ANN, 0),
    line('a', 10),
    line('b', 20),
    line('c', 30),
    line('d', 10, 'native', other),
  ]);
  expect(await store.archive.expire(at(30), 1, ROOM)).toBe(1);
  expect(await seen(ANN)).toBe('b c.');
  expect(await store.archive.expire(at(30), 10, ROOM)).toBe(1);
  expect(await seen(ANN)).toBe('c.');
  expect(await store.archive.expire(at(30), 10)).toBe(1);
});
