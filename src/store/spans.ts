/** A stretch of time, milliseconds since 1970, both ends included. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** The same time without overlaps, in order. @param spans in the order of `since` */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last === undefined || last.until < span.since) result.push(span);
    else result[result.length - 1] = { since: last.since, until: Math.max(last.until, span.until) };
  }
  return result;
}
