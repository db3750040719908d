import { statSync } from 'node:fs';
import { arch, cpus, freemem, loadavg, release, totalmem, type as system, uptime } from 'node:os';
import { stringify } from 'yaml';
import type { Config } from '../../app/config/load.js';
import { locateStore } from '../../store/dialects/index.js';
import { storeStatistics } from '../../store/trial.js';
import { withDeadline } from '../../util/race.js';
import { version } from '../../version.js';

/** How long one source may take. */
const SOURCE_MS = 20_000;
/** How much of an answer over HTTP is taken. */
const MAX_ANSWER = 1 << 20;

type Section = readonly [title: string, text: string];

/** Everything but the log. What cannot be had is said, and holds up nothing else. */
export async function sectionsOf(config: Config): Promise<readonly Section[]> {
  const { listen } = config.http;
  const overHttp = (path: string): Promise<string> =>
    listen === undefined ? Promise.resolve('http.listen is not set') : answerOf(`http://${listen}${path}`);
  return Promise.all([
    section('gateway', () => gatewayFacts()),
    section('configuration, without secrets', () => configurationText(config)),
    section('health', () => overHttp('/healthz')),
    section('metrics', () => overHttp('/metrics')),
    section('store', () => storeFacts(config)),
    section('machine', () => machineFacts()),
  ]);
}

async function section(title: string, work: () => string | Promise<string>): Promise<Section> {
  try {
    const text = Promise.resolve().then(work);
    return [title, await withDeadline(text, SOURCE_MS, () => new Error('it took too long'))];
  } catch (error) {
    return [title, `not to be had: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const listOf = (facts: Readonly<Record<string, unknown>>): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');

function gatewayFacts(): string {
  const { versions } = process;
  return listOf({
    version,
    node: versions.node,
    openssl: versions.openssl,
    v8: versions.v8,
    written: new Date().toISOString(),
  });
}

function machineFacts(): string {
  const [cpu] = cpus();
  const mebibytes = (octets: number): string => `${Math.round(octets / (1 << 20))} MiB`;
  return listOf({
    system: `${system()} ${release()} ${arch()}`,
    processors: `${cpus().length} x ${cpu?.model ?? 'unknown'}`,
    memory: `${mebibytes(freemem())} free of ${mebibytes(totalmem())}`,
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(' '),
    'up for hours': Math.round(uptime() / 3600),
    'user id': process.getuid?.(),
  });
}

/** The keys that are known to be no secret, with who has access told by number only. */
function configurationText({ component, networks, store, access, ...others }: Config): string {
  const { secret, ...link } = component;
  const { linkTls, ...sections } = others;
  const { file, name } = locateStore(store.url);
  return stringify({
    component: { ...link, secret: given(secret) },
    tls: linkTls === undefined ? 'off' : linkTls.mode,
    networks: Object.fromEntries(
      Object.entries(networks).map(([network, { auth, access: lists, ...rest }]) => [
        network,
        {
          ...rest,
          ...(lists !== undefined && { access: countsOf(lists) }),
          auth:
            auth.method === 'passphrase' ? { method: auth.method, passphrase: given(auth.passphrase) } : auth,
        },
      ]),
    ),
    store: {
      url: file === undefined ? name : `sqlite:${file}`,
      password: given(store.password),
      key: 'file' in store.key ? store.key : 'from the environment',
    },
    access: countsOf(access),
    ...sections,
  });
}

/** Who stands in the lists is nobody's business. */
const countsOf = (lists: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(lists).map(([list, entries]) => [list, `${entries.length} entries`]));

const given = (secret: string | undefined): string => (secret === undefined ? 'not given' : 'given');

async function storeFacts({ store }: Config): Promise<string> {
  const { file, name } = locateStore(store.url);
  const sizes = file === undefined ? [] : ['', '-wal', '.key', '.lock'].map((end) => sizeOf(file + end));
  const rows = await storeStatistics(store);
  return [name, ...sizes, ...rows.map(([table, count]) => `${table}: ${count} rows`)].join('\n');
}

function sizeOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return `${file}: not there`;
  return `${file}: ${found.size} octets, mode ${(found.mode & 0o777).toString(8)}, user ${found.uid}`;
}

async function answerOf(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(SOURCE_MS) });
  return `${answer.status}\n${(await answer.text()).slice(0, MAX_ANSWER)}`;
}
