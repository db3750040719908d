import { describe, expect, it } from 'vitest';
import { Status, statusText } from '../../src/silc/status.js';

const errors = Array.from({ length: 50 }, (_, i) => 10 + i);

describe('status codes', () => {
  it('have a name each, and a text of their own', () => {
    const named = Object.values(Status).filter((status) => status >= 10);
    expect(named.toSorted((a, b) => a - b)).toEqual(errors);
    expect(new Set(errors.map(statusText)).size).toBe(50);
    for (const status of errors) expect(statusText(status)).not.toMatch(/status|\d/);
  });

  it('that are not known are told by their number', () => {
    expect([4, 9, 60, 255].map(statusText)).toEqual(['status 4', 'status 9', 'status 60', 'status 255']);
  });
});
