import { execFileSync } from 'node:child_process';
import { machine } from '../table.js';
import { formatFigure, type Figures, type Unit } from './figures.js';
import { median } from './stats.js';

/** All rounds of one system. */
export interface SystemRounds {
  readonly system: string;
  readonly rounds: readonly Figures[];
}

/** The column that the others are compared with. */
export const OURS = 'ours';

interface Row {
  readonly name: string;
  readonly unit: Unit;
  /** Medians, one a system; NaN where it was not measured. */
  readonly values: readonly number[];
}

/** Prints one row a figure: the median of each system, and ours divided by each of the others. */
export function printReport(systems: readonly SystemRounds[]): void {
  const others = systems[0]?.system === OURS ? systems.slice(1) : [];
  const head = [
    '',
    ...systems.map(({ system }) => system),
    ...others.map(({ system }) => `ours / ${system}`),
  ];
  const lines = rowsOf(systems).map(({ name, unit, values }) => {
    const [ours = Number.NaN, ...rest] = values;
    const ratios = rest
      .slice(0, others.length)
      .map((value) => formatFigure(value === 0 ? Number.NaN : ours / value));
    return [`${name} [${unit}]`, ...values.map(formatFigure), ...ratios];
  });
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)),
  );
  for (const line of [head, ...lines]) {
    const [name = '', ...cells] = line;
    const padded = cells.map((cell, i) => cell.padStart(widths[i + 1] ?? 0));
    console.log([name.padEnd(widths[0] ?? 0), ...padded].join('  '));
  }
}

/** The same and every round's figure, for programs. */
export function jsonReport(systems: readonly SystemRounds[], options: object): string {
  const figures = rowsOf(systems).map(({ name, unit, values }) => ({
    name,
    unit,
    systems: Object.fromEntries(
      systems.map(({ system, rounds }, i) => [
        system,
        { median: values[i], rounds: rounds.map(({ all }) => all.get(name)?.value) },
      ]),
    ),
  }));
  return JSON.stringify({ commit: commit(), machine: machine(), ...options, figures }, null, 2);
}

function rowsOf(systems: readonly SystemRounds[]): Row[] {
  const units = new Map<string, Unit>();
  for (const { rounds } of systems) {
    for (const { all } of rounds) for (const [name, { unit }] of all) units.set(name, unit);
  }
  return [...units].map(([name, unit]) => ({
    name,
    unit,
    values: systems.map(({ rounds }) => median(rounds.map(({ all }) => all.get(name)?.value ?? Number.NaN))),
  }));
}

function commit(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
