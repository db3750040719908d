import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from '../table.js';
import { Biboumi, peerInstalled } from './biboumi.js';
import { killAll } from './children.js';
import { Figures } from './figures.js';
import { Ours } from './ours.js';
import { full, quick } from './profile.js';
import { jsonReport, OURS, printReport } from './report.js';
import { measure, STAGES, type Scope } from './stages.js';
import type { System } from './system.js';
import { takeTurns } from './turns.js';

/*
 * The gateway under load, beside biboumi in the same run where Debian's `biboumi` and `ngircd` are installed:
 * `npm run bench:gateway -- [--quick] [--rounds N] [--only ours,biboumi] [--stages few,many,crowd,hall] [--json FILE] [--disk FOLDER]
 * [--against FOLDER] [--history]`, where the latter is another checkout of this project, with its build in `dist`.
 * `SILC_BENCH_SERVER=HOST:PORT` puts a silcd in the place of the embedded server.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    stages: { type: 'string', default: STAGES.join(',') },
    against: { type: 'string' },
    history: { type: 'boolean', default: false },
    json: { type: 'string' },
    disk: { type: 'string', default: tmpdir() },
  },
});

/** Everything is bounded; should a bound be missing, the bench ends all the same. */
const LIMIT_MINUTES = values.quick ? 6 : 120;

const HERE = fileURLToPath(new URL('../..', import.meta.url));

interface Candidate {
  readonly system: System;
  readonly scope: Scope;
}

function candidates(memoryFolder: string, diskFolder: string): Candidate[] {
  const ours = (name: string, checkout: string, historyDays?: number): Candidate => {
    const options = { dist: resolve(checkout, 'dist'), folder: memoryFolder, historyDays };
    return {
      system: new Ours(name, { ...options, external: process.env['SILC_BENCH_SERVER'] }),
      scope: 'all',
    };
  };
  const list: Candidate[] = [ours(OURS, HERE)];
  if (values.against !== undefined) list.push(ours('before', values.against));
  if (values.history) return [...list, ours('without history', HERE, 0)];
  if (peerInstalled()) {
    const peer = (kind: string, folder: string, history: boolean): System =>
      new Biboumi(`biboumi (${kind})`, folder, { history });
    list.push(
      { system: peer('no history', memoryFolder, false), scope: 'core' },
      { system: peer('tmpfs', memoryFolder, true), scope: 'all' },
      { system: peer('disk', diskFolder, true), scope: 'knee' },
    );
  } else {
    console.error('biboumi and ngircd are not installed: no comparison (apt-get install biboumi ngircd)');
  }
  const names = values.only?.split(',');
  return list.filter(({ system }) => names?.some((name) => system.name.includes(name)) ?? true);
}

const shared = '/dev/shm';
const memoryFolder = mkdtempSync(join(existsSync(shared) ? shared : tmpdir(), 'gateway-bench-'));
const diskFolder = mkdtempSync(join(values.disk, 'gateway-bench-'));
function cleanUp(): void {
  killAll();
  for (const folder of [memoryFolder, diskFolder]) rmSync(folder, { recursive: true, force: true });
}
process.on('exit', cleanUp);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
setTimeout(() => {
  console.error(`not done after ${LIMIT_MINUTES} minutes`);
  report();
  process.exit(1);
}, LIMIT_MINUTES * 60_000).unref();

const profile = values.quick ? quick : full;
const stages = STAGES.filter((stage) => values.stages.split(',').includes(stage));
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const results = candidates(memoryFolder, diskFolder).map((candidate) => ({
  ...candidate,
  rounds: [] as Figures[],
}));
let failures = 0;

function report(): void {
  const systems = results.map(({ system, rounds }) => ({ system: system.name, rounds }));
  console.log(machine());
  printReport(systems);
  if (values.json !== undefined) {
    writeFileSync(values.json, jsonReport(systems, { rounds, quick: values.quick }));
  }
}

if (values.history) {
  const systems = results.map(({ system }) => system);
  const turns = await takeTurns(systems, { ...profile, turns: Number(values.rounds ?? profile.turns) });
  console.log(machine());
  printReport(turns);
  for (const { system, share } of turns.slice(0, -1)) {
    const [cost, error] = [1 - share.ratio, share.error].map((part) => (100 * part).toFixed(1));
    console.log(`${system}: history costs ${cost} % (± ${error}) of the room messages a second`);
  }
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      jsonReport(turns, {
        quick: values.quick,
        turns: turns.map(({ system, share }) => ({ system, ...share })),
      }),
    );
  process.exit(0);
}
for (let round = 1; round <= rounds; round++) {
  for (const { system, scope, rounds: done } of results) {
    console.error(`  round ${round} of ${rounds}: ${system.name}`);
    const figures = new Figures();
    done.push(figures);
    try {
      await measure(system, { scope, stages, profile, figures });
    } catch (error) {
      failures++;
      console.error(`  ${system.name}:`, error);
    }
  }
}
report();
process.exit(failures === 0 ? 0 : 1);
