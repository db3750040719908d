import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type * as connecting from '../src/silc/client/connect.js';
import type * as sessions from '../src/silc/client/session.js';
import type { SilcSession } from '../src/silc/client/types.js';
import type * as backends from '../src/silc/crypto/backend-node.js';
import type * as pairs from '../src/silc/crypto/key-pair.js';
import type * as servers from '../src/silc/server/index.js';
import type * as sharings from '../src/silc/client/shared/session-sharing.js';

/**
 * What an idle session holds, in octets: `npm run build && node --expose-gc --import tsx bench/session-memory.ts`. It is what
 * was built that is measured, because a loader of TypeScript adds to each function. The embedded server is another process.
 * Once for sessions on connections (socket, keys and codec included), once for the session object alone.
 */
const SESSIONS = 500;
const ALONE = 2_000;

const built = new URL('../dist/silc/', import.meta.url).href;
const load = (file: string): Promise<unknown> => import(`${built}${file}`);
const { connectSession } = (await load('client/connect.js')) as typeof connecting;
const { ClientSession } = (await load('client/session.js')) as typeof sessions;
const { nodeBackend } = (await load('crypto/backend-node.js')) as typeof backends;
const { decodeKeyPair, encodeKeyPair, generateKeyPair } = (await load('crypto/key-pair.js')) as typeof pairs;
const { SessionSharing } = (await load('client/shared/session-sharing.js')) as typeof sharings;
const { SilcServer } = (await load('server/index.js')) as typeof servers;

interface Held {
  readonly heap: number;
  /** Array buffers, which are not part of the heap. */
  readonly buffers: number;
}

function held(): Held {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 4; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
}

async function settled(): Promise<Held> {
  // Whatever the last step has left to do.
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  return held();
}

function print(what: string, before: Held, after: Held, count: number): void {
  const each = (key: keyof Held): number => Math.round((after[key] - before[key]) / count);
  console.log(`${what.padEnd(28)} heap ${each('heap')}  buffers ${each('buffers')}`);
}

const pair = (UN: string): Promise<pairs.KeyPair> =>
  generateKeyPair(nodeBackend, { bits: 2048, identifier: { UN, HN: 'bench' } });

async function serve(): Promise<void> {
  const server = await SilcServer.listen({ port: 0, name: 'bench', keyPair: await pair('server') });
  process.send?.(server.port);
  process.on('disconnect', () => process.exit());
}

async function measure(port: number): Promise<void> {
  const sharing = new SessionSharing();
  const connect = (n: number, keyPair: pairs.KeyPair): Promise<SilcSession> =>
    connectSession({
      ...{ host: '127.0.0.1', port, keyPair, auth: { method: 'none' } },
      ...{ nickname: `user${n}`, username: 'bench', sharing, verifyServerKey: () => true },
    });
  const keyPair = await pair('client');
  const first = await connect(0, keyPair);
  first.subscribe(() => undefined);
  await first.join('warm');
  await first.ping();

  let before = await settled();
  const sessions: SilcSession[] = [];
  for (let n = 1; n <= SESSIONS; n++) {
    const session = await connect(n, keyPair);
    session.subscribe(() => undefined);
    sessions.push(session);
  }
  print('session with its connection', before, await settled(), SESSIONS);

  if (!(first instanceof ClientSession)) throw new Error('no session of the engine');
  const { connection, serverId } = first.core;
  before = await settled();
  const alone: sessions.ClientSession[] = [];
  const liveness = { intervalMs: 60_000, dueMs: 5_000, timeoutMs: 120_000 };
  for (let n = 0; n < ALONE; n++) {
    const session = new ClientSession({
      ...{ connection, backend: nodeBackend, serverId, clientId: first.self.clientId },
      ...{ nickname: 'user', username: 'bench', realName: '', fingerprint: '', keyPair },
      ...{ negotiatePrivateKeys: false, answerAcknowledgements: true, watching: undefined },
      ...{ sharing, registration: { askedAt: 0, answeredAt: 0 }, commandTimeoutMs: undefined, liveness },
    });
    session.subscribe(() => undefined);
    alone.push(session);
  }
  print('session alone', before, await settled(), ALONE);

  const encoded = encodeKeyPair(keyPair);
  before = await settled();
  const decoded = Array.from({ length: ALONE }, () => decodeKeyPair(encoded));
  print('key pair', before, await settled(), decoded.length);
  console.log(sessions.length + alone.length + decoded.length, 'kept');
}

if (process.argv[2] === 'serve') await serve();
else {
  const server = fork(fileURLToPath(import.meta.url), ['serve']);
  const port = await new Promise<number>((resolve) =>
    server.once('message', (message) => resolve(Number(message))),
  );
  await measure(port);
  server.disconnect();
  process.exit();
}
