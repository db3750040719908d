import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KnownServers, type ServerKeys } from '../../src/cli/silc/known-servers.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../src/silc/crypto/fingerprint.js';
import { testKeyPair } from '../support/keys.js';
import { startSilcWorld, type SilcWorld } from '../support/silc-world.js';
import { LineRun } from './support/line-run.js';

let world: SilcWorld;
let folder: string;
beforeEach(async () => {
  world = await startSilcWorld();
  folder = mkdtempSync(join(tmpdir(), 'silc-known-'));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const shown = fingerprint(nodeBackend, testKeyPair('k2048v1').publicKey);
const old = '0123456789abcdef0123456789abcdef01234567';
const place = (): string => `127.0.0.1:${world.port}`;
const file = (): string => join(folder, 'deep', 'known_servers');

async function connectWith(options: { trust?: boolean; fingerprint?: string } = {}) {
  const known = new KnownServers(file());
  const run = new LineRun(world, 'alice', { json: true, known, lines: ['/ping'], ...options });
  const code = await run.code;
  return { code, first: run.items[0] };
}

function knownIs(text: string): void {
  mkdirSync(join(folder, 'deep'));
  writeFileSync(file(), text);
}

describe("silc: the server's key", () => {
  it('is remembered at the first time, in a file for its owner only, and has to be the same from then on', async () => {
    expect(await connectWith()).toMatchObject({ code: 0, first: { type: 'connected', serverKey: 'new' } });
    expect(readFileSync(file(), 'utf8')).toBe(`${place()} ${shown}\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(await connectWith()).toMatchObject({ code: 0, first: { serverKey: 'known' } });
  });

  it('is refused when it has changed, with both fingerprints, and nothing is sent', async () => {
    knownIs(`# mine\n${place()} ${old}\nother.example:706 ${old}\n`);
    const { code, first } = await connectWith();
    expect(code).toBe(1);
    expect(first).toMatchObject({ type: 'error', code: 'server-key' });
    expect(first?.['message']).toMatch(/3FE6 AD58.*not "0123 4567.*--trust/);
  });

  it('is taken in place of the old one with --trust, once', async () => {
    knownIs(`# mine\n${place()} ${old}\nother.example:706 ${old}\n`);
    expect(await connectWith({ trust: true })).toMatchObject({ code: 0, first: { serverKey: 'changed' } });
    expect(readFileSync(file(), 'utf8')).toBe(`# mine\nother.example:706 ${old}\n${place()} ${shown}\n`);
  });

  it('is what --fingerprint says, whatever is remembered and trusted', async () => {
    knownIs(`${place()} ${old}\n`);
    expect(await connectWith({ fingerprint: shown })).toMatchObject({ first: { serverKey: 'given' } });
    expect(await connectWith({ fingerprint: old, trust: true })).toMatchObject({ code: 1 });
    expect(readFileSync(file(), 'utf8')).toBe(`${place()} ${old}\n`);
  });

  it('is not taken for new because the file is damaged', async () => {
    knownIs(`${place()} 0123\n`);
    expect(await connectWith()).toMatchObject({ code: 1, first: { type: 'error', code: 'line' } });
  });

  it('that cannot be remembered is told', async () => {
    writeFileSync(join(folder, 'deep'), 'in the way');
    const known: ServerKeys = {
      find: () => Promise.resolve(undefined),
      remember: (...place) => new KnownServers(file()).remember(...place),
    };
    const run = new LineRun(world, 'alice', { json: true, known, lines: ['/ping'] });
    expect(await run.code).toBe(0);
    expect(String(run.of('warning')[0]?.['text'])).toContain('is not remembered');
  });
});
