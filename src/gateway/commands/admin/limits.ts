import { StanzaError } from '../../../component/stanza.js';
import type { FormValues } from '../../../mapping/data-form.js';
import { joinTexts, type Text, text } from '../../../text/text.js';
import type { GatewayConfig } from '../../config-types.js';
import { QUOTA_KINDS, type QuotaKind, type QuotaRates } from '../../quotas/rates.js';
import { reconfigure } from '../../reconfigure.js';
import { ask, value } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

type Limits = GatewayConfig['limits'];

/** Numbers that a form may set; more than any gateway has of anything. */
const LARGEST = 1_000_000_000_000;

/** Where nothing is set for a domain, it has a share of all. */
const OF_DOMAIN = ['sessions_per_domain', 'rooms_per_domain', 'key_pairs_per_domain'] as const;
const labels = {
  sessions: text((words) => words.admin.limitSessions),
  sessions_per_domain: text((words) => words.admin.limitDomain),
  rooms: text((words) => words.admin.limitAllRooms),
  rooms_per_domain: text((words) => words.admin.limitRoomsOfDomain),
  rooms_per_user: text((words) => words.admin.limitRooms),
  resources_per_user: text((words) => words.admin.limitResources),
  key_pairs: text((words) => words.admin.limitKeyPairs),
  key_pairs_per_domain: text((words) => words.admin.limitKeyPairsOfDomain),
  new_users_per_hour: text((words) => words.admin.limitNewcomers),
} satisfies Readonly<Record<Exclude<keyof Limits, 'rates'>, Text>>;
type Limit = keyof typeof labels;
const names = Object.keys(labels).filter((name): name is Limit => Object.hasOwn(labels, name));
const SCOPES = ['user', 'domain', 'all'] as const satisfies readonly (keyof QuotaRates)[];

/** A number of the form: the name of its field is its place in the configuration. */
interface Row {
  readonly name: string;
  readonly label: Text;
  readonly least: number;
  readonly of: (limits: Limits) => number;
}

const rows: readonly Row[] = [
  ...names.map((name) => ({
    name,
    label: labels[name],
    least: isOfDomain(name) ? 0 : 1,
    of: (limits: Limits) => limits[name] ?? 0,
  })),
  ...QUOTA_KINDS.flatMap((kind) =>
    SCOPES.map((scope) => ({
      name: rateName(kind, scope),
      label: text(({ admin, quotas }) => admin[`rate-of-${scope}`](admin.limitRate(quotas[kind]))),
      least: 1,
      of: ({ rates }: Limits) => rates[kind][scope],
    })),
  ),
];

/** An administrator sees and changes the limits. */
export function limits(parts: AdminParts): Command {
  const { context, sessions } = parts;

  function set(values: FormValues): CommandStep {
    const numbers = new Map(rows.map((row) => [row.name, numberOf(row, values)]));
    reconfigure(context, { limits: limitsOf((name) => numbers.get(name) ?? 1) });
    const used = String(sessions.counts.total);
    return done(text((words) => words.admin.limitsSet(used, String(context.config.limits.sessions))));
  }

  /** `limits` tells all; names with values change those. */
  function inWords(_call: CommandCall, words: readonly string[]): CommandStep {
    const values = new Map(rows.map(({ name, of }) => [name, String(of(context.config.limits))]));
    if (words.length === 0) {
      return done(
        joinTexts(
          [...values].map(([name, number]) => `${name}: ${number}`),
          '\n',
        ),
      );
    }
    for (let i = 0; i < words.length; i += 2) {
      const name = words[i] ?? '';
      if (!values.has(name)) {
        throw new StanzaError(
          'modify',
          'not-acceptable',
          text((all) => all.admin.noLimit(name)),
        );
      }
      values.set(name, words[i + 1] ?? '');
    }
    return set(values);
  }

  return {
    ...forAdmins(parts),
    inWords,
    name: 'limits',
    title: text((words) => words.admin.limitsTitle),
    details: text((words) => words.admin.limitsDetails),
    begin: async () => {
      const { total, rooms } = sessions.counts;
      const used = [total, rooms, await context.store.identities.count()].map(String);
      const [inSessions = '', inRooms = '', keyPairs = ''] = used;
      return ask(
        {
          title: text((words) => words.admin.limitsForm),
          instructions: text((words) => words.admin.limitsUsed(inSessions, inRooms, keyPairs)),
          fields: rows.map(({ name, label, of }) => ({
            ...({ name, type: 'text-single', isRequired: true, label } as const),
            value: String(of(context.config.limits)),
          })),
        },
        (values) => set(values),
      );
    },
  };
}

/** @throws StanzaError modify/not-acceptable */
function numberOf({ name, label, least }: Row, values: FormValues): number {
  const typed = value(values, name);
  const number = /^\d{1,13}$/.test(typed) ? Number(typed) : NaN;
  if (number >= least && number <= LARGEST) return number;
  throw new StanzaError(
    'modify',
    'not-acceptable',
    text((words, language) => words.admin.badNumber(label.in(language))),
  );
}

function limitsOf(numberAt: (name: string) => number): Limits {
  const rates = (kind: QuotaKind): QuotaRates => ({
    user: numberAt(rateName(kind, 'user')),
    domain: numberAt(rateName(kind, 'domain')),
    all: numberAt(rateName(kind, 'all')),
  });
  const ofDomain = (name: (typeof OF_DOMAIN)[number]): number | undefined => numberAt(name) || undefined;
  return {
    sessions: numberAt('sessions'),
    sessions_per_domain: ofDomain('sessions_per_domain'),
    rooms: numberAt('rooms'),
    rooms_per_domain: ofDomain('rooms_per_domain'),
    rooms_per_user: numberAt('rooms_per_user'),
    resources_per_user: numberAt('resources_per_user'),
    key_pairs: numberAt('key_pairs'),
    key_pairs_per_domain: ofDomain('key_pairs_per_domain'),
    new_users_per_hour: numberAt('new_users_per_hour'),
    rates: {
      joins: rates('joins'),
      messages: rates('messages'),
      octets: rates('octets'),
      invitations: rates('invitations'),
      registrations: rates('registrations'),
      lookups: rates('lookups'),
      uploads: rates('uploads'),
    },
  };
}

function rateName(kind: QuotaKind, scope: keyof QuotaRates): string {
  return `rates.${kind}.${scope}`;
}

function isOfDomain(name: Limit): boolean {
  return OF_DOMAIN.some((one) => one === name);
}
