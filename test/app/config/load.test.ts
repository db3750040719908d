import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError, loadConfig, parseConfig } from '../../../src/app/config/load.js';

const minimal = `component: { domain: silc.example.org, secret: s3cret }
networks:
  silcnet:
    servers:
      - { host: silc.example.net }
`;

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'gateway.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'silc-config-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('fills every safe default', () => {
    const config = parseConfig(minimal, '/etc/silc/gateway.yaml');
    expect(config.component).toEqual({
      domain: 'silc.example.org',
      host: '127.0.0.1',
      port: 5347,
      secret: 's3cret',
      tls: { mode: 'off' },
    });
    expect(config.networks['silcnet']).toEqual({
      default: false,
      servers: [{ host: 'silc.example.net', port: 706 }],
      auth: { method: 'none' },
    });
    expect(config.store).toEqual({
      url: 'sqlite:/var/lib/silc-xmpp-gateway/gateway.db',
      password: undefined,
      key: { file: '/var/lib/silc-xmpp-gateway/gateway.db.key' },
    });
    expect(config.timeouts.join_ms).toBe(30_000);
    expect(config.access).toEqual({ allow: [], deny: [], admins: [] });
  });

  it('tells every fault at once, each with its line', () => {
    const text = `component:
  domain: Silc Example
  port: 70000
  colour: red
networks:
  a: { default: true, servers: [] }
  b: { default: true, servers: [{ host: x, fingerprint: "12" }] }
log: { level: loud }
`;
    expect(problemsOf(text)).toEqual([
      'gateway.yaml:2: component: needs secret or secret_file',
      'gateway.yaml:2: component.domain: must be a host name in lower case',
      expect.stringContaining('gateway.yaml:3: component.port: '),
      'gateway.yaml:4: component.colour: unknown key',
      'gateway.yaml:6: networks: only one network can be the default',
      'gateway.yaml:6: networks.a.servers: needs at least one server',
      'gateway.yaml:7: networks.b.servers.0.fingerprint: must be 40 hexadecimal digits (SHA-1 of the server key)',
      expect.stringContaining('gateway.yaml:8: log.level: '),
    ]);
  });

  it('takes algorithms that the engine has, weak ones where they are named, and no others', () => {
    const withAlgorithms = (lists: string): string => `${minimal}    algorithms: ${lists}\n`;
    const lists =
      '{ ciphers: [twofish-256-cbc, aes-128-cbc], hashes: [md5], groups: [diffie-hellman-group3] }';
    expect(parseConfig(withAlgorithms(lists), 'gateway.yaml').networks['silcnet']?.algorithms).toEqual({
      ciphers: ['twofish-256-cbc', 'aes-128-cbc'],
      hashes: ['md5'],
      groups: ['diffie-hellman-group3'],
    });
    const place = 'gateway.yaml:6: networks.silcnet.algorithms';
    const known = 'sha256, sha1, md5';
    expect(problemsOf(withAlgorithms('{ hashes: [sha1, sha512], hmacs: [], macs: [hmac-sha1] }'))).toEqual([
      `${place}.hashes.1: no hash called "sha512", known are ${known}`,
      `${place}.hmacs: needs at least one HMAC`,
      `${place}.macs: unknown key`,
    ]);
    expect(problemsOf(withAlgorithms('{ hashes: [toString, sha1, sha1] }'))).toEqual([
      `${place}.hashes.0: no hash called "toString", known are ${known}`,
      `${place}.hashes: has one hash twice`,
    ]);
    expect(problemsOf(withAlgorithms('{ ciphers: [aes-256-cbc, aes-256-cbc] }'))).toEqual([
      `${place}.ciphers: has one cipher twice`,
    ]);
  });

  it.each([
    [
      'domain: silc.example.org',
      'domain: silc..example',
      'gateway.yaml:1: component.domain: must be a host name in lower case',
    ],
    [
      'domain: silc.example.org',
      `domain: ${'a'.repeat(64)}.b`,
      'gateway.yaml:1: component.domain: must be a host name in lower case',
    ],
    ['', 'http: { listen: "127.0.0.1:65536" }', 'gateway.yaml:6: http.listen: has no port up to 65535'],
    [
      '',
      'store: { url: "sqlite::memory:" }',
      'gateway.yaml:6: store.url: a store in memory would lose the keys of all users at the end',
    ],
    [
      '',
      'store: { url: "sqlite:/var/lib/" }',
      expect.stringContaining('gateway.yaml:6: store.url: the store URL names no file'),
    ],
    [
      '',
      'store: { url: "postgres://secret@/x/y/z" }',
      expect.stringContaining('gateway.yaml:6: store.url: the store URL names no database'),
    ],
    [
      '',
      'store: { url: "postgres://u@127.0.0.1/gateway" }',
      'gateway.yaml:6: store.key_file: a PostgreSQL store needs key_file, SILC_XMPP_STORE_KEY or the credential store.key',
    ],
    [
      '',
      'store: { url: "postgres://u@127.0.0.1/gateway", password: a, password_file: b }',
      'gateway.yaml:6: store.password_file: give password or password_file, not both',
    ],
    [
      '',
      'access: { deny: ["a b@example.org"] }',
      'gateway.yaml:6: access.deny.0: must be a domain or a bare JID',
    ],
    [
      '',
      'access: { deny: ["a@example.org/r"] }',
      'gateway.yaml:6: access.deny.0: must be a domain or a bare JID',
    ],
    [
      '',
      'users: *nobody',
      'gateway.yaml:6: an alias (*…) that is none: text that begins with * needs quotes',
    ],
  ])('finds what would fail only when it is used: %s %s', (before, after, fault) => {
    const text = before === '' ? `${minimal}${after}\n` : minimal.replace(before, after);
    expect(problemsOf(text)).toEqual([fault]);
  });

  it('compares the access lists as addresses are compared', () => {
    const text = `${minimal}access: { allow: [Example.ORG.], deny: ["STRA\u{df}E@example.org"] }\n`;
    expect(parseConfig(text, 'gateway.yaml').access).toMatchObject({
      allow: ['example.org'],
      deny: ['strasse@example.org'],
    });
  });

  it('takes relative paths from the folder of the configuration', () => {
    const text = `${minimal}store: { url: "sqlite:data/gateway.db", key_file: key }\n`;
    expect(parseConfig(text, '/etc/silc/gateway.yaml').store).toEqual({
      url: 'sqlite:/etc/silc/data/gateway.db',
      password: undefined,
      key: { file: '/etc/silc/key' },
    });
  });

  it('takes the secret from the environment, where it is not empty', () => {
    const text = minimal.replace(', secret: s3cret', '');
    vi.stubEnv('SILC_XMPP_SECRET', '');
    expect(problemsOf(text)).toEqual(['gateway.yaml:1: component: needs secret or secret_file']);
    vi.stubEnv('SILC_XMPP_SECRET', 'from outside');
    expect(parseConfig(text, 'gateway.yaml').component.secret).toBe('from outside');
  });

  it('wants the component secret exactly once', () => {
    expect(problemsOf(minimal.replace(', secret: s3cret', ''))).toEqual([
      'gateway.yaml:1: component: needs secret or secret_file',
    ]);
    expect(problemsOf(minimal.replace('secret: s3cret', 'secret: a, secret_file: b'))).toEqual([
      'gateway.yaml:1: component.secret_file: give secret or secret_file, not both',
    ]);
  });

  it('reads secrets from files beside the configuration, without the newline', () => {
    writeFileSync(join(folder, 'secret'), 'from-file\n', { mode: 0o600 });
    writeFileSync(join(folder, 'pass'), 'grüße', { mode: 0o600 });
    const text = minimal.replace('secret: s3cret', 'secret_file: secret');
    writeFileSync(
      join(folder, 'gateway.yaml'),
      `${text}    auth: { method: passphrase, passphrase_file: pass }\n`,
    );
    const config = loadConfig(join(folder, 'gateway.yaml'));
    expect(config.component.secret).toBe('from-file');
    expect(config.networks['silcnet']?.auth).toMatchObject({ method: 'passphrase', passphrase: 'grüße' });
  });

  it('says which secret file is missing', () => {
    writeFileSync(join(folder, 'gateway.yaml'), minimal.replace('secret: s3cret', 'secret_file: nowhere'));
    expect(() => loadConfig(join(folder, 'gateway.yaml'))).toThrow(
      /gateway\.yaml:1: component\.secret_file: ENOENT/,
    );
  });

  it('reports YAML errors with their line, and an empty file as a lack', () => {
    expect(problemsOf('component: {\nnetworks: [')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^gateway\.yaml:\d+: /)]),
    );
    expect(problemsOf('').length).toBeGreaterThan(1);
  });

  it('refuses a missing file with a readable reason', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'))).toThrow(/ENOENT/);
  });
});
