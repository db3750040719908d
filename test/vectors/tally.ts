import type { VectorFile } from './loader.js';

type Verdict = 'failed' | 'passed';

/** Counts cases per file. A case has passed once it passed on every backend; one failure is final. */
export class Tally {
  readonly #files: readonly VectorFile[];
  readonly #verdicts = new Map<string, Verdict>();
  /** Backends on which a case passed. */
  readonly #passedOn = new Map<string, Set<string>>();

  constructor(files: readonly VectorFile[]) {
    this.#files = files;
  }

  /** To be called before a run: what never comes to its end has failed. */
  failed(file: string, id: string): void {
    this.#verdicts.set(key(file, id), 'failed');
  }

  passed(file: string, id: string, backend: string, wanted: number): void {
    const on = this.#passedOn.get(key(file, id)) ?? new Set();
    this.#passedOn.set(key(file, id), on.add(backend));
    if (on.size === wanted) this.#verdicts.set(key(file, id), 'passed');
  }

  /** Lines of text: a row per file, and the total. */
  table(): string {
    const rows = this.#files.map((file) => this.#row(file));
    const sum = (column: 'cases' | 'passed' | 'failed' | 'notRun'): number =>
      rows.reduce((total, row) => total + row[column], 0);
    const total = {
      name: 'total',
      cases: sum('cases'),
      passed: sum('passed'),
      failed: sum('failed'),
      notRun: sum('notRun'),
    };
    const line = (...cells: readonly (string | number)[]): string =>
      cells.map((cell, i) => (i === 0 ? String(cell).padEnd(16) : String(cell).padStart(9))).join('');
    return [
      line('file', 'cases', 'passed', 'failed', 'not run'),
      ...[...rows, total].map((row) => line(row.name, row.cases, row.passed, row.failed, row.notRun)),
    ].join('\n');
  }

  #row({ name, cases }: VectorFile) {
    const states = cases.map(({ id }) => this.#verdicts.get(key(name, id)));
    const count = (state: Verdict | undefined): number => states.filter((one) => one === state).length;
    return {
      name,
      cases: cases.length,
      passed: count('passed'),
      failed: count('failed'),
      notRun: count(undefined),
    };
  }
}

function key(file: string, id: string): string {
  return `${file}/${id}`;
}
