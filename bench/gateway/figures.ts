/** What a figure is counted in. */
export type Unit = 'ms' | 's' | '1/s' | 'µs' | 'KiB' | 'MiB' | '%' | 'count';

export interface Figure {
  readonly unit: Unit;
  readonly value: number;
}

/** Figures of one system in one round by name, in the order in which they were taken. */
export class Figures {
  readonly all = new Map<string, Figure>();
  readonly #isSilent: boolean;

  /** @param silent keeps figures without telling them as they come */
  constructor(silent?: 'silent') {
    this.#isSilent = silent !== undefined;
  }

  add(name: string, unit: Unit, value: number): void {
    this.all.set(name, { unit, value });
    if (this.#isSilent) return;
    const seconds = (performance.now() / 1_000).toFixed(0).padStart(5);
    console.error(`${seconds} s  ${name}: ${formatFigure(value)} ${unit}`);
  }
}

export function formatFigure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  if (!Number.isFinite(value)) return 'never';
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
