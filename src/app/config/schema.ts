import { z } from '../../util/zod.js';
import { prepareDomain, tryParseJid } from '../../component/jid.js';
import { logLevels } from '../../observe/log.js';
import { locateStore } from '../../store/dialects/index.js';
import { algorithms } from './algorithms.js';
import { refuseNoHost } from './host.js';
import { limits, networkAccess, networkLimits } from './limits.js';
import { linkTls } from './link-tls.js';
import { languages } from '../../text/catalogue.js';

// Every key tells what it means by `describe`, and one without a default may have an example (`meta`): the text that `init`
// writes and docs/configuration.md are made from these (template.ts).

const port = z.int().min(1).max(65535);
const host = z.string().min(1).max(255).superRefine(refuseNoHost);
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
const secret = z.string().min(1).optional();

const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(/[\s:]/g, '').toLowerCase())
  .refine((hex) => /^[0-9a-f]{40}$/.test(hex), 'must be 40 hexadecimal digits (SHA-1 of the server key)');

const method = <Name extends string>(name: Name) =>
  z.literal(name).describe('By nothing, a passphrase that is the same for all, or the key of each user.');

const auth = z.discriminatedUnion('method', [
  z.strictObject({ method: method('none') }),
  z.strictObject({
    method: method('passphrase'),
    passphrase: secret.describe('What a server that wants a passphrase is told; or `passphrase_file`.'),
    passphrase_file: secret.describe('A file that holds the passphrase alone.'),
  }),
  z.strictObject({ method: method('publickey') }),
]);

const server = z.strictObject({
  host: host.describe('Host name or IP address.'),
  port: port.default(706).describe('TCP port.'),
  fingerprint: fingerprint
    .optional()
    .describe(
      "SHA-1 of the server's public key; outranks the pinned one. Without it the key is pinned on first use.",
    ),
});

const network = z.strictObject({
  default: z
    .boolean()
    .default(false)
    .describe('Whether its channels have addresses without the name of the network. One network at most.'),
  servers: z
    .array(server)
    .min(1, 'needs at least one server')
    .describe(
      "Tried in this order. Without `fingerprint` a server's key is pinned on first use; `silc-xmpp-gateway check --connect` shows it.",
    ),
  auth: auth
    .default({ method: 'none' })
    .describe(
      "How the server lets the gateway's users in: none, passphrase (with `passphrase` or `passphrase_file`), publickey.",
    ),
  access: networkAccess(accessEntry)
    .exactOptional()
    .describe('Who may use this network, of those who may use the gateway. Default: all of them.'),
  limits: networkLimits.exactOptional().describe('Bounds of this network alone.'),
  algorithms: algorithms
    .exactOptional()
    .describe('What the server is offered, most wanted first; a list that is left out has its default.'),
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

const component = z.strictObject({
  domain: domain.describe("The gateway's own host name, as the Jabber server knows the component."),
  host: host
    .default('127.0.0.1')
    .describe(
      'Where the Jabber server listens for components (XEP-0114). Without `tls` the link is not encrypted: loopback or a tunnel.',
    ),
  port: port.default(5347).describe('Its port for components.'),
  tls: linkTls.prefault({}).describe('Encryption of the link, and what the certificate must be.'),
  secret: secret.describe(
    'Shared with the Jabber server. Or `secret_file`, or the environment variable SILC_XMPP_SECRET.',
  ),
  secret_file: secret.describe('A file that holds the secret alone.'),
});

const networks = z
  .record(z.string(), network)
  // Their names, and that only one is the default: combinations.ts.
  .refine((all) => Object.keys(all).length > 0, 'needs at least one network');

const store = z.strictObject({
  url: z
    .string()
    .superRefine((url, context) => {
      const fault = storeUrlFault(url);
      if (fault !== undefined) context.addIssue(fault);
    })
    .default('sqlite:/var/lib/silc-xmpp-gateway/gateway.db')
    .describe(
      'The database: one SQLite file, or a PostgreSQL database of its own (postgres://user@host:5432/database). A relative path begins in the folder of the configuration. [Store](store.md) has all of it.',
    ),
  password: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Password of the PostgreSQL user. It may come from `password_file`, from the environment (`SILC_XMPP_STORE_PASSWORD`), PGPASSWORD or ~/.pgpass instead.',
    ),
  password_file: z.string().min(1).optional().describe('File that holds the password instead.'),
  key_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Encrypts the users' private keys in the store: 32 octets or 64 hex digits; made on first use. Default: 64 hex digits in the environment (`SILC_XMPP_STORE_KEY`), else the systemd credential `store.key`, else, for SQLite, the database's path with .key behind it.",
    )
    .meta({ examples: ['/var/lib/silc-xmpp-gateway/gateway.db.key'] }),
});

const access = z.strictObject({
  allow: z
    .array(accessEntry)
    .prefault([])
    .describe(
      'Domains with their subdomains, and bare JIDs, e.g. [example.org, root@example.net]. An empty list allows everybody.',
    ),
  deny: z.array(accessEntry).prefault([]).describe('The same; goes before `allow`.'),
  admins: z
    .array(accessEntry)
    .prefault([])
    .describe(
      'Bare JIDs of administrators, who have commands for sessions, announcements, limits and the like (docs/commands.md).',
    ),
});

const users = z.strictObject({
  username: z.string().min(1).max(128).default('jabber').describe('User name on SILC.'),
  real_name: z.string().max(256).default('Jabber user').describe('Real name on SILC.'),
  key_bits: z.int().min(1024).max(8192).default(2048).describe('Size of the key pair that each user gets.'),
});

const count = z.int().min(1);

const rooms = z.strictObject({
  founder_keys: z
    .boolean()
    .default(true)
    .describe(
      'Whether a channel that a user founds gets a founder key: its founder comes back as founder, and it outlasts its last user.',
    ),
  founder_keys_per_user: count
    .default(100)
    .describe('Channels of one user that get one; those founded beyond have none.'),
  retractions_on_silc: z
    .boolean()
    .default(true)
    .describe('Whether SILC users read that a message was taken back, or away by a moderator.'),
});

const timeouts = z.strictObject({
  join_ms: milliseconds(30_000).describe(
    'Every join ends within this time, counted from when its command has left for SILC.',
  ),
  grace_ms: milliseconds(120_000).describe(
    'Occupants stay shown so long while the SILC link is down, and 0.1 s longer for each user who comes back at the same time.',
  ),
  rejoin_ms: milliseconds(60_000).describe(
    'A user that was lost with the Jabber server stays on SILC so long.',
  ),
  idle_ms: milliseconds(600_000).describe(
    'A session that is used for private messages only ends after this.',
  ),
  connect_spacing_ms: z
    .int()
    .min(0)
    .max(60_000)
    .default(0)
    .describe(
      'Least time between two connections to one server. 0: no more than the server bears, which the gateway finds out by itself.',
    ),
});

const history = z.strictObject({
  days: z
    .int()
    .min(0)
    .max(36_500)
    .default(30)
    .describe(
      'What is said in rooms is kept so many days, encrypted, for those who were there; 0: not at all. From or to 0 it is changed by a restart only.',
    ),
});

const sessions = z.strictObject({
  stay: z
    .boolean()
    .default(false)
    .describe(
      'Whether users stay in their rooms when their last client leaves; each user can choose otherwise for each room.',
    ),
  stay_days: z
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe('Who was not there for so many days stays no longer; messages wait for users so long.'),
});

const transfers = z.strictObject({
  accept: z
    .boolean()
    .default(true)
    .describe(
      'Whether files that SILC users offer are taken, and uploaded. Otherwise both sides are told that they are not.',
    ),
  offer: z
    .boolean()
    .default(true)
    .describe(
      'Whether users may have files offered to SILC users; the gateway fetches them by HTTPS from public addresses.',
    ),
  listen: host
    .optional()
    .describe(
      'Address on which the gateway listens for SILC clients that cannot be reached. Default: it does not listen.',
    )
    .meta({ examples: ['192.0.2.1'] }),
  public_host: host
    .optional()
    .describe('What these clients are told in place of `listen`, where it is a translated address.')
    .meta({ examples: ['gateway.example.org'] }),
  ports: z
    .string()
    .regex(/^\d{4,5}-\d{4,5}$/, 'must be first-last')
    .refine((range) => {
      const [first = 0, last = 0] = range.split('-').map(Number);
      return first >= 1_024 && first <= last && last <= 65_535;
    }, 'must be ports from 1024 to 65535 in their order')
    .optional()
    .describe('Ports to listen on; default any free one.')
    .meta({ examples: ['20000-20099'] }),
  private_addresses: z
    .boolean()
    .default(false)
    .describe(
      'Whether users may make the gateway connect to addresses that are not public. Only where all of them are known.',
    ),
});

const files = z.strictObject({
  upload: z
    .union([z.enum(['auto', 'off']), domain])
    .default('auto')
    .describe(
      'Where pictures and files of SILC users go (XEP-0363): the address of an upload service that serves the gateway; auto: what the servers of the users offer; off: nowhere.',
    ),
  max_octets: z
    .int()
    .min(1)
    .max(1_073_741_824)
    .default(10_485_760)
    .describe('Largest file that is passed on, in octets.'),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .describe('Certificates (PEM) that upload services may have beside those that Node trusts.')
    .meta({ examples: ['/etc/ssl/own-ca.pem'] }),
  pictures_to_silc: z
    .boolean()
    .default(false)
    .describe(
      'Whether pictures up to 1 MiB whose links Jabber users post in rooms or send to SILC users are fetched, by HTTPS from public addresses, and sent to SILC users after the link. Users may set that theirs stay links.',
    ),
  transfers: transfers.prefault({}).describe('Files that SILC clients send to each other directly (SFTP).'),
});

const http = z.strictObject({
  listen: z
    .string()
    .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:]+):\d{1,5}$/, 'must be host:port')
    .refine((listen) => Number(/\d+$/.exec(listen)) <= 65_535, 'has no port up to 65535')
    .optional()
    .describe('Host and port: loopback, since there is no authentication. Default: off.')
    .meta({ examples: ['127.0.0.1:9706'] }),
  public: z
    .boolean()
    .default(false)
    .describe(
      'Whether `listen` may be an address that others can reach, because something else keeps them away.',
    ),
});

const crypto = z.strictObject({
  backend: z
    .enum(['node', 'noble'])
    .default('node')
    .describe('Of Node itself (OpenSSL), or portable JavaScript.'),
});

const areaLevel = (text: string) =>
  z
    .enum(logLevels)
    .optional()
    .describe(text)
    .meta({ examples: ['debug'] });

const log = z.strictObject({
  level: z.enum(logLevels).default('info').describe('The least important lines that are told.'),
  areas: z
    .strictObject({
      component: areaLevel('The link to the Jabber server.'),
      gateway: areaLevel('Users, rooms, SILC sessions.'),
      store: areaLevel('The database.'),
    })
    .prefault({})
    .describe('Areas that have a level of their own.'),
  format: z
    .enum(['json', 'pretty'])
    .default('json')
    .describe('One JSON object a line, or lines for people. Both on standard error.'),
});

const texts = z.strictObject({
  language: z
    .enum(languages)
    .default('en')
    .describe('For users whose clients name no language, or none of these.'),
});

/** The configuration as it is written. What it leaves out has a default, or is not there. */
export const schema = z.strictObject({
  component: component.describe('The link to the Jabber server.'),
  networks: networks.describe(
    'SILC networks by short names. A name appears in addresses (channel%NAME@domain) unless the network is the default.',
  ),
  store: store.prefault({}).describe('What is kept for good.'),
  access: access.prefault({}).describe('Who may use the gateway.'),
  texts: texts.prefault({}).describe('What users read.'),
  users: users.prefault({}).describe('What SILC users see of a Jabber user beside the nickname.'),
  limits: limits.prefault({}).describe('Bounds; who goes beyond one is refused with a reason.'),
  rooms: rooms.prefault({}).describe('Channels that users of the gateway have founded.'),
  sessions: sessions.prefault({}).describe('Users who have no client in their rooms.'),
  history: history.prefault({}).describe('What rooms remember.'),
  files: files.prefault({}).describe('Pictures and files of SILC users.'),
  timeouts: timeouts.prefault({}).describe('Times in milliseconds.'),
  crypto: crypto.prefault({}).describe('Implementation of the cryptographic algorithms.'),
  http: http.prefault({}).describe('Metrics and health for the operator.'),
  log: log.prefault({}).describe('The log.'),
});
