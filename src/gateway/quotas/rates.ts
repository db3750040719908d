/** What is counted as it goes by. */
export const QUOTA_KINDS = [
  'joins',
  'messages',
  'octets',
  'invitations',
  'registrations',
  'lookups',
  'uploads',
] as const;
export type QuotaKind = (typeof QUOTA_KINDS)[number];

/** How much of it a minute, by whom. */
export interface QuotaRates {
  /** One user. */
  readonly user: number;
  /** All users of one domain; four times as much those of all subdomains of a domain together. */
  readonly domain: number;
  /** Everybody. */
  readonly all: number;
}

/**
 * What a busy house of five thousand users does not reach: all of them log in at once, with the rooms of their bookmarks, write, and
 * ask who the others are. One domain has no more than a half of what there is for all.
 */
export const DEFAULT_RATES: Readonly<Record<QuotaKind, QuotaRates>> = {
  joins: { user: 60, domain: 3_000, all: 6_000 },
  messages: { user: 600, domain: 15_000, all: 60_000 },
  octets: { user: 4_194_304, domain: 67_108_864, all: 268_435_456 },
  invitations: { user: 10, domain: 120, all: 600 },
  registrations: { user: 4, domain: 60, all: 240 },
  lookups: { user: 120, domain: 3_000, all: 12_000 },
  uploads: { user: 60, domain: 240, all: 960 },
};

/** So many minutes' worth of it may come at once. */
export const BURST_MINUTES: Readonly<Record<QuotaKind, number>> = {
  joins: 10,
  messages: 10,
  octets: 10,
  invitations: 2,
  registrations: 5,
  lookups: 5,
  uploads: 5,
};
