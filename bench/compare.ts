import { engineAt, engineHere, type Engine } from './engine.js';
import { machine, median, printTable, type Row } from './table.js';
import { BATCH, exchangeKeys, PACKET_CIPHERS, PACKET_SIZES, packetWork } from './work.js';

/**
 * The plain path of this tree against the one of an earlier commit, in one process and turn by turn, so that the noise of the
 * machine hits both: `npm run bench:compare [COMMIT] [--quick]`. The figures are medians; `ratio` is the median of the ratios
 * of neighbouring turns, above 1 when this tree is faster.
 */

/** The last state of the engine before it grew beyond what plain conversation needs. */
const BEFORE_THE_FULL_ENGINE = 'a5fed43';

/** Does the work once and resolves with how many things were done, in how many milliseconds. */
type Turn = () => Promise<{ count: number; milliseconds: number }>;

interface Measured {
  readonly what: string;
  readonly turns: number;
  readonly prepare: (engine: Engine) => Promise<{ turn: Turn; close?: () => Promise<void> }>;
}

const quick = process.argv.includes('--quick');
const commit = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? BEFORE_THE_FULL_ENGINE;

function measured(): Measured[] {
  const turns = quick ? 15 : 101;
  const list: Measured[] = [];
  for (const cipher of PACKET_CIPHERS) {
    for (const size of PACKET_SIZES) {
      for (const direction of ['encode', 'decode'] as const) {
        list.push({
          what: `packets/s, ${direction}, ${cipher}, ${size} B`,
          turns,
          prepare: packets(cipher, size, direction),
        });
      }
    }
  }
  list.push({ what: 'key exchanges/s, group 2, 2048-bit keys', turns: quick ? 10 : 60, prepare: exchanges });
  list.push({ what: 'lines/s, session to session through a server', turns: quick ? 5 : 31, prepare: lines });
  return list;
}

function packets(
  cipher: (typeof PACKET_CIPHERS)[number],
  size: number,
  direction: 'encode' | 'decode',
): Measured['prepare'] {
  return ({ crypto, frames }) => {
    const work = packetWork(frames, crypto.nodeBackend, { cipher, size })[direction];
    const batches = size < 4096 ? 16 : 4;
    return Promise.resolve({
      turn: () => {
        const start = performance.now();
        for (let i = 0; i < batches; i++) work();
        return Promise.resolve({ count: batches * BATCH, milliseconds: performance.now() - start });
      },
    });
  };
}

async function exchanges({ crypto, exchanges }: Engine): ReturnType<Measured['prepare']> {
  const backend = crypto.nodeBackend;
  const keyPair = await crypto.generateKeyPair(backend, {
    bits: 2048,
    identifier: { UN: 'bench', HN: 'localhost' },
  });
  return {
    turn: async () => ({
      count: 1,
      milliseconds: await exchangeKeys(exchanges, backend, keyPair, 'diffie-hellman-group2'),
    }),
  };
}

/** Lines that wait for their turn at a time; more would only fill queues. */
const LINES = 500;

async function lines({ crypto, sessions }: Engine): ReturnType<Measured['prepare']> {
  const keyPair = (UN: string): ReturnType<typeof crypto.generateKeyPair> =>
    crypto.generateKeyPair(crypto.nodeBackend, { bits: 2048, identifier: { UN, HN: 'localhost' } });
  const server = await sessions.SilcServer.listen({
    port: 0,
    name: 'bench.test',
    keyPair: await keyPair('server'),
  });
  const connect = async (nickname: string): ReturnType<typeof sessions.connectSession> =>
    sessions.connectSession({
      host: '127.0.0.1',
      port: server.port,
      keyPair: await keyPair(nickname),
      nickname,
      username: nickname,
      verifyServerKey: () => true,
    });
  const [speaker, listener] = [await connect('speaker'), await connect('listener')];
  const { channel } = await speaker.join('bench');
  await listener.join('bench');
  let heard = 0;
  let wake: () => void = () => undefined;
  listener.subscribe((event) => {
    if (event.type === 'channel-message' && ++heard % LINES === 0) wake();
  });
  return {
    turn: async () => {
      const all = new Promise<void>((resolve) => (wake = resolve));
      const start = performance.now();
      for (let i = 0; i < LINES; i++)
        await speaker.say(channel.id, 'a line of a conversation, not too long and not too short');
      await all;
      return { count: LINES, milliseconds: performance.now() - start };
    },
    close: async () => {
      await Promise.all([speaker.quit(), listener.quit()]);
      await server.close();
    },
  };
}

/** One row: both engines by turns, each beginning every second time. */
async function row({ what, turns, prepare }: Measured, before: Engine, now: Engine): Promise<Row> {
  const sides = [await prepare(before), await prepare(now)] as const;
  const rates: [number[], number[]] = [[], []];
  const once = async (side: 0 | 1): Promise<number> => {
    const { count, milliseconds } = await sides[side].turn();
    return (1000 * count) / milliseconds;
  };
  for (let i = 0; i < Math.ceil(turns / 5); i++) for (const side of [0, 1] as const) await once(side);
  for (let i = 0; i < turns; i++) {
    for (const side of i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const))
      rates[side].push(await once(side));
  }
  for (const { close } of sides) await close?.();
  const ratios = rates[0].map((rate, i) => (rates[1][i] ?? Number.NaN) / rate);
  return {
    what,
    values: { [before.name]: median(rates[0]), [now.name]: median(rates[1]), ratio: median(ratios) },
  };
}

const [before, now] = [await engineAt(commit), await engineHere()];
console.log(machine());
const rows: Row[] = [];
for (const one of measured()) rows.push(await row(one, before, now));
printTable(`The plain path, ${before.name} and ${now.name}`, rows);
