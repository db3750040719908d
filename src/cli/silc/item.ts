/** What a JSON line can hold. Undefined members are left out. */
export type Json =
  string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };

export type JsonObject = Readonly<Record<string, Json>>;

/** How a line looks on a terminal that has colours. */
export type Tone = 'plain' | 'quiet' | 'private' | 'good' | 'bad';

/** One thing that the client tells: a line of JSON, or lines for people. */
export interface Item {
  /** Stable; the operator guide lists them. */
  readonly type: string;
  readonly fields?: JsonObject;
  /** As they came from outside: the printer makes them safe. */
  readonly lines: readonly string[];
  readonly tone?: Tone;
  /** Lines for standard error: not a result. */
  readonly aside?: boolean;
}

/** A line that cannot be done; the text is all that the user needs. */
export class LineError extends Error {
  readonly details: { readonly lines?: readonly string[]; readonly fields?: JsonObject };

  constructor(message: string, details: LineError['details'] = {}) {
    super(message);
    this.name = 'LineError';
    this.details = details;
  }
}

/** Arguments that are missing, too many, or not of their kind: the user is told the usage of the command. */
export class UsageError extends Error {
  /** @param problem what is wrong, where that is not plain from the usage */
  constructor(problem = '') {
    super(problem);
    this.name = 'UsageError';
  }
}
