import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseThread } from '../../../src/store/dialects/sqlite/database-thread.js';
import type { Order } from '../../../src/store/dialects/sqlite/protocol.js';

let thread: DatabaseThread;
beforeEach(async () => {
  thread = new DatabaseThread(undefined);
  await thread.ask({ kind: 'open' });
});
afterEach(() => thread.close());

const read = (value: unknown): Order => ({
  kind: 'run',
  lane: 'read',
  sql: 'select ? as value',
  parameters: [value],
});
const write = (sql: string): Order => ({ kind: 'run', lane: 'write', sql, parameters: [] });

describe('orders that go to the thread together', () => {
  it('have each their own answer, in their order', async () => {
    const answered: string[] = [];
    const ask = (name: string, order: Order) => thread.ask(order).finally(() => answered.push(name));
    const outcomes = await Promise.allSettled([
      ask('one', read(1)),
      ask('table', write('create table t (a integer)')),
      ask('none', write('insert into nowhere values (1)')),
      ask('row', write('insert into t values (7)')),
      ask('two', { ...read(0), sql: 'select a as value from t where a > ?' } as Order),
    ]);
    expect(answered).toEqual(['one', 'table', 'none', 'row', 'two']);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      ...['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    ]);
    expect(outcomes[0]).toMatchObject({ value: { rows: [{ value: 1 }] } });
    expect(outcomes[4]).toMatchObject({ value: { rows: [{ value: 7 }] } });
  });

  it('do not suffer from one that cannot be taken', async () => {
    const untransferable = read(() => undefined);
    const [good, bad, written] = await Promise.allSettled([
      thread.ask(read('x')),
      thread.ask(untransferable),
      thread.ask({ ...untransferable, lane: 'write' } as Order),
    ]);
    expect(good).toMatchObject({ value: { rows: [{ value: 'x' }] } });
    expect(bad).toMatchObject({ reason: { code: 'unsupported' } });
    expect(written).toMatchObject({ reason: { code: 'unsupported' } });
    expect(await thread.ask(read(3))).toMatchObject({ rows: [{ value: 3 }] });
  });

  it('are refused when the thread has ended', async () => {
    await thread.close();
    await expect(thread.ask(read(1))).rejects.toMatchObject({ code: 'io' });
  });
});
