import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseJid } from '../../src/component/jid.js';
import { xml } from '../../src/component/stanza.js';
import { UserActivity } from '../../src/gateway/clients/user-activity.js';

const phone = parseJid('alice@example/phone');
const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const idle = (since: string) => xml('presence', {}, xml('idle', { xmlns: 'urn:xmpp:idle:1', since }));
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

it('is what a user has written, or is there for, and nothing that clients do by themselves', () => {
  const activity = new UserActivity();
  expect(activity.idleMs(phone.bare)).toBeUndefined();
  activity.heard(phone, xml('presence', { type: 'unavailable' }));
  activity.heard(phone, xml('message', { type: 'error' }, xml('body', {}, 'no')));
  activity.heard(phone, xml('message', {}, xml('received', { xmlns: 'urn:xmpp:receipts' })));
  expect(activity.idleMs(phone.bare)).toBeUndefined();
  activity.heard(phone, xml('presence'));
  vi.advanceTimersByTime(7 * MINUTE);
  activity.heard(phone, xml('presence', {}, xml('show', {}, 'away')));
  activity.heard(phone, xml('iq'));
  expect(activity.idleMs(phone.bare)).toBe(7 * MINUTE);
  activity.heard(phone, xml('message', {}, xml('body', {}, 'hello')));
  expect(activity.idleMs(phone.bare)).toBe(0);
});

it('is what a client says of it, but never older than what is known, nor of a clock that is wrong', () => {
  const activity = new UserActivity();
  activity.heard(phone, idle(ago(10 * MINUTE)));
  expect(activity.idleMs(phone.bare)).toBe(10 * MINUTE);
  for (const since of ['yesterday', '1970-01-01T00:00:00Z', ago(20 * MINUTE)]) {
    activity.heard(phone, idle(since));
    expect(activity.idleMs(phone.bare), since).toBe(10 * MINUTE);
  }
  activity.heard(phone, idle(ago(-5 * MINUTE)));
  expect(activity.idleMs(phone.bare)).toBe(0);
});
