import { describe, expect, it } from 'vitest';
import { Deferred } from '../../src/util/deferred.js';
import { FairQueue, type FairQueueOptions } from '../../src/util/fair-queue.js';

const owner = (text: string) => {
  const [name = '', group = ''] = text.split('@');
  return { name, group };
};

/** A queue whose work ends when the test says so. */
function started(options: Partial<FairQueueOptions> = {}) {
  const queue = new FairQueue({
    running: 1,
    perOwner: 100,
    total: 1_000,
    full: () => new Error('full'),
    ...options,
  });
  const begun: string[] = [];
  const open: Deferred[] = [];
  return {
    queue,
    begun,
    add: (who: string, what: string, signal?: AbortSignal) =>
      queue.run(
        owner(who),
        () => {
          begun.push(what);
          const end = new Deferred();
          open.push(end);
          return end.promise;
        },
        signal,
      ),
    /** Ends the oldest piece of work, and lets the next begin. */
    end: async (error?: Error) => {
      await new Promise(setImmediate);
      const oldest = open.shift();
      if (error === undefined) oldest?.resolve();
      else oldest?.reject(error);
      await new Promise(setImmediate);
    },
  };
}

describe('a fair queue', () => {
  it('serves owners in turn, and groups before them', async () => {
    const { add, begun, end } = started();
    const all = [
      ...['a1', 'a2', 'a3'].map((what) => add('a@storm', what)),
      ...['b1', 'b2'].map((what) => add('b@storm', what)),
      add('c@quiet', 'c1'),
    ];
    for (let count = 0; count < all.length; count++) await end();
    await Promise.all(all);
    // Who comes goes to the end of the row, and waits for one piece of each other group or owner.
    expect(begun).toEqual(['a1', 'a2', 'c1', 'b1', 'a3', 'b2']);
  });

  it('runs so many at once, so many of one owner, and refuses beyond its bounds', async () => {
    const { queue, add, begun, end } = started({ running: 3, runningPerOwner: 2, perOwner: 3, total: 5 });
    const all = [add('a@x', 'a1'), add('a@x', 'a2'), add('a@x', 'a3'), add('b@x', 'b1'), add('c@x', 'c1')];
    await expect(add('a@x', 'a4')).rejects.toThrow('full');
    await expect(add('d@x', 'd1')).rejects.toThrow('full');
    expect(begun).toEqual(['a1', 'a2', 'b1']);
    expect(queue.size).toBe(5);
    for (let count = 0; count < all.length; count++) await end();
    await Promise.all(all);
    expect(queue.size).toBe(0);
    expect([...begun].sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'c1']);
  });

  it('takes out what waits no longer, and goes on after a failure', async () => {
    const { queue, add, begun, end } = started();
    const first = add('a@x', 'a1');
    const controller = new AbortController();
    const given = add('a@x', 'a2', controller.signal);
    const last = add('b@x', 'b1');
    controller.abort(new Error('nobody waits'));
    await expect(given).rejects.toThrow('nobody waits');
    await expect(add('a@x', 'a3', controller.signal)).rejects.toThrow('nobody waits');
    const failed = expect(first).rejects.toThrow('on purpose');
    await end(new Error('on purpose'));
    await failed;
    await end();
    await last;
    expect(begun).toEqual(['a1', 'b1']);
    expect(queue.size).toBe(0);
  });
});
