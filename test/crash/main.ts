import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { Random } from '../faults/random.js';
import { conversation, isGap, misplaced, twice } from './checks.js';
import { CrashWorld } from './world.js';

/** How long it may take until everything is as it was. */
const SETTLE_MS = 30_000;

const options = await yargs(hideBin(process.argv))
  .options({
    kills: { type: 'number', default: 200, describe: 'times that the gateway is killed (SIGKILL)' },
    terms: { type: 'number', default: 50, describe: 'times that it is asked to end (SIGTERM)' },
    seed: { type: 'number', describe: 'of the order and the moments. Default: by the clock' },
  })
  .strict()
  .parse();

const seed = options.seed ?? Math.floor(Date.now() / 1000) % 1_000_000;
const random = new Random(seed);
const ends: ('SIGKILL' | 'SIGTERM')[] = [
  ...Array.from({ length: options.kills }, () => 'SIGKILL' as const),
  ...Array.from({ length: options.terms }, () => 'SIGTERM' as const),
].sort(() => random.next() - 0.5);
const began = performance.now();
const sum = { kills: 0, terms: 0, putOut: 0, faults: 0, slowest: 0 };
console.log(`seed ${seed}`);

const world = await CrashWorld.start();
try {
  await settled(0);
  for (const [index, signal] of ends.entries()) await once(index + 1, signal);
} catch (error) {
  sum.faults++;
  console.log(error, world.output());
} finally {
  await world.close();
}
const { kills, terms, putOut, faults, slowest } = sum;
console.log(
  `kills ${kills}, terms ${terms}, clients put out and back ${putOut}, slowest back after ${slowest} ms, ` +
    `${Math.round((performance.now() - began) / 1000)} s, faults ${faults}`,
);
process.exit(faults === 0 && kills === options.kills && terms === options.terms ? 0 : 1);

function wrong(round: number, texts: readonly string[]): void {
  if (texts.length === 0) return;
  sum.faults += texts.length;
  for (const text of texts.slice(0, 5)) console.log(`${round}: ${text}`);
  if (texts.length > 5) console.log(`${round}: and ${texts.length - 5} more`);
}

/** Traffic, the end at some moment of it, the next start, and a look at everything. */
async function once(round: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const isTerm = signal === 'SIGTERM';
  const traffic = new AbortController();
  const talking = talk(round, traffic.signal, !isTerm);
  await pause(random.between(0, 400));
  if (isTerm) {
    for (const client of world.clients) client.watch();
    for (const { log } of world.natives) log.clear();
  }
  const code = await world.endGateway(signal);
  await pause(random.between(0, 150));
  traffic.abort();
  await talking;
  if (isTerm) {
    sum.terms++;
    if (code !== 0) wrong(round, [`SIGTERM ended in code ${String(code)}`]);
  } else sum.kills++;
  await world.startGateway();
  const start = performance.now();
  await settled(round, isTerm);
  sum.slowest = Math.max(sum.slowest, Math.round(performance.now() - start));
  if (isTerm) wrong(round, unnoticed());
  wrong(round, await conversation(world, round));
  wrong(round, twice(world));
  for (const client of world.clients) {
    sum.putOut += client.putOut;
    client.putOut = 0;
  }
}

/** Everybody is where everybody should be; after a restart that SILC has not seen every room has said that it is heard again. */
async function settled(round: number, isTerm = false): Promise<void> {
  const deaf = (): string[] =>
    world.clients.flatMap(({ heard, full }) =>
      !isTerm || [...heard.keys()].some(isGap) ? [] : [`${full} was told of no gap`],
    );
  const open = (): string[] => [...misplaced(world), ...deaf()];
  await world.until(() => open().length === 0, SETTLE_MS);
  wrong(round, open());
}

/** What SILC and the clients have seen of a restart that nobody should see. */
function unnoticed(): string[] {
  const onSilc = world.natives.flatMap(({ name, log }) =>
    log.events.flatMap(({ type }) =>
      type === 'member-left' || type === 'member-joined' || type === 'nick-changed'
        ? [`${name} was told ${type} by a restart`]
        : [],
    ),
  );
  const onJabber = world.clients.flatMap(({ full, unavailable }) =>
    unavailable.map((what) => `${full} was told of ${what} by a restart`),
  );
  return [...onSilc, ...onJabber];
}

/** Lines from both sides; with `changes` clients leave and come, too: in every other round they do little else. */
async function talk(round: number, signal: AbortSignal, changes: boolean): Promise<void> {
  const [lines, comings] = round % 2 === 0 ? [0.5, 0.15] : [0.25, 0.6];
  for (let number = 0; !signal.aborted; number++) {
    const text = `${round} traffic ${number}`;
    const client = random.pick(world.clients);
    if (random.chance(lines)) {
      const { session } = random.pick(world.natives);
      const id = session.channelByName(client.channel)?.id;
      if (id !== undefined) await session.say(id, text);
    } else if (changes && random.chance(comings)) {
      if (client.isWanted) client.leave();
      else client.join();
    } else if (client.isIn) client.say(text);
    await pause(random.between(1, 30));
  }
  for (const client of world.clients) if (!client.isWanted) client.join();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
