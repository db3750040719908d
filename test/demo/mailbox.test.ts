import { describe, expect, it } from 'vitest';
import { Mailbox } from '../../src/demo/mailbox.js';

describe('the mailbox of the demonstration', () => {
  it('gives what has come, once, and what comes to who waits', async () => {
    const mailbox = new Mailbox<number>();
    mailbox.put(1);
    mailbox.put(2);
    expect(await mailbox.take('two', (item) => item === 2)).toBe(2);
    const later = mailbox.take('another two', (item) => item === 2);
    mailbox.put(3);
    mailbox.put(2);
    expect(await later).toBe(2);
    expect(await mailbox.take('any', () => true)).toBe(1);
  });

  it('forgets what nobody asks for', async () => {
    const mailbox = new Mailbox<number>();
    for (let item = 0; item < 10_000; item++) mailbox.put(item);
    expect(await mailbox.take('the oldest', () => true)).toBe(9_000);
  });
});
