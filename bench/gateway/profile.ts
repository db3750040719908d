/** Lines that are said, evenly spread. */
export interface Speech {
  readonly perSecond: number;
  readonly seconds: number;
}

/** How long each part lasts. Rates are a second, `Ms` are milliseconds. */
export interface Profile {
  readonly joinRate: number;
  readonly furtherRate: number;
  /** Lines a second, and how long. */
  readonly speeches: readonly Speech[];
  /** After all of these: what a process is like that has run for a while, with its code compiled. */
  readonly warmSpeech: Speech;
  /** The same among many users, and in one large room. */
  readonly talkSeconds: number;
  readonly climbSeconds: number;
  readonly climbRefinements: number;
  readonly climbRuns: number;
  /** Where systems take turns: how many each has, and how long one is. */
  readonly turns: number;
  readonly turnSeconds: number;
  /** After the last line its copies may take so long, and then the system so long to be quiet. */
  readonly drainMs: number;
  readonly quietMs: number;
  readonly nickSeconds: number;
  readonly idleSeconds: number;
  /** Steps that memory is given at least to settle. */
  readonly memorySteps: number;
  /** Users in rooms of ten: where everything is measured, and where memory and idle cost are. */
  readonly fewUsers: number;
  readonly manyUsers: number;
  /** In rooms of ten for their memory only; 0 for none. */
  readonly crowdUsers: number;
  /** Users in one room: where the cost of a join is measured, and at last. */
  readonly hallUsers: readonly number[];
  /** Joins of many are given this long altogether; who is not in by then is counted. */
  readonly fillMs: number;
}

export const full: Profile = {
  joinRate: 5,
  furtherRate: 20,
  speeches: [
    { perSecond: 10, seconds: 30 },
    { perSecond: 100, seconds: 15 },
    { perSecond: 1_000, seconds: 10 },
  ],
  warmSpeech: { perSecond: 100, seconds: 15 },
  talkSeconds: 10,
  climbSeconds: 4,
  climbRefinements: 4,
  climbRuns: 20,
  turns: 60,
  turnSeconds: 2,
  drainMs: 10_000,
  quietMs: 60_000,
  nickSeconds: 10,
  idleSeconds: 30,
  memorySteps: 8,
  fewUsers: 100,
  manyUsers: 1_000,
  crowdUsers: 5_000,
  hallUsers: [250, 500],
  fillMs: 240_000,
};

export const quick: Profile = {
  joinRate: 20,
  furtherRate: 40,
  speeches: [
    { perSecond: 100, seconds: 3 },
    { perSecond: 1_000, seconds: 2 },
  ],
  warmSpeech: { perSecond: 100, seconds: 3 },
  talkSeconds: 3,
  climbSeconds: 1.5,
  climbRefinements: 2,
  climbRuns: 10,
  turns: 16,
  turnSeconds: 1.5,
  drainMs: 3_000,
  quietMs: 12_000,
  nickSeconds: 8,
  memorySteps: 4,
  idleSeconds: 5,
  fewUsers: 100,
  manyUsers: 1_000,
  crowdUsers: 0,
  hallUsers: [250, 500],
  fillMs: 40_000,
};
