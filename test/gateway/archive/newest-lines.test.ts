import { describe, expect, it, vi } from 'vitest';
import { NewestLines } from '../../../src/gateway/features/archive/newest-lines.js';
import { Deferred } from '../../../src/util/deferred.js';

const [JID, ROOM] = ['lounge@silc.test', { network: 'net', channel: 'lounge' }];
const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1_000);

/** @param stored what the archive says of the last line */
function known(stored: () => Promise<Date | undefined>, most = 10) {
  const newest = vi.fn(stored);
  const flush = vi.fn(() => Promise.resolve());
  const lines = new NewestLines({ newest }, flush, most);
  return { lines, newest, flush, since: (seconds: number) => lines.mayHaveSince(JID, ROOM, at(seconds)) };
}

describe('when something was said last', () => {
  it('is asked once of the archive, after all that was said is written', async () => {
    const { newest, flush, since } = known(() => Promise.resolve(at(5)));
    expect(await Promise.all([since(4), since(5), since(6)])).toEqual([true, true, false]);
    expect(await since(9)).toBe(false);
    expect(newest).toHaveBeenCalledTimes(1);
    expect(flush.mock.invocationCallOrder[0]).toBeLessThan(newest.mock.invocationCallOrder[0] ?? 0);
  });

  it('is never in a room in which nobody said a word, until somebody does', async () => {
    const { lines, since } = known(() => Promise.resolve(undefined));
    expect(await since(0)).toBe(false);
    lines.said(JID, at(1));
    expect(await since(1)).toBe(true);
    expect(await since(2)).toBe(false);
  });

  it('counts what is said while the archive is asked, and no clock that goes back', async () => {
    const answer = new Deferred<Date | undefined>();
    const { lines, since } = known(() => answer.promise);
    const asked = since(8);
    lines.said(JID, at(9));
    lines.said(JID, at(7));
    answer.resolve(at(3));
    expect(await asked).toBe(true);
  });

  it('is asked again after the archive could not say, and of a room that others have pushed out', async () => {
    let isBroken = true;
    const { lines, newest, since } = known(
      () => (isBroken ? Promise.reject(new Error('no disk')) : Promise.resolve(at(5))),
      1,
    );
    await expect(since(1)).rejects.toThrow('no disk');
    isBroken = false;
    expect(await since(5)).toBe(true);
    await lines.mayHaveSince('other@silc.test', { network: 'net', channel: 'other' }, at(1));
    lines.said(JID, at(50));
    newest.mockResolvedValue(at(50));
    expect(await since(50)).toBe(true);
    expect(newest).toHaveBeenCalledTimes(4);
  });
});
