import { afterEach, expect, it, vi } from 'vitest';
import { SessionSharing } from '../../../src/silc/client/shared/session-sharing.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { scriptedSession } from '../../support/scripted-server.js';
import { WorkPerTurn } from '../../support/work-per-turn.js';

const SESSIONS = 40;
/** What the end of one costs, milliseconds. */
const COST_MS = 4;

const sessions: SilcSession[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const session of sessions.splice(0)) session.destroy();
});

// A turn of the event loop has ten milliseconds for it: a piece of work that is begun is done.
it('the ends of many sessions at one moment are spread over turns of the event loop', async () => {
  const sharing = new SessionSharing();
  const all = await Promise.all(
    Array.from({ length: SESSIONS }, (_, n) => scriptedSession({ nickname: `user${n}`, sharing })),
  );
  sessions.push(...all.map(({ session }) => session));
  vi.useFakeTimers({ toFake: ['performance'] });
  const work = new WorkPerTurn();
  const closed = sessions.map(
    (session) =>
      new Promise<void>((resolve) => {
        session.subscribe(({ type }) => {
          if (type !== 'closed') return;
          work.done();
          vi.advanceTimersByTime(COST_MS);
          resolve();
        });
      }),
  );
  for (const { server } of all) server.connection.destroy();
  await Promise.all(closed);
  work.stop();
  expect(work.total).toBe(SESSIONS);
  expect(work.most).toBeLessThanOrEqual(3);
});
