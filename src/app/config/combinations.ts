import type { output } from 'zod';
import { z } from '../../util/zod.js';
import { storeFaults } from './store-settings.js';

/** What is wrong in the raw file, and where. */
export interface Fault {
  readonly path: readonly string[];
  readonly reason: string;
}

const section = z.looseObject({}).optional().catch(undefined);

/** What is looked at for faults that concern several keys at once, however broken the rest is. */
const sections = z.looseObject({
  component: section,
  networks: z
    .record(z.string(), z.looseObject({ auth: section, default: z.unknown() }).catch({ default: undefined }))
    .catch({}),
  store: z.looseObject({}).catch({}).default({}),
  http: section,
  files: z.looseObject({ transfers: section }).optional().catch(undefined),
});
type Sections = output<typeof sections>;

const NETWORK_NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** Faults of combinations. Found in the raw file, so that they are told together with all others and hide none. */
export function combinationFaults(raw: unknown): readonly Fault[] {
  const { data } = sections.safeParse(raw);
  if (data === undefined) return [];
  return [
    ...(data.component === undefined
      ? []
      : oneSecret(['component'], 'secret', data.component, secretOfEnvironment())),
    ...storeFaults(data.store),
    ...networkFaults(data.networks),
    ...httpFaults(data.http),
    ...transferFaults(data.files?.transfers),
  ];
}

function networkFaults(networks: Sections['networks']): readonly Fault[] {
  const faults: Fault[] = [];
  for (const [name, { auth }] of Object.entries(networks)) {
    if (!NETWORK_NAME.test(name)) {
      const reason = 'must be a short name of letters, digits, dots and dashes, in lower case';
      faults.push({ path: ['networks', name], reason });
    }
    if (auth?.['method'] === 'passphrase')
      faults.push(...oneSecret(['networks', name, 'auth'], 'passphrase', auth));
  }
  const defaults = Object.values(networks).filter((network) => network.default === true);
  if (defaults.length > 1) faults.push({ path: ['networks'], reason: 'only one network can be the default' });
  return faults;
}

/** Who reaches the port sees how many users there are, and when: nobody else's business. */
function httpFaults(http: Sections['http']): readonly Fault[] {
  const [listen, isPublic] = [http?.['listen'], http?.['public']];
  if (typeof listen !== 'string' || isPublic === true || isLoopback(listen)) return [];
  const reason =
    'others can reach this address, and there is no authentication: listen on 127.0.0.1 or [::1], or say public: true where something else keeps them away';
  return [{ path: ['http', 'listen'], reason }];
}

function isLoopback(listen: string): boolean {
  const host = listen.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function transferFaults(transfers: Record<string, unknown> | undefined): readonly Fault[] {
  if (transfers === undefined || transfers['listen'] !== undefined) return [];
  return ['public_host', 'ports']
    .filter((key) => transfers[key] !== undefined)
    .map((key) => ({ path: ['files', 'transfers', key], reason: 'means nothing without listen' }));
}

/** The component secret in the environment; a variable that is empty is none. */
export function secretOfEnvironment(): string | undefined {
  const secret = process.env['SILC_XMPP_SECRET'];
  return secret === '' ? undefined : secret;
}

function oneSecret(
  path: readonly string[],
  name: string,
  holder: Readonly<Record<string, unknown>>,
  environment?: string,
): readonly Fault[] {
  const [value, file] = [holder[name], holder[`${name}_file`]];
  if (value !== undefined && file !== undefined) {
    return [{ path: [...path, `${name}_file`], reason: `give ${name} or ${name}_file, not both` }];
  }
  if (value === undefined && file === undefined && environment === undefined) {
    return [{ path, reason: `needs ${name} or ${name}_file` }];
  }
  return [];
}
