import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserStore } from '../../../../src/silc/client/people/users.js';
import type { ClientId } from '../../../../src/silc/ids.js';

const id = (n: number) => `7f000001${n.toString(16).padStart(24, '0')}` as ClientId;

describe('user store', () => {
  it('keeps referenced users and a bounded number of others, the most recently used', () => {
    const store = new UserStore({ maxIdle: 3 });
    const kept = store.ensure(id(0));
    store.retain(kept);
    for (let n = 1; n <= 3; n++) store.ensure(id(n));
    store.get(id(1));
    store.ensure(id(4));
    expect(store.exact(id(0))).toBe(kept);
    expect(store.exact(id(1))).toBeDefined();
    expect(store.exact(id(2))).toBeUndefined();
    store.release(kept);
    for (let n = 5; n <= 7; n++) store.ensure(id(n));
    expect(store.exact(id(0))).toBeUndefined();
    expect(store.size).toBe(3);
  });

  it('leads old Client IDs to their user for some minutes, over several changes', () => {
    let now = 0;
    const store = new UserStore({ now: () => now });
    const user = store.ensure(id(1));
    store.retain(user);
    store.rename(user, id(2));
    store.rename(user, id(3));
    expect(store.get(id(1))).toBe(user);
    expect(store.currentId(id(2))).toBe(id(3));
    now = 300_001;
    expect(store.get(id(1))).toBeUndefined();
  });

  it('takes an ID that the server tells anew for another person', () => {
    const store = new UserStore();
    const first = store.ensure(id(1));
    store.rename(first, id(2));
    const second = store.ensureFresh(id(1));
    expect(second).not.toBe(first);
    expect(store.get(id(1))).toBe(second);
    expect(store.get(id(2))).toBe(first);
  });

  it('survives a circle of reused IDs', () => {
    const store = new UserStore({ maxIdle: 2 });
    const user = store.ensure(id(1));
    store.rename(user, id(2));
    store.rename(user, id(1));
    expect(store.get(id(1))).toBe(user);
    expect(store.get(id(2))).toBe(user);
  });

  it('stays within its bounds and finds each user under its ID, whatever happens', () => {
    const ids = fc.nat({ max: 30 }).map(id);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ensure' as const), id: ids }),
      fc.record({ kind: fc.constant('retain' as const), id: ids }),
      fc.record({ kind: fc.constant('release' as const), id: ids }),
      fc.record({ kind: fc.constant('rename' as const), id: ids, to: ids }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const store = new UserStore({ maxIdle: 4 });
        for (const one of steps) {
          const user = store.get(one.id);
          if (one.kind === 'ensure') store.ensure(one.id);
          else if (user === undefined) continue;
          else if (one.kind === 'retain') store.retain(user);
          else if (one.kind === 'release' && user.references > 0) store.release(user);
          else if (one.kind === 'rename') store.rename(user, one.to);
        }
        const all = [...store.values()];
        for (const user of all) expect(store.exact(user.clientId)).toBe(user);
        expect(all.filter(({ references }) => references === 0).length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
