import type { schema } from './schema.js';

/**
 * When a changed key holds: from the reading of the configuration on (`reload`); likewise, but for what is opened from then on, while that
 * which is open stays as it is (`new`); or from the next start on (`restart`).
 */
export type Effect = 'reload' | 'new' | 'restart';

/** Of sections, each of which is here; of a key that differs from what it stands in below. A network is called NAME. */
const SECTIONS: Readonly<Record<keyof typeof schema.shape, Effect>> = {
  component: 'restart',
  networks: 'reload',
  store: 'restart',
  access: 'reload',
  texts: 'reload',
  users: 'new',
  limits: 'reload',
  rooms: 'reload',
  sessions: 'reload',
  history: 'reload',
  files: 'reload',
  timeouts: 'reload',
  crypto: 'restart',
  http: 'restart',
  log: 'reload',
};

const KEYS: Readonly<Record<string, Effect>> = {
  // It stands in the addresses of rooms and users, whom others know by them.
  'networks.NAME.default': 'restart',
  'networks.NAME.auth': 'new',
  'networks.NAME.algorithms': 'new',
  // Sessions that have had files offered keep what they were made with.
  'files.transfers.listen': 'new',
  'files.transfers.public_host': 'new',
  'files.transfers.ports': 'new',
  'files.transfers.private_addresses': 'new',
  'log.format': 'restart',
};

/** @param path - of a key, as in docs/configuration.md: `networks.NAME.servers` */
export function effectOf(path: string): Effect {
  for (let names = path.split('.'); names.length > 1; names = names.slice(0, -1)) {
    const effect = KEYS[names.join('.')];
    if (effect !== undefined) return effect;
  }
  const [section = ''] = path.split('.');
  return isSection(section) ? SECTIONS[section] : 'restart';
}

const isSection = (name: string): name is keyof typeof SECTIONS => Object.hasOwn(SECTIONS, name);
