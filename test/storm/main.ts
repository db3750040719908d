import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { killAll } from '../../bench/gateway/children.js';
import { ComponentServer } from '../../bench/gateway/component-server.js';
import { Crowd } from './crowd.js';
import { DOMAIN, GatewaySide, SECRET } from './gateway-side.js';
import { SilcSide } from './silc-side.js';

/*
 * `npm run test:storm -- [USERS]`: so many users (default 1,000) join rooms of ten at once, and again after a restart of the
 * SILC server, of the Jabber server, and of the gateway. Everybody must be back, nobody refused. CONTRIBUTING.md tells more.
 */

const users = Number(process.argv[2] ?? 1_000);
if (!Number.isInteger(users) || users < 1) throw new Error('how many users?');

const ROOM_SIZE = 10;
/** Rooms of one user who joins them all at once, as many as a silcd allows, and how long that may take. */
const BOOKMARKS = 50;
const BOOKMARKS_MS = 10_000;
/** How long a server stays away. */
const DOWN_MS = 2_000;
/** One part may take so long: the grace period, and its growth. */
const PART_MS = 120_000 + 200 * users;
/** The aim; and the bound, which is the greater the more the processors have to do beside. */
const LAG_MS = { aim: 100, bound: 1_000 };
const MEMORY_KIB = (300 << 10) + 256 * users;

let load = 1;
const failures: string[] = [];
const figures: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'storm-'));
const silc = await SilcSide.start(join(folder, 'silc.log'));
const crowd = new Crowd();
const bookmarks = new Crowd();

let server = await listen();
const { port } = server;
const gateway = await GatewaySide.prepare(
  folder,
  { component: port, silc: [silc.host, silc.port] },
  users + 1,
);
for (let user = 0; user < users; user++) crowd.add(user, `storm${Math.floor(user / ROOM_SIZE)}@${DOMAIN}`);
for (let room = 0; room < BOOKMARKS; room++) bookmarks.add(users, `mark${room}@${DOMAIN}`);

try {
  await gateway.start(server);
  await part(`${BOOKMARKS} rooms of one user`, async () => {
    bookmarks.join('out');
    await allIn(bookmarks, 'mark', BOOKMARKS_MS);
  });
  await part('all join', async () => {
    crowd.join('out');
    await allIn(crowd, 'storm');
  });
  if (silc.canRestart) {
    await part('SILC server restarted', async () => {
      const restarted = silc.restart(DOWN_MS);
      await delay(DOWN_MS / 2);
      crowd.say(ROOM_SIZE);
      await restarted;
      await allIn(crowd, 'storm');
      await allIn(bookmarks, 'mark');
      const thrownOut = crowd.thrownOut + bookmarks.thrownOut;
      if (thrownOut > 0) failures.push(`${thrownOut} places were lost with the SILC server`);
    });
  }
  await part('Jabber server restarted', async () => {
    server.close();
    await delay(DOWN_MS);
    server = await listen(port);
    await server.attached();
    // Its users log in again, and their clients join.
    crowd.join('in', 'out');
    bookmarks.join('in', 'out');
    await allIn(crowd, 'storm');
    await allIn(bookmarks, 'mark');
  });
  await part('gateway restarted', async () => {
    await gateway.stop();
    await gateway.start(server);
    // Whom the gateway has told that they are out; others it has kept.
    crowd.join('out', 'entering');
    bookmarks.join('out', 'entering');
    await allIn(crowd, 'storm');
    await allIn(bookmarks, 'mark');
  });
  await gateway.stop();
} catch (error) {
  failures.push(error instanceof Error ? error.message : String(error));
  console.log(gateway.log());
} finally {
  server.close();
  await silc.stop();
  killAll();
  rmSync(folder, { recursive: true, force: true });
}

const refused = [...crowd.refusals, ...bookmarks.refusals];
for (const [what, count] of refused) console.log(`refused ${count} times: ${what}`);
if (refused.length > 0)
  failures.push(`${refused.reduce((sum, [, count]) => sum + count, 0)} joins were refused`);
const [lag, memory] = [Math.round(gateway.lagMs), Math.round(gateway.memoryKiB / 1_024)];
if (lag > LAG_MS.bound * load) failures.push(`the event loop stood still for ${lag} ms`);
if (gateway.memoryKiB > MEMORY_KIB) failures.push(`the gateway took ${memory} MiB`);
const aim = lag > LAG_MS.aim ? ` (more than ${LAG_MS.aim}; load of a processor ${load.toFixed(1)})` : '';
console.log(
  `storm: ${users} users; ${figures.join(', ')}; lag at most ${lag} ms${aim}, memory ${memory} MiB; ` +
    (failures.length === 0 ? 'all back, none refused' : `FAILED: ${failures.join('; ')}`),
);
process.exit(failures.length === 0 ? 0 : 1);

function listen(onPort = 0): Promise<ComponentServer> {
  return ComponentServer.listen(
    { secret: SECRET, batchesSmallWrites: false },
    (stanza) => {
      crowd.onStanza(stanza);
      bookmarks.onStanza(stanza);
    },
    onPort,
  ).then((listening) => (crowd.server = bookmarks.server = listening));
}

async function part(name: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  load = Math.max(load, (loadavg()[0] ?? 0) / availableParallelism());
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  figures.push(`${name} ${seconds} s`);
  const [times, lag] = [crowd.times.sort((a, b) => a - b), Math.round(gateway.lagMs)];
  const middle = ((times[times.length >> 1] ?? 0) / 1_000).toFixed(1);
  console.log(`${name}: ${seconds} s; joins: median ${middle} s; lag at most ${lag} ms so far`);
}

/** Waits until every place is taken, as the Jabber clients see it and as SILC does. @throws after `limitMs` */
async function allIn(who: Crowd, prefix: string, limitMs = PART_MS): Promise<void> {
  const end = performance.now() + limitMs;
  let onSilc = -1;
  for (;;) {
    if (who.count('in') === who.size) {
      onSilc = await silc.usersOn(prefix).catch(() => -1);
      if (onSilc === who.size) return;
    }
    if (performance.now() > end) {
      throw new Error(`${who.count('in')} of ${who.size} are in their rooms, ${onSilc} on SILC`);
    }
    await delay(100);
  }
}
