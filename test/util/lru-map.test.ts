import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LruMap } from '../../src/util/lru-map.js';

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('set' as const), key: keys, value: fc.option(fc.nat(), { nil: undefined }) }),
    fc.record({
      do: fc.constantFrom('get' as const, 'peek' as const, 'has' as const, 'delete' as const),
      key: keys,
    }),
  ),
);

test('does what a list in the order of use does', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (asked, limit) => {
      const evicted: [string, number | undefined][] = [];
      const map = new LruMap<string, number | undefined>(limit, (key, value) => evicted.push([key, value]));
      let model: [string, number | undefined][] = [];
      const gone: [string, number | undefined][] = [];
      for (const step of asked) {
        const known = model.find(([key]) => key === step.key);
        const others = model.filter(([key]) => key !== step.key);
        switch (step.do) {
          case 'set':
            map.set(step.key, step.value);
            model = [...others, [step.key, step.value]];
            if (model.length > limit) gone.push(...model.splice(0, 1));
            break;
          case 'get':
            expect(map.get(step.key)).toBe(known?.[1]);
            if (known !== undefined) model = [...others, known];
            break;
          case 'peek':
            expect(map.peek(step.key)).toBe(known?.[1]);
            break;
          case 'has':
            expect(map.has(step.key)).toBe(known !== undefined);
            break;
          case 'delete':
            expect(map.delete(step.key)).toBe(known !== undefined);
            model = others;
            break;
        }
        expect([...map]).toEqual(model);
        expect(evicted).toEqual(gone);
      }
    }),
  );
});

test('drops what is over, least recently used first, up to the first entry that is not', () => {
  const evicted: string[] = [];
  const map = new LruMap<string, number>(10, (key) => evicted.push(key));
  for (const [at, key] of ['a', 'b', 'c', 'd'].entries()) map.set(key, at);
  map.set('a', 4);
  map.expire((at) => at < 3);
  expect([...map.keys()]).toEqual(['d', 'a']);
  map.expire(() => true);
  expect(map.size).toBe(0);
  map.expire(() => true);
  expect(evicted).toEqual([]);
});
