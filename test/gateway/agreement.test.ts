import fc from 'fast-check';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { play, plays } from './support/agreement-play.js';

/**
 * The whole gateway before the embedded server: whatever Jabber users, SILC users, links and server do, in the end every
 * client shows what the server says, and nothing was heard twice, in another order, or lost without a word.
 */

const { AGREEMENT_RUNS, AGREEMENT_SEED, AGREEMENT_PATH, AGREEMENT_SHRINK } = process.env;
const RUNS = Number(AGREEMENT_RUNS ?? 15);
/** The suite plays the same ones always; who asks for a number of runs gets new ones, unless told a seed. */
const SEED = AGREEMENT_RUNS === undefined ? 7 : undefined;

describe('Jabber users, SILC users, links and server', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it(
    'agree in the end, whatever happens',
    async () => {
      await fc.assert(fc.asyncProperty(plays, play), {
        numRuns: RUNS,
        // Shrinking takes minutes, since what happens on sockets is never quite the same.
        endOnFailure: AGREEMENT_SHRINK === undefined,
        ...(AGREEMENT_SEED === undefined ? SEED && { seed: SEED } : { seed: Number(AGREEMENT_SEED) }),
        ...(AGREEMENT_PATH !== undefined && { path: AGREEMENT_PATH }),
      });
    },
    60_000 + RUNS * 20_000,
  );
});
