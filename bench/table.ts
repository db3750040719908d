import { cpus, totalmem } from 'node:os';

/** One line of a table: what was measured, and its figures by column. */
export interface Row {
  readonly what: string;
  readonly values: Readonly<Record<string, number>>;
}

export function printTable(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.values)))];
  const width = Math.max(...rows.map((row) => row.what.length));
  console.log([''.padEnd(width), ...columns.map((column) => column.padStart(12))].join('  '));
  for (const { what, values } of rows) {
    const cells = columns.map((column) => format(values[column]).padStart(12));
    console.log([what.padEnd(width), ...cells].join('  '));
  }
}

/** The machine, so that figures of different ones are not compared. */
export function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

function format(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2);
}
