import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../../src/silc/commands/index.js';
import { SessionWatchdog } from '../../../src/silc/client/session-watchdog.js';

const OPTIONS = { intervalMs: 40_000, dueMs: 5_000, timeoutMs: 12_000 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
const watchdogs: SessionWatchdog[] = [];
afterEach(async () => {
  for (const watchdog of watchdogs.splice(0)) watchdog.stop();
  // Answers that were on their way.
  await pass(2_000);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A session whose server answers PING after so many milliseconds, while it is there. */
function watched(answerMs = 10) {
  const state = { isThere: true, silentAfter: undefined as number | undefined, pings: [] as number[] };
  let ident = 100;
  const watchdog = new SessionWatchdog(
    {
      ping: async () => {
        state.pings.push(performance.now() - start);
        const own = ++ident;
        watchdog.sentCommand({ command: commands.ping.number, ident: own });
        await new Promise((resolve) => setTimeout(resolve, answerMs));
        if (!state.isThere) await new Promise(() => undefined);
        watchdog.heard();
        watchdog.answered(own);
      },
      onServerSilent: () => {
        state.silentAfter ??= performance.now() - start;
      },
    },
    OPTIONS,
  );
  const start = performance.now();
  watchdogs.push(watchdog);
  return { watchdog, state };
}

const join = (ident: number) => ({ command: commands.join.number, ident });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('what was heard', () => {
  it('counts up to now, and while an answer is overdue up to the question', async () => {
    const { watchdog, state } = watched();
    await pass(39_000);
    watchdog.heard();
    expect(watchdog.heardAt).toBe(performance.now());
    state.isThere = false;
    await pass(1_000);
    const asked = performance.now();
    await pass(5_000);
    watchdog.heard();
    expect(watchdog.heardAt).toBe(performance.now());
    // The link was stalled: this is from before the answer, however late it comes.
    const before = watchdog.heardAt;
    await pass(10_000);
    watchdog.heard();
    expect(watchdog.heardAt).toBe(before);
    expect(before).toBeGreaterThan(asked);
    watchdog.ended(false);
    expect(watchdog.heardAt).toBe(performance.now());
  });

  it('counts up to the question where nothing has come behind it in time', async () => {
    const { watchdog, state } = watched();
    await pass(39_000);
    watchdog.heard();
    state.isThere = false;
    await pass(1_000);
    const asked = performance.now();
    await pass(8_000);
    watchdog.heard();
    expect(watchdog.heardAt).toBe(asked);
  });

  it('counts up to now again when the answer has come', async () => {
    const { watchdog } = watched(9_000);
    await pass(49_001);
    watchdog.heard();
    expect(watchdog.heardAt).toBe(performance.now());
  });
});

describe('a server that is gone', () => {
  it('is found within 20 s of a message that nothing follows', async () => {
    const { watchdog, state } = watched();
    await pass(1_000);
    state.isThere = false;
    watchdog.sentMessage();
    await pass(18_999);
    expect(state.silentAfter).toBe(19_000);
    expect(watchdog.messagesRead).toBe(0);
  });

  it('is found within 20 s of a command that nothing follows, also when something else came just before', async () => {
    const { watchdog, state } = watched();
    state.isThere = false;
    watchdog.sentCommand(join(1));
    await pass(2_600);
    watchdog.heard();
    await pass(20_000);
    expect(state.silentAfter).toBeLessThanOrEqual(2_600 + 20_000);
  });

  it('is found within 60 s when nobody wants anything of it', async () => {
    const { watchdog, state } = watched();
    await pass(41_000);
    expect(state.pings).toHaveLength(1);
    watchdog.heard();
    state.isThere = false;
    await pass(60_000);
    expect(state.silentAfter).toBeLessThanOrEqual(41_000 + 60_000);
  });

  it('is found while a PING from before is under way', async () => {
    const { watchdog, state } = watched();
    await pass(39_999);
    state.isThere = false;
    await pass(2);
    watchdog.sentMessage();
    await pass(18_000);
    expect(state.silentAfter).toBeLessThanOrEqual(40_001 + 18_000);
  });

  it('is not believed to be gone as long as anything comes', async () => {
    const { watchdog, state } = watched();
    state.isThere = false;
    watchdog.sentMessage();
    for (let n = 0; n < 30; n++) {
      await pass(12_500);
      watchdog.heard();
    }
    expect(state.silentAfter).toBeUndefined();
    await pass(13_001);
    expect(state.silentAfter).toBeDefined();
  });

  it('has a second more when the process was held up: what came meanwhile is read first', async () => {
    const { watchdog, state } = watched();
    state.isThere = false;
    watchdog.sentMessage();
    await pass(17_000);
    watchdog.heard();
    await pass(12_999);
    expect(state.silentAfter).toBeUndefined();
  });

  it('is not asked while nothing is read, and asked again afterwards', async () => {
    const { watchdog, state } = watched();
    watchdog.sentMessage();
    watchdog.setPaused(true);
    await pass(100_000);
    expect(state).toMatchObject({ pings: [], silentAfter: undefined });
    state.isThere = false;
    watchdog.setPaused(false);
    await pass(18_000);
    expect(state.silentAfter).toBe(118_000);
  });
});

describe('PING behind what was sent', () => {
  it('goes out once for all that was said in five seconds, and proves it', async () => {
    const { watchdog, state } = watched();
    for (let n = 0; n < 50; n++) {
      watchdog.sentMessage();
      await pass(99);
    }
    expect(state.pings).toEqual([]);
    await pass(100);
    expect(state.pings).toEqual([5_000]);
    expect(watchdog.messagesRead).toBe(50);
    await pass(30_000);
    expect(state.pings).toHaveLength(1);
  });

  it('is five seconds and more from the one before, however much is said', async () => {
    const { watchdog, state } = watched(2_000);
    for (let n = 0; n < 600; n++) {
      watchdog.sentMessage();
      await pass(50);
    }
    // silcd lets its count of a client's commands go down from two seconds on.
    const pauses = state.pings.slice(1).map((at, i) => at - (state.pings[i] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(5_000);
  });

  it('goes out at once when very much is in doubt', () => {
    const { watchdog, state } = watched();
    for (let n = 0; n < 1_023; n++) watchdog.sentMessage();
    expect(state.pings).toHaveLength(0);
    for (let n = 0; n < 500; n++) watchdog.sentMessage();
    expect(state.pings).toHaveLength(1);
  });

  it('is spared where the answer of a command proves as much', async () => {
    const { watchdog, state } = watched();
    watchdog.sentMessage();
    watchdog.sentCommand(join(1));
    watchdog.sentMessage();
    watchdog.sentCommand(join(2));
    watchdog.sentCommand(join(3));
    watchdog.answered(1);
    expect(watchdog.messagesRead).toBe(1);
    watchdog.answered(3);
    expect(watchdog.messagesRead).toBe(2);
    watchdog.answered(2);
    watchdog.heard();
    await pass(30_000);
    expect(state.pings).toEqual([]);
  });

  it('does not follow a command that takes its time while other packets come', async () => {
    const { watchdog, state } = watched();
    watchdog.sentCommand(join(1));
    for (let n = 0; n < 20; n++) {
      await pass(1_000);
      watchdog.heard();
    }
    expect(state.pings).toEqual([]);
    await pass(6_000);
    expect(state.pings).toHaveLength(1);
  });

  it('is not sent after the end', async () => {
    const { watchdog, state } = watched();
    watchdog.sentMessage();
    watchdog.stop();
    watchdog.sentMessage();
    await pass(100_000);
    expect(state).toMatchObject({ pings: [], silentAfter: undefined });
  });
});

describe('what the server has read', () => {
  it('is all of it when it ends the stream because it was asked to', () => {
    const { watchdog } = watched();
    watchdog.sentMessage();
    watchdog.ended(false);
    expect(watchdog.messagesRead).toBe(0);
    watchdog.ended(true);
    expect(watchdog.messagesRead).toBe(1);
  });

  it('is told by the newest commands, however many were never answered', () => {
    const { watchdog } = watched();
    for (let ident = 1; ident <= 1_000; ident++) {
      watchdog.sentMessage();
      watchdog.sentCommand(join(ident));
    }
    watchdog.answered(1);
    expect(watchdog.messagesRead).toBe(0);
    watchdog.answered(900);
    expect(watchdog.messagesRead).toBe(900);
  });
});
