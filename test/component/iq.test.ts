import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IqTracker } from '../../src/component/iq-tracker.js';
import { errorReply, xml } from '../../src/component/stanza.js';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const query = (attrs: Record<string, string> = {}) =>
  xml('iq', { type: 'get', from: 'gw', to: 'user@example/r', ...attrs }, xml('q', { xmlns: 'q' }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('own requests', () => {
  test('the one that was asked answers, in any spelling of its address', async () => {
    const tracker = new IqTracker();
    const iq = query();
    const answer = tracker.track(iq, 1000);
    const result = xml('iq', { type: 'result', id: iq.attrs.id, from: 'User@EXAMPLE/r', to: 'gw' });
    expect(tracker.settle(result)).toBe(true);
    await expect(answer).resolves.toBe(result);
    expect(tracker.settle(result)).toBe(false);
    expect(tracker.size).toBe(0);
  });

  test('nobody else answers, not even with the right id', async () => {
    const tracker = new IqTracker();
    const iq = query();
    const answer = expect(tracker.track(iq, 1000)).rejects.toEqual(withCode('timeout'));
    for (const from of ['user@example', 'user@example/other', 'example', 'mallory@example/r', undefined]) {
      expect(tracker.settle(xml('iq', { type: 'result', id: iq.attrs.id, from, to: 'gw' }))).toBe(false);
    }
    const elsewhere = xml('iq', { type: 'result', id: iq.attrs.id, from: 'user@example/r', to: 'c@gw' });
    expect(tracker.settle(elsewhere)).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    await answer;
  });

  test('ids are long and never repeat', () => {
    const tracker = new IqTracker();
    const ids = Array.from({ length: 100 }, () => {
      const iq = query({ id: 'mine' });
      tracker.track(iq, 1000).catch(() => undefined);
      return iq.attrs.id;
    });
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    tracker.stop();
  });

  test('an error answer rejects with its condition', async () => {
    const tracker = new IqTracker();
    const iq = query();
    const answer = tracker.track(iq, 1000);
    const refused = expect(answer).rejects.toMatchObject({
      name: 'StanzaError',
      condition: 'item-not-found',
    });
    expect(tracker.settle(errorReply(iq, 'cancel', 'item-not-found') ?? xml('none'))).toBe(true);
    await refused;
  });

  test('stop rejects all and refuses more; the number is bounded', async () => {
    const tracker = new IqTracker(2);
    const ends = [1, 2].map(() => expect(tracker.track(query(), 1000)).rejects.toEqual(withCode('stopped')));
    await expect(tracker.track(query(), 1000)).rejects.toEqual(withCode('overflow'));
    tracker.stop();
    await Promise.all(ends);
    await expect(tracker.track(query(), 1000)).rejects.toEqual(withCode('stopped'));
  });
});
