import { z } from 'zod';
import { prepareDomain, tryParseJid } from '../../component/jid.js';
import { logLevels } from '../../observe/log.js';
import { locateStore } from '../../store/dialects/index.js';
import { algorithms } from './algorithms.js';

const port = z.int().min(1).max(65535);
const host = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\s/@]+$/, 'must be a host name or an IP address');
const milliseconds = (fallback: number) => z.int().min(1).max(86_400_000).default(fallback);
const domain = z
  .string()
  .min(1)
  .max(255)
  .refine(
    (name) => /^[a-z0-9.-]+$/.test(name) && isPreparedDomain(name),
    'must be a host name in lower case',
  );

function isPreparedDomain(name: string): boolean {
  try {
    return prepareDomain(name) === name;
  } catch {
    return false;
  }
}

/** A JID or a domain in the access lists, in the form in which the addresses of users are compared. */
const accessEntry = z.string().transform((entry, context): string => {
  const address = tryParseJid(entry);
  if (address?.resource === '') return address.bare;
  context.addIssue('must be a domain or a bare JID');
  return z.NEVER;
});

/** Either a value in the file, or a file that holds it alone. */
function secretPair<Name extends string>(name: Name) {
  return { [name]: z.string().min(1).optional(), [`${name}_file`]: z.string().min(1).optional() } as Record<
    Name | `${Name}_file`,
    z.ZodOptional<z.ZodString>
  >;
}

const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(/[\s:]/g, '').toLowerCase())
  .refine((hex) => /^[0-9a-f]{40}$/.test(hex), 'must be 40 hexadecimal digits (SHA-1 of the server key)');

const auth = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('none') }),
  z.strictObject({ method: z.literal('passphrase'), ...secretPair('passphrase') }),
  z.strictObject({ method: z.literal('publickey') }),
]);

const network = z.strictObject({
  default: z.boolean().default(false),
  servers: z
    .array(z.strictObject({ host, port: port.default(706), fingerprint: fingerprint.optional() }))
    .min(1, 'needs at least one server'),
  auth: auth.default({ method: 'none' }),
  algorithms: algorithms.exactOptional(),
});

/** Why a URL is none of a store that a service can have. */
function storeUrlFault(url: string): string | undefined {
  try {
    return !locateStore(url).isLasting
      ? 'a store in memory would lose the keys of all users at the end'
      : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The configuration as it is written. What it leaves out has a default, or is not there. */
export const schema = z.strictObject({
  component: z.strictObject({
    domain,
    host: host.default('127.0.0.1'),
    port: port.default(5347),
    ...secretPair('secret'),
  }),
  networks: z
    .record(
      z
        .string()
        .regex(
          /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
          'must be a short name of letters, digits, dots and dashes, in lower case',
        ),
      network,
    )
    .refine((networks) => Object.keys(networks).length > 0, 'needs at least one network')
    .refine(
      (networks) => Object.values(networks).filter((one) => one.default).length <= 1,
      'only one network can be the default',
    ),
  store: z
    .strictObject({
      url: z
        .string()
        .superRefine((url, context) => {
          const fault = storeUrlFault(url);
          if (fault !== undefined) context.addIssue(fault);
        })
        .default('sqlite:/var/lib/silc-xmpp-gateway/gateway.db'),
      key_file: z.string().min(1).optional(),
    })
    .prefault({}),
  access: z
    .strictObject({
      allow: z.array(accessEntry).default([]),
      deny: z.array(accessEntry).default([]),
      admins: z.array(accessEntry).default([]),
    })
    .prefault({}),
  users: z
    .strictObject({
      username: z.string().min(1).max(128).default('jabber'),
      real_name: z.string().max(256).default('Jabber user'),
      key_bits: z.int().min(1024).max(8192).default(2048),
    })
    .prefault({}),
  limits: z
    .strictObject({
      sessions: z.int().min(1).default(5000),
      sessions_per_domain: z.int().min(1).optional(),
      rooms_per_user: z.int().min(1).default(50),
      resources_per_user: z.int().min(1).default(20),
      new_users_per_hour: z.int().min(1).default(200),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      join_ms: milliseconds(30_000),
      grace_ms: milliseconds(120_000),
      rejoin_ms: milliseconds(60_000),
      idle_ms: milliseconds(600_000),
      connect_spacing_ms: z.int().min(0).max(60_000).default(200),
    })
    .prefault({}),
  crypto: z.strictObject({ backend: z.enum(['node', 'noble']).default('node') }).prefault({}),
  http: z
    .strictObject({
      listen: z
        .string()
        .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:]+):\d{1,5}$/, 'must be host:port')
        .refine((listen) => Number(/\d+$/.exec(listen)) <= 65_535, 'has no port up to 65535')
        .optional(),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(logLevels).default('info'),
      format: z.enum(['json', 'pretty']).default('json'),
    })
    .prefault({}),
});
