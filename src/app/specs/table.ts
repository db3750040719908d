import type { RfcSpec, Spec, XepSpec, XepStatus } from '../../gateway/spec.js';

/** A XEP with all that was said of it. */
export interface XepRow {
  readonly xep: number;
  readonly title: string;
  readonly version: string;
  readonly date: string;
  readonly status: XepStatus;
  readonly parts: readonly string[];
  readonly leftOut: readonly string[];
  readonly namespaces: readonly string[];
}

export interface RfcRow {
  readonly rfc: number;
  readonly title: string;
  readonly parts: readonly string[];
}

/**
 * One row a XEP, by number; it is complete when nothing that is said of it leaves anything out.
 * @throws Error when two places name different versions or titles of one
 */
export function xepRows(specs: readonly Spec[]): readonly XepRow[] {
  const xeps = specs.filter((spec): spec is XepSpec => 'xep' in spec);
  return [...grouped(xeps, ({ xep }) => xep)].map(([xep, rows]) => ({
    xep,
    title: only(rows, ({ title }) => title),
    version: only(rows, ({ version }) => version),
    date: only(rows, ({ date }) => date),
    status: rows.every(({ status }) => status === 'complete') ? 'complete' : 'partial',
    parts: unique(rows.flatMap(({ part }) => part ?? [])),
    leftOut: unique(rows.flatMap(({ leftOut }) => leftOut ?? [])),
    namespaces: unique(rows.flatMap(({ namespaces }) => namespaces ?? [])),
  }));
}

/** One row an RFC, by number. */
export function rfcRows(specs: readonly Spec[]): readonly RfcRow[] {
  const rfcs = specs.filter((spec): spec is RfcSpec => 'rfc' in spec);
  return [...grouped(rfcs, ({ rfc }) => rfc)].map(([rfc, rows]) => ({
    rfc,
    title: only(rows, ({ title }) => title),
    parts: unique(rows.map(({ part }) => part)),
  }));
}

function grouped<T>(all: readonly T[], numberOf: (one: T) => number): Map<number, T[]> {
  const numbers = unique(all.map(numberOf)).toSorted((a, b) => a - b);
  return new Map(numbers.map((number) => [number, all.filter((one) => numberOf(one) === number)]));
}

function only<T>(rows: readonly T[], valueOf: (row: T) => string): string {
  const [value = '', ...others] = unique(rows.map(valueOf));
  if (others.length > 0)
    throw new Error(`One specification is named in two ways: ${value}, ${others.join(', ')}.`);
  return value;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
