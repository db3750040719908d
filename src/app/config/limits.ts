import type { ZodType } from 'zod';
import { z } from '../../util/zod.js';
import { BURST_MINUTES, DEFAULT_RATES, type QuotaKind } from '../../gateway/quotas/rates.js';

const count = z.int().min(1);

const MEANINGS: Readonly<Record<QuotaKind, string>> = {
  joins: 'Rooms that are entered a minute',
  messages: 'Messages a minute',
  octets: 'Their length a minute, in UTF-16 units of all that they hold',
  invitations: 'Invitations a minute',
  registrations: 'Registrations with the gateway a minute',
  lookups: 'Questions about SILC users a minute (vCards, clients, times)',
  uploads: "Files of SILC users that go to a user's server a minute",
};

function rate(kind: QuotaKind) {
  const { user, domain, all } = DEFAULT_RATES[kind];
  return z
    .strictObject({
      user: count.default(user).describe('Of one user.'),
      domain: count.default(domain).describe('Of all users of one domain.'),
      all: count.default(all).describe('Of everybody.'),
    })
    .prefault({})
    .describe(`${MEANINGS[kind]}; those of ${BURST_MINUTES[kind]} minutes may come at once.`);
}

function ofDomain(description: string, example: number) {
  return count
    .optional()
    .describe(description)
    .meta({ examples: [example] });
}

/** Section `limits`. */
export const limits = z.strictObject({
  sessions: count.default(5000).describe('SILC sessions in all.'),
  sessions_per_domain: ofDomain(
    'SILC sessions of the users of one domain; four times as many of all subdomains of one together. Default: half of `sessions`, unless `access.allow` names the domain.',
    1000,
  ),
  rooms: count.default(100_000).describe('Places of users in rooms, in all: a user in two rooms has two.'),
  rooms_per_domain: ofDomain(
    'Places in rooms of the users of one domain; four times as many of all subdomains of one together. Default: half of `rooms`, unless `access.allow` names the domain.',
    20_000,
  ),
  rooms_per_user: count.default(50).describe('Rooms that a user may be in.'),
  resources_per_user: count.default(20).describe('Clients that a user may have in rooms.'),
  key_pairs: count
    .default(200_000)
    .describe(
      'Key pairs of users in all, which are kept for good. A quarter of them may be of users that others have named before they came.',
    ),
  key_pairs_per_domain: ofDomain(
    'Key pairs of the users of one domain; four times as many of all subdomains of one together. Default: half of `key_pairs`, unless `access.allow` names the domain.',
    10_000,
  ),
  new_users_per_hour: count
    .default(200)
    .describe(
      'New users of one domain (and four times as many of all subdomains of one together), unless `access.allow` names it or them.',
    ),
  rates: z
    .strictObject({
      joins: rate('joins'),
      messages: rate('messages'),
      octets: rate('octets'),
      invitations: rate('invitations'),
      registrations: rate('registrations'),
      lookups: rate('lookups'),
      uploads: rate('uploads'),
    } satisfies Record<QuotaKind, ZodType>)
    .prefault({})
    .describe(
      'What is used up as time goes by. A domain counts with its subdomains, which have four times as much together; one that `access.allow` names has no share of its own.',
    ),
});

/** What a network may narrow. @param entry - an entry of the access lists */
export const networkAccess = <Entry extends ZodType<string>>(entry: Entry) =>
  z.strictObject({
    allow: z.array(entry).prefault([]).describe('As `access.allow`, for this network.'),
    deny: z.array(entry).prefault([]).describe('As `access.deny`.'),
  });

export const networkLimits = z.strictObject({
  sessions: count
    .optional()
    .describe('Sessions on this network in all.')
    .meta({ examples: [500] }),
  sessions_per_domain: count
    .optional()
    .describe(
      'Sessions of the users of one domain on it; four times as many of all subdomains of one together.',
    )
    .meta({ examples: [50] }),
});
