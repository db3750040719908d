import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { linkedAbort } from '../../src/util/linked-abort.js';

it('is aborted with the first of several signals, for its reason', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const { signal } = linkedAbort(one.signal, other.signal);
  expect(signal.aborted).toBe(false);
  const reason = new Error('over');
  other.abort(reason);
  expect(signal.reason).toBe(reason);
  one.abort(new Error('too late'));
  expect(signal.reason).toBe(reason);
  for (const { signal: source } of [one, other]) expect(getEventListeners(source, 'abort')).toEqual([]);
});

it('is aborted where one of them is', () => {
  const reason = new Error('over');
  const other = new AbortController();
  expect(linkedAbort(other.signal, AbortSignal.abort(reason)).signal.reason).toBe(reason);
  expect(getEventListeners(other.signal, 'abort')).toEqual([]);
});

it('leaves nothing on signals that outlast it', () => {
  const lasting = new AbortController();
  const { signal, release } = linkedAbort(lasting.signal);
  release();
  expect(getEventListeners(lasting.signal, 'abort')).toEqual([]);
  lasting.abort();
  expect(signal.aborted).toBe(false);
});
