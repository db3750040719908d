/** One look at the gateway's process. */
export interface Sample {
  readonly seconds: number;
  readonly values: Readonly<Record<Figure, number>>;
}

export const FIGURES = [
  'heap MiB',
  'octets MiB',
  'rss MiB',
  'other fds',
  'timers',
  'sessions',
  'rooms',
] as const;
export type Figure = (typeof FIGURES)[number];

/** What a figure may grow by from the middle of the run to its end: so much, or such a part of itself if that is more. */
export interface Bound {
  readonly figure: Figure;
  readonly absolute: number;
  readonly part: number;
}

export interface Verdict {
  readonly figure: Figure;
  readonly from: number;
  readonly to: number;
  readonly allowed: number;
  readonly isFlat: boolean;
}

/** Samples between two looks at the least of them: the heap is a saw, and only its lower edge says what is kept. */
const WINDOW = 5;

/**
 * Whether the figures stay as they are: a line is laid through the second half of the run (least squares), when caches have
 * filled, and what it climbs from its beginning to its end is compared with the bound.
 */
export function judge(samples: readonly Sample[], bounds: readonly Bound[]): readonly Verdict[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  return bounds.map(({ figure, absolute, part }) => {
    const points = lowerEdge(half.map(({ seconds, values }) => [seconds, values[figure]] as const));
    const { from, to } = line(points);
    const allowed = Math.max(absolute, part * Math.abs(from));
    // What could not be measured is not flat.
    return { figure, from, to, allowed, isFlat: to - from <= allowed };
  });
}

type Point = readonly [x: number, y: number];

function lowerEdge(points: readonly Point[]): readonly Point[] {
  if (points.length < 3 * WINDOW) return points;
  const edge: Point[] = [];
  for (let start = 0; start + WINDOW <= points.length; start += WINDOW) {
    const window = points.slice(start, start + WINDOW);
    const [first = [Number.NaN, Number.NaN] as const, ...others] = window;
    edge.push(others.reduce((least, point) => (point[1] < least[1] ? point : least), first));
  }
  return edge;
}

/** The line through the points: its height at the first and at the last. */
function line(points: readonly Point[]): { readonly from: number; readonly to: number } {
  const count = points.length;
  const sum = (of: (point: Point) => number): number => points.reduce((total, point) => total + of(point), 0);
  const [meanX, meanY] = [sum(([x]) => x) / count, sum(([, y]) => y) / count];
  const spread = sum(([x]) => (x - meanX) ** 2);
  const slope = spread === 0 ? 0 : sum(([x, y]) => (x - meanX) * (y - meanY)) / spread;
  const at = (x: number): number => meanY + slope * (x - meanX);
  return { from: at(points[0]?.[0] ?? Number.NaN), to: at(points.at(-1)?.[0] ?? Number.NaN) };
}
