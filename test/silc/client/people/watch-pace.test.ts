import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands, encodeErrorReply, encodeReply } from '../../../../src/silc/commands/index.js';
import { encodePayload } from '../../../../src/silc/packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../../../../src/silc/packets/public-key-payload.js';
import { Status } from '../../../../src/silc/status.js';
import { answerStats } from '../../../support/resuming-server.js';
import { idOf, scriptedSession } from '../../../support/scripted-server.js';
import { keyPairNamed } from '../../../support/silc-world.js';

/** In how long a silcd lets how many commands through without delay. */
const WINDOW_S = 60;
const MOST_IN_WINDOW = WINDOW_S / 2 + 5;

describe('looking for the watched', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('stays within what the server takes without delaying others, however many are watched', async () => {
    const { session, server } = await scriptedSession({
      liveness: { intervalMs: 86_400_000, timeoutMs: 86_400_000 },
    });
    answerStats(server, 0);
    server.on(commands.watch, (_request, { ident }) => [encodeReply(commands.watch, ident, {})]);
    /** Seconds at which something was asked. */
    const asked: number[] = [];
    const named = new Set<string>();
    let second = 0;
    const holders = [1, 2, 3].map((serial) => idOf('robot', serial));
    server.on(commands.whois, ({ nickname, ids = [] }, { ident }) => {
      asked.push(second);
      if (nickname !== undefined) {
        named.add(nickname);
        return [encodeErrorReply(1, ident, Status.noSuchNick)];
      }
      const shown = ids.length > 0 ? ids : holders;
      return shown.map((clientId, i) => {
        const place =
          shown.length === 1 ? 'single' : i === 0 ? 'start' : i + 1 === shown.length ? 'end' : 'item';
        const reply = { clientId, nickname: 'robot', user: 'robot@host', mode: 0 };
        return encodeReply(commands.whois, ident, reply, place);
      });
    });
    server.on(commands.getkey, ({ id }, { ident }) => {
      asked.push(second);
      const data = keyPairNamed('robot').publicKey.encoded;
      const publicKey = encodePayload(publicKeyPayload, { type: PublicKeyType.silc, data });
      return [encodeReply(commands.getkey, ident, { id, publicKey })];
    });
    const turns = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    };
    const watches = [
      ...Array.from({ length: 40 }, (_, i) => session.watch({ nickname: `n${i}` })),
      ...['a', 'b', 'c'].map((name) => session.watch({ publicKey: keyPairNamed(name).publicKey })),
    ];
    await turns();
    for (; second < 900; second++) {
      await vi.advanceTimersByTimeAsync(1_000);
      await turns();
    }
    await Promise.all(watches);
    expect(session.watching).toBe('polling');
    expect(named.size).toBe(40);
    const inWindow = asked.map((from) => asked.filter((at) => at >= from && at < from + WINDOW_S).length);
    expect(Math.max(...inWindow)).toBeLessThanOrEqual(MOST_IN_WINDOW);
    // It goes on looking all the time.
    expect(asked.filter((at) => at >= 600).length).toBeGreaterThan(60);
    session.destroy();
  });
});
