import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreError, type StoreErrorCode } from '../../src/store/errors.js';
import { outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const BOB = 'bob@jabber.test/desk';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What the store says while somebody else has its database, or its disk is full. */
function failing(code: StoreErrorCode): () => Promise<never> {
  return () => Promise.reject(new StoreError(code, 'storing an identity: on purpose'));
}

describe('a store that cannot store at the moment', () => {
  it.each(['busy', 'io'] as const)('(%s) makes newcomers wait, and nobody else', async (code) => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice' type='unavailable'/>`);
    const add = world.store.identities.add.bind(world.store.identities);
    world.store.identities.add = failing(code);

    expect(outlines(await world.join(BOB, 'silc', 'bob'))).toEqual([
      `presence error silc@gw.test/bob>${BOB} wait/resource-constraint`,
    ]);
    const known = outlines(await world.join(ALICE, 'silc', 'alice'));
    expect(known.at(-1)).toBe(`message groupchat silc@gw.test>${ALICE} subject=`);

    world.store.identities.add = add;
    const later = outlines(await world.join(BOB, 'silc', 'bob'));
    expect(later.at(-1)).toBe(`message groupchat silc@gw.test>${BOB} subject=`);
  });

  it('is told from a server whose key is not the known one, when that key cannot be looked up', async () => {
    const world = await World.start();
    world.store.serverKeys.find = failing('busy');
    expect(outlines(await world.join(BOB, 'silc', 'bob'))).toEqual([
      `presence error silc@gw.test/bob>${BOB} wait/resource-constraint`,
    ]);
  });

  it('that is damaged is a failure of the gateway', async () => {
    const world = await World.start();
    world.store.identities.find = failing('corrupt');
    expect(outlines(await world.join(BOB, 'silc', 'bob'))).toEqual([
      `presence error silc@gw.test/bob>${BOB} cancel/internal-server-error`,
    ]);
  });
});
