import { describe, expect, it } from 'vitest';
import { configKeys, type ConfigKey } from '../../../src/app/config/keys.js';
import { parseConfig } from '../../../src/app/config/load.js';
import { configurationReference } from '../../../src/app/config/reference.js';
import { configurationText } from '../../../src/app/config/template.js';
import { defaultProposal } from '../../../src/silc/crypto/algorithms.js';

/** Every key with its place, e.g. `networks.default`, those above others included. */
function everyKey(keys: readonly ConfigKey[], above = ''): (readonly [place: string, key: ConfigKey])[] {
  return keys.flatMap((key) => {
    const place = `${above}${key.name}`;
    return [[place, key] as const, ...everyKey(key.keys, `${place}.`)];
  });
}

const server = { host: '2001:db8::1', port: 7706 };
const text = configurationText({ domain: 'silc.example.org', network: 'net', server, secret: '-s: #' });

describe('texts made from the schema', () => {
  it('docs/configuration.md is up to date: npm run docs:configuration', async () => {
    await expect(configurationReference()).toMatchFileSnapshot('../../../docs/configuration.md');
  });

  it('describe every key', () => {
    const keys = everyKey(configKeys());
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter(([, key]) => key.description === '').map(([place]) => place)).toEqual([]);
  });

  it('init writes what it is given, whatever characters it has', () => {
    const config = parseConfig(text, '/etc/gateway.yaml');
    expect(config.component).toMatchObject({ domain: 'silc.example.org', secret: '-s: #' });
    expect(config.networks).toEqual({ net: { default: true, servers: [server], auth: { method: 'none' } } });
  });

  it('every key that init shows in a comment is a real one with its real default', () => {
    const uncommented = text.replace(/^( *)# ( *[a-z_]+:(?: .*)?)$/gm, '$1$2');
    expect(uncommented).not.toBe(text);
    const [plain, full] = [text, uncommented].map((one) => parseConfig(one, '/etc/gateway.yaml'));
    // What has no default of its own is an example there.
    const { ciphers, hashes, hmacs, groups } = defaultProposal;
    const network = {
      ...plain?.networks['net'],
      access: { allow: [], deny: [] },
      limits: { sessions: 500, sessions_per_domain: 50 },
      algorithms: { ciphers, hashes, hmacs, groups },
    };
    const example = {
      networks: { net: network },
      limits: {
        ...plain?.limits,
        sessions_per_domain: 1_000,
        rooms_per_domain: 20_000,
        key_pairs_per_domain: 10_000,
      },
      files: {
        ...plain?.files,
        ca_file: '/etc/ssl/own-ca.pem',
        transfers: {
          ...plain?.files.transfers,
          listen: '192.0.2.1',
          public_host: 'gateway.example.org',
          ports: '20000-20099',
        },
      },
      http: { ...plain?.http, listen: '127.0.0.1:9706' },
      log: { ...plain?.log, areas: { component: 'debug', gateway: 'debug', store: 'debug' } },
    };
    expect(full).toEqual({ ...plain, ...example });
  });

  it('init shows every key but those that stand for another one', () => {
    const shown = new Set(text.match(/(?<=^[ #]*|[{,] )[a-z_]+(?=: |:$)/gm));
    const left = everyKey(configKeys()).filter(([, key]) => !shown.has(key.name));
    expect(left.map(([place]) => place)).toEqual([
      'component.tls.fingerprint',
      'component.tls.server_name',
      'component.secret_file',
      'networks.servers.fingerprint',
      'networks.auth.passphrase',
      'networks.auth.passphrase_file',
      'store.password',
      'store.password_file',
    ]);
  });
});
