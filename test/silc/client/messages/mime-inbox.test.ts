import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MimeInbox } from '../../../../src/silc/client/messages/mime-inbox.js';
import { encodeMime, fragmentMime, MessageFlag } from '../../../../src/silc/messages/index.js';

const MINUTES = 60_000;

describe('fragments', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const fields = [{ name: 'Content-Type', value: 'application/octet-stream' }];
  const [first = expect.unreachable(), second = expect.unreachable()] = [
    ...fragmentMime(encodeMime({ fields, body: new Uint8Array(1_500) }), 1_000, 'a'),
  ];
  const payload = (data: Uint8Array) => ({
    flags: MessageFlag.data,
    data,
    padding: new Uint8Array(0),
    signature: undefined,
  });

  it('that nobody completes are dropped after five minutes, though nothing else comes', () => {
    const inbox = new MimeInbox<string>();
    expect(inbox.take('ann', payload(first), 'one')).toBeUndefined();
    expect(inbox.octets).toBeGreaterThan(0);
    vi.advanceTimersByTime(4 * MINUTES);
    expect(inbox.octets).toBeGreaterThan(0);
    vi.advanceTimersByTime(2 * MINUTES);
    expect(inbox.octets).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leave no timer behind when they are complete, or the session ends', () => {
    const inbox = new MimeInbox<string>();
    inbox.take('ann', payload(first), 'one');
    expect(inbox.take('ann', payload(second), 'two')?.tags).toEqual(['one', 'two']);
    expect(vi.getTimerCount()).toBe(0);
    inbox.take('bob', payload(first), 'one');
    inbox.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
