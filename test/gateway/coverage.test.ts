import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Beginning, Coverage, type Span } from '../../src/gateway/channels/coverage.js';

class Listener {
  heardAt = 0;
}

const at = (time: number): Beginning => ({ sentAt: time, answeredAt: time });

describe('the time that nobody has heard', () => {
  it('is none at the beginning, nor while somebody is heard', () => {
    const coverage = new Coverage<Listener>();
    const [a, b] = [new Listener(), new Listener()];
    expect(coverage.begins(a, at(0))).toBeUndefined();
    a.heardAt = 100;
    expect(coverage.begins(b, at(90))).toBeUndefined();
    b.heardAt = 150;
    expect(coverage.ends(a)).toEqual([]);
    a.heardAt = 200;
    expect(coverage.begins(a, at(160))).toBeUndefined();
    b.heardAt = 210;
    expect(coverage.ends(b)).toEqual([]);
    expect(coverage.ends(a)).toEqual([]);
  });

  it('begins when the last one was heard last, not when its loss was found out', () => {
    const coverage = new Coverage<Listener>();
    const [a, b] = [new Listener(), new Listener()];
    coverage.begins(a, at(0));
    coverage.begins(b, at(0));
    [a.heardAt, b.heardAt] = [30, 40];
    coverage.ends(a);
    coverage.ends(b);
    expect(coverage.begins(a, at(100))).toEqual({ from: 40, until: 100 });
  });

  it('is told when the one who could have heard turns out to have been dead', () => {
    const coverage = new Coverage<Listener>();
    const [a, b] = [new Listener(), new Listener()];
    coverage.begins(a, at(0));
    coverage.begins(b, at(1));
    [a.heardAt, b.heardAt] = [50, 48];
    // Both links are dead; that of the talkative one is found first, and is back first.
    expect(coverage.ends(a)).toEqual([]);
    expect(coverage.begins(a, at(75))).toBeUndefined();
    a.heardAt = 110;
    expect(coverage.ends(b)).toEqual([{ from: 50, until: 75 }]);
    expect(coverage.begins(b, at(112))).toBeUndefined();
  });

  it('is none of the time that joining takes, where a neighbour was heard meanwhile', () => {
    const coverage = new Coverage<Listener>();
    const [a, b] = [new Listener(), new Listener()];
    coverage.begins(a, at(0));
    a.heardAt = 25;
    expect(coverage.begins(b, { sentAt: 20, answeredAt: 30 })).toBeUndefined();
    expect(coverage.ends(a)).toEqual([]);
    b.heardAt = 40;
    expect(coverage.begins(a, { sentAt: 50, answeredAt: 60 })).toBeUndefined();
    b.heardAt = 52;
    expect(coverage.ends(b)).toEqual([]);
  });

  it('is forgotten when the other one is heard after all', () => {
    const coverage = new Coverage<Listener>();
    const [a, b] = [new Listener(), new Listener()];
    coverage.begins(a, at(0));
    coverage.begins(b, at(0));
    [a.heardAt, b.heardAt] = [50, 48];
    coverage.ends(a);
    coverage.begins(a, at(75));
    b.heardAt = 76;
    expect(coverage.ends(b)).toEqual([]);
  });

  it('is what no session has heard of in the end, however they come and go', () => {
    // What happens: who, how much later, and whether the link is then heard, found dead, or restored.
    const step = fc.record({
      who: fc.nat({ max: 2 }),
      later: fc.integer({ min: 1, max: 20 }),
      what: fc.constantFrom('heard', 'lost', 'back'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const coverage = new Coverage<Listener>();
        const people = [new Listener(), new Listener(), new Listener()];
        const since = new Map<Listener, number>();
        const told: Span[] = [];
        const heard: Span[] = [];
        let now = 0;
        let last = -1;
        const back = (one: Listener): void => {
          one.heardAt = now;
          since.set(one, now);
          last = now;
          const span = coverage.begins(one, at(now));
          if (span !== undefined) told.push(span);
        };
        const lost = (one: Listener): void => {
          heard.push({ from: since.get(one) ?? 0, until: one.heardAt });
          since.delete(one);
          told.push(...coverage.ends(one));
        };
        const [first = expect.unreachable()] = people;
        back(first);
        for (const { who, later, what } of steps) {
          now += later;
          const one = people[who] ?? expect.unreachable();
          if (since.has(one) && what === 'heard') one.heardAt = now;
          else if (since.has(one) && what === 'lost') lost(one);
          else if (!since.has(one) && what === 'back') back(one);
        }
        // All that is still open is lost now: nothing stays in doubt.
        for (const one of [...since.keys()]) lost(one);
        const within = (spans: readonly Span[], time: number): boolean =>
          spans.some(({ from, until }) => from <= time && time < until);
        // Up to the last one that came back: what follows is told when somebody is back.
        for (let time = 0; time < last; time++) {
          if (!within(heard, time)) expect(within(told, time), `told of ${time}`).toBe(true);
        }
        // Nothing is told of that everybody present has heard: a span begins where somebody was heard last.
        for (const { from, until } of told) expect(within(heard, (from + until) / 2)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
