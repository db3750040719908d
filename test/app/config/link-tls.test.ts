import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '../../../src/app/config/load.js';
import { TLS_CERTIFICATE, TLS_CERTIFICATE_FILE, TLS_FINGERPRINT } from '../../support/tls/localhost.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const read = (tls: object) =>
  parseConfig(
    JSON.stringify({
      component: { domain: 'silc.example.org', secret: 's', tls },
      networks: { net: { servers: [{ host: 'silc.example.net' }] } },
    }),
    join(folder, 'gateway.yaml'),
  ).linkTls;

test('nothing is encrypted without being asked for', () => {
  expect(read({})).toBeUndefined();
  expect(read({ mode: 'off' })).toBeUndefined();
});

test('certificates come from a file beside the configuration', () => {
  writeFileSync(join(folder, 'ca.pem'), TLS_CERTIFICATE);
  expect(read({ mode: 'direct', ca_file: 'ca.pem', server_name: 'localhost' })).toEqual({
    mode: 'direct',
    ca: TLS_CERTIFICATE,
    fingerprint: undefined,
    serverName: 'localhost',
  });
});

test('a fingerprint is taken as openssl writes it', () => {
  const hex = TLS_FINGERPRINT.replaceAll(':', '').toLowerCase();
  expect(read({ mode: 'starttls', fingerprint: TLS_FINGERPRINT })).toMatchObject({ fingerprint: hex });
});

test.each([
  ['a file that is not there', { mode: 'direct', ca_file: 'missing.pem' }, /tls\.ca_file: ENOENT/],
  ['a file without a certificate', { mode: 'direct', ca_file: 'gateway.yaml' }, /has no certificate/],
  ['half a certificate', { mode: 'direct', ca_file: 'half.pem' }, /tls\.ca_file: /],
  ['checks of what is not encrypted', { ca_file: TLS_CERTIFICATE_FILE }, /tls\.ca_file: needs `mode`/],
  ['two ways to check', { mode: 'direct', ca_file: 'x', fingerprint: TLS_FINGERPRINT }, /not both/],
  ['SHA-1', { mode: 'direct', fingerprint: 'ab'.repeat(20) }, /64 hexadecimal digits/],
])('%s is a fault that names its key', (_, tls, fault) => {
  writeFileSync(join(folder, 'gateway.yaml'), 'component: {}\n');
  writeFileSync(join(folder, 'half.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  expect(() => read(tls)).toThrow(fault);
});
