import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { effectOf } from '../../src/app/config/effects.js';
import { type ConfigKey, configKeys } from '../../src/app/config/keys.js';
import { type Config, parseConfig } from '../../src/app/config/load.js';
import { applyConfig } from '../../src/app/reload.js';
import { Access } from '../../src/gateway/access.js';
import type { Reloaded } from '../../src/gateway/operator.js';
import { QUOTA_KINDS } from '../../src/gateway/quotas/rates.js';
import { TLS_CERTIFICATE_FILE } from '../support/tls/localhost.js';
import { type Changeable, reconfigure } from '../../src/gateway/reconfigure.js';

const NEEDS_CERTIFICATE = Symbol('a file with a certificate');
const SECRET = Symbol('a file with a secret');
const PRINT = 'ab'.repeat(20);

/** Another value of each key. `now`: it holds from the reading on; `start`: from the next start on, and is named until then. */
const KEYS: Readonly<Record<string, readonly ['now' | 'start', unknown]>> = {
  'component.domain': ['start', 'other.example.org'],
  'component.host': ['start', '::1'],
  'component.port': ['start', 5_348],
  'component.tls.mode': ['start', 'direct'],
  'component.tls.ca_file': ['start', NEEDS_CERTIFICATE],
  'component.tls.fingerprint': ['start', 'cd'.repeat(32)],
  'component.tls.server_name': ['start', 'other.example.org'],
  'component.secret': ['start', 'another'],
  'component.secret_file': ['start', SECRET],
  'networks.net.default': ['start', true],
  'networks.net.servers': ['now', [{ host: 'silc.example.net', port: 707, fingerprint: undefined }]],
  'networks.net.auth.method': ['now', 'publickey'],
  'networks.net.auth.passphrase': ['now', 'another'],
  'networks.net.auth.passphrase_file': ['now', SECRET],
  'networks.net.access.allow': ['now', ['x.example']],
  'networks.net.access.deny': ['now', ['x.example']],
  'networks.net.limits.sessions': ['now', 7],
  'networks.net.limits.sessions_per_domain': ['now', 7],
  'networks.net.algorithms.ciphers': ['now', ['aes-256-cbc']],
  'networks.net.algorithms.hashes': ['now', ['sha256']],
  'networks.net.algorithms.hmacs': ['now', ['hmac-sha1-96']],
  'networks.net.algorithms.groups': ['now', ['diffie-hellman-group2']],
  'store.url': ['start', 'sqlite:another.db'],
  'store.password': ['start', 'another'],
  'store.password_file': ['start', SECRET],
  'store.key_file': ['start', 'another.key'],
  'access.allow': ['now', ['x.example']],
  'access.deny': ['now', ['x.example']],
  'access.admins': ['now', ['a@x.example']],
  'texts.language': ['now', 'de'],
  'users.username': ['now', 'another'],
  'users.real_name': ['now', 'Another'],
  'users.key_bits': ['now', 4_096],
  'limits.sessions': ['now', 7],
  'limits.sessions_per_domain': ['now', 7],
  'limits.rooms': ['now', 7],
  'limits.rooms_per_domain': ['now', 7],
  'limits.rooms_per_user': ['now', 7],
  'limits.resources_per_user': ['now', 7],
  'limits.key_pairs': ['now', 7],
  'limits.key_pairs_per_domain': ['now', 7],
  'limits.new_users_per_hour': ['now', 7],
  ...Object.fromEntries(
    QUOTA_KINDS.flatMap((kind) =>
      ['user', 'domain', 'all'].map((scope) => [`limits.rates.${kind}.${scope}`, ['now', 7]] as const),
    ),
  ),
  'rooms.founder_keys': ['now', false],
  'rooms.founder_keys_per_user': ['now', 7],
  'rooms.retractions_on_silc': ['now', false],
  'sessions.stay': ['now', true],
  'sessions.stay_days': ['now', 7],
  'history.days': ['now', 7],
  'files.upload': ['now', 'off'],
  'files.max_octets': ['now', 7],
  'files.ca_file': ['now', NEEDS_CERTIFICATE],
  'files.pictures_to_silc': ['now', true],
  'files.transfers.accept': ['now', false],
  'files.transfers.offer': ['now', false],
  'files.transfers.listen': ['now', '192.0.2.1'],
  'files.transfers.public_host': ['now', 'gateway.example.org'],
  'files.transfers.ports': ['now', '20000-20099'],
  'files.transfers.private_addresses': ['now', true],
  'timeouts.join_ms': ['now', 7],
  'timeouts.grace_ms': ['now', 7],
  'timeouts.rejoin_ms': ['now', 7],
  'timeouts.idle_ms': ['now', 7],
  'timeouts.connect_spacing_ms': ['now', 7],
  'crypto.backend': ['start', 'noble'],
  'http.listen': ['start', '127.0.0.1:9707'],
  'http.public': ['start', true],
  'log.level': ['now', 'debug'],
  'log.areas.component': ['now', 'debug'],
  'log.areas.gateway': ['now', 'debug'],
  'log.areas.store': ['now', 'debug'],
  'log.format': ['start', 'pretty'],
};

/** What a key needs beside it. */
const COMPANIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'component.tls.ca_file': { 'component.tls.mode': 'direct' },
  'component.tls.fingerprint': { 'component.tls.mode': 'direct' },
  'component.tls.server_name': { 'component.tls.mode': 'direct' },
  'networks.net.auth.passphrase': { 'networks.net.auth.method': 'passphrase' },
  'networks.net.auth.passphrase_file': { 'networks.net.auth.method': 'passphrase' },
  'files.transfers.public_host': { 'files.transfers.listen': '192.0.2.1' },
  'files.transfers.ports': { 'files.transfers.listen': '192.0.2.1' },
};
/** What cannot be there beside a key. */
const RIVALS: Readonly<Record<string, string>> = { 'component.secret_file': 'component.secret' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reload-keys-'));
  writeFileSync(join(folder, 'secret'), 'of a file\n', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Raw = Record<string, unknown>;
const isMap = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

function read(changes: Readonly<Record<string, unknown>>): Config {
  const raw: Raw = {
    component: { domain: 'silc.example.org', secret: 'first' },
    networks: { net: { servers: [{ host: 'silc.example.net', fingerprint: PRINT }] } },
    store: { url: 'sqlite:gateway.db' },
  };
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const map = names.reduce<Raw>((inner, name) => {
      const next = inner[name];
      if (isMap(next)) return next;
      const made: Raw = {};
      inner[name] = made;
      return made;
    }, raw);
    map[last] = value;
  }
  return parseConfig(JSON.stringify(raw), join(folder, 'gateway.yaml'));
}

function leaves({ name, keys, isNamed, isList }: ConfigKey, above = ''): readonly string[] {
  const path = `${above}${name}`;
  if (keys.length === 0 || isList) return [path];
  return keys.flatMap((key) => leaves(key, `${path}.${isNamed ? 'net.' : ''}`));
}

function at(config: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isMap(value) ? value[name] : undefined), config);
}

test('every key of the configuration is one of them', () => {
  expect(Object.keys(KEYS).sort()).toEqual(
    configKeys()
      .flatMap((key) => leaves(key))
      .sort(),
  );
});

test.each(Object.keys(KEYS))('%s is documented with what makes it hold', (key) => {
  const effect = effectOf(key.replace('networks.net.', 'networks.NAME.'));
  expect(effect === 'restart' ? 'start' : 'now').toBe(KEYS[key]?.[0]);
});

test.each(Object.entries(KEYS))('%s holds from then on, or is named', async (key, [when, value]) => {
  const companions = COMPANIONS[key] ?? {};
  const rival = RIVALS[key];
  const written = value === SECRET ? 'secret' : value === NEEDS_CERTIFICATE ? TLS_CERTIFICATE_FILE : value;
  const running = read(companions);
  const before = at(running, key);
  const fresh = read({ ...companions, ...(rival && { [rival]: undefined }), [key]: written });
  const access = new Access(running.access);
  let logged: Config['log'] | undefined;
  const { applied, restart: left } = await applyConfig(running, fresh, {
    changed: (changes) => {
      reconfigure({ config: running, access }, changes);
      return Promise.resolve();
    },
    log: (log) => (logged = log),
  });
  // What is read of a file stands in the place of the key without it.
  const isIn = (names: readonly string[]): boolean =>
    names.some((name) =>
      [key, key.replace(/_file$/, '')].some((one) => one === name || one.startsWith(`${name}.`)),
    );
  expect(isIn(left)).toBe(when === 'start');
  expect(isIn(applied)).toBe(when === 'now');
  if (when === 'start') {
    expect(at(running, key)).toEqual(before);
    return;
  }
  expect(left).toEqual([]);
  if (typeof value !== 'symbol') expect(at(fresh, key)).toEqual(value);
  const held = at(fresh, key);
  // What is read anew each time, and what the log is told.
  expect(key.startsWith('log.') ? at({ log: logged }, key) : at(running, key)).toEqual(held);
  const again = await applyConfig(running, fresh, { changed: () => Promise.resolve(), log: () => undefined });
  expect(again).toEqual({ applied: [], restart: [] });
});

async function apply(running: Config, fresh: Config): Promise<Reloaded> {
  const access = new Access(running.access);
  const changed = (changes: Changeable): Promise<void> => {
    reconfigure({ config: running, access }, changes);
    return Promise.resolve();
  };
  return applyConfig(running, fresh, { changed, log: () => undefined });
}

test('a network that comes or goes is named', async () => {
  const running = read({});
  const two = read({ 'networks.other': { servers: [{ host: 'silc.example.com' }] } });
  expect(await apply(running, two)).toEqual({ applied: ['networks.other'], restart: [] });
  expect(Object.keys(running.networks)).toEqual(['net', 'other']);
  expect(await apply(running, read({}))).toEqual({ applied: ['networks.other'], restart: [] });
  expect(Object.keys(running.networks)).toEqual(['net']);
});

test('what is taken away is as it was before it was there', async () => {
  const running = read({ 'networks.net.access.deny': ['x.example'], 'networks.net.limits.sessions': 3 });
  expect((await apply(running, read({}))).restart).toEqual([]);
  expect(running.networks['net']).not.toHaveProperty('access');
  expect(running.networks['net']).not.toHaveProperty('limits');
});

test('the default network is another one where no network that stays gets other addresses', async () => {
  const other = { default: true, servers: [{ host: 'silc.example.com' }] };
  const running = read({ 'networks.net.default': true });
  // Both change: the one that stays keeps its addresses, and the new one has its name in them.
  const handedOver = read({ 'networks.net.default': false, 'networks.other': other });
  expect((await apply(running, handedOver)).restart).toEqual([
    'networks.net.default',
    'networks.other.default',
  ]);
  expect(running.networks).toMatchObject({ net: { default: true }, other: { default: false } });
  // Once the first is gone the second still has the addresses that it had; a third one can have those of the first.
  const third = { default: true, servers: [{ host: 'silc.example.com' }] };
  const left = read({
    'networks.net': undefined,
    'networks.third': third,
    'networks.other': { ...other, default: false },
  });
  expect(await apply(running, left)).toEqual({ applied: ['networks.net', 'networks.third'], restart: [] });
  expect(running.networks).toMatchObject({ other: { default: false }, third: { default: true } });
});

test('keeping lines at all, or not any more, needs a restart', async () => {
  const running = read({ 'history.days': 0 });
  expect(await apply(running, read({ 'history.days': 7 }))).toEqual({
    applied: [],
    restart: ['history.days'],
  });
  expect(running.history.days).toBe(0);
});

test('what cannot be taken over changes nothing', async () => {
  const running = read({});
  const fresh = read({ 'timeouts.grace_ms': 7, 'log.level': 'debug' });
  const before = JSON.stringify(running);
  const changed = (): Promise<void> => Promise.reject(new RangeError('no such name'));
  const log = vi.fn();
  await expect(applyConfig(running, fresh, { changed, log })).rejects.toThrow('no such name');
  expect(log).not.toHaveBeenCalled();
  expect(JSON.stringify(running)).toBe(before);
});
