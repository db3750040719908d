import type { VectorFile } from './loader.js';

type Verdict =
  { readonly state: 'failed' | 'passed' } | { readonly state: 'pending'; readonly reason: string };

/** Counts cases per file. A case has passed once it passed on every backend; one failure is final. */
export class Tally {
  readonly #files: readonly VectorFile[];
  readonly #verdicts = new Map<string, Verdict>();
  /** Backends on which a case passed. */
  readonly #passedOn = new Map<string, Set<string>>();

  constructor(files: readonly VectorFile[]) {
    this.#files = files;
  }

  pending(file: string, id: string, reason: string): void {
    this.#verdicts.set(key(file, id), { state: 'pending', reason });
  }

  /** To be called before a run: what never comes to its end has failed. */
  failed(file: string, id: string): void {
    this.#verdicts.set(key(file, id), { state: 'failed' });
  }

  passed(file: string, id: string, backend: string, wanted: number): void {
    const on = this.#passedOn.get(key(file, id)) ?? new Set();
    this.#passedOn.set(key(file, id), on.add(backend));
    if (on.size === wanted) this.#verdicts.set(key(file, id), { state: 'passed' });
  }

  /** Lines of text: a row per file, the total, and the reasons of pending cases. */
  table(): string {
    const rows = this.#files.map((file) => this.#row(file));
    const sum = (column: 'cases' | 'passed' | 'failed' | 'pending' | 'notRun'): number =>
      rows.reduce((total, row) => total + row[column], 0);
    const total = {
      name: 'total',
      cases: sum('cases'),
      passed: sum('passed'),
      failed: sum('failed'),
      pending: sum('pending'),
      notRun: sum('notRun'),
    };
    const line = (...cells: readonly (string | number)[]): string =>
      cells.map((cell, i) => (i === 0 ? String(cell).padEnd(16) : String(cell).padStart(9))).join('');
    return [
      line('file', 'cases', 'passed', 'failed', 'pending', 'not run'),
      ...[...rows, total].map((row) => line(row.name, row.cases, row.passed, row.failed, row.pending, row.notRun)),
      ...this.#reasons(),
    ].join('\n');
  }

  #row({ name, cases }: VectorFile) {
    const states = cases.map(({ id }) => this.#verdicts.get(key(name, id))?.state);
    const count = (state: Verdict['state'] | undefined): number => states.filter((one) => one === state).length;
    return {
      name,
      cases: cases.length,
      passed: count('passed'),
      failed: count('failed'),
      pending: count('pending'),
      notRun: count(undefined),
    };
  }

  #reasons(): readonly string[] {
    const groups = new Map<string, string[]>();
    for (const { name, cases } of this.#files) {
      for (const { id } of cases) {
        const verdict = this.#verdicts.get(key(name, id));
        if (verdict?.state !== 'pending') continue;
        const group = `${name}: ${verdict.reason}`;
        groups.set(group, [...(groups.get(group) ?? []), id]);
      }
    }
    return [...groups].map(([group, ids]) => `pending in ${group} (${ids.length}): ${ids.join(', ')}`);
  }
}

function key(file: string, id: string): string {
  return `${file}/${id}`;
}
