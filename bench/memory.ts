import { setTimeout as delay } from 'node:timers/promises';
import { connectSession } from '../src/silc/client/connect.js';
import { nodeBackend } from '../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../src/silc/crypto/key-pair.js';
import { SilcServer } from '../src/silc/server/index.js';

/**
 * Heap after many sessions have come, joined, talked, left and gone, against the embedded server in the same process. What
 * grows from round to round is a leak. Needs `--expose-gc`.
 */
const ROUNDS = 8;
const SESSIONS = 12;
const JOINS = 6;

function heapOctets(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Rounds of sessions, and the heap in KiB after each. */
export async function memoryRounds(): Promise<readonly number[]> {
  const pair = (UN: string) => generateKeyPair(nodeBackend, { bits: 1024, identifier: { UN, HN: 'bench' } });
  const server = await SilcServer.listen({ port: 0, name: 'bench', keyPair: await pair('server') });
  const keyPair = await pair('client');
  const heap: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(
        Array.from({ length: SESSIONS }, async (_, n) => {
          const session = await connectSession({
            host: '127.0.0.1',
            port: server.port,
            keyPair,
            auth: { method: 'none' },
            nickname: `user${n}`,
            username: 'bench',
            proposal: { groups: ['diffie-hellman-group1'] },
            verifyServerKey: () => true,
          });
          session.subscribe(() => undefined);
          for (let join = 0; join < JOINS; join++) {
            const { channel } = await session.join(`channel${join % 3}`);
            await session.say(channel.id, 'x'.repeat(2_000));
            await session.leave(channel.id);
          }
          await session.nick(`other${n}`);
          if (n % 2 === 0) await session.quit();
          else session.destroy();
        }),
      );
      // Sockets close and timers of the order of a second run out.
      while (server.clientCount > 0) await delay(20);
      await delay(100);
      heap.push(Math.round(heapOctets() / 1024));
    }
  } finally {
    await server.close();
  }
  return heap;
}

const heap = await memoryRounds();
console.log(`heap after each of ${ROUNDS} rounds of ${SESSIONS} sessions, KiB: ${heap.join(' ')}`);
