import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../src/app/config/load.js';
import { tryDatabaseLibrary } from '../../src/cli/check/database-library.js';
import { main } from '../../src/cli/index.js';
import { connectSession } from '../../src/silc/client/connect.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../src/silc/crypto/key-file.js';
import { joinKeyPair } from '../../src/silc/crypto/key-pair.js';
import { openStore } from '../../src/store/open.js';
import { version } from '../../src/version.js';
import { testKeyPair } from '../support/keys.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silc-cli-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** What a command printed, and its exit code once it has ended. */
class Run {
  stdout = '';
  stderr = '';
  readonly code: Promise<number>;
  #wake: () => void = () => {};

  constructor(args: readonly string[]) {
    const line = (...values: unknown[]): string => `${values.join(' ')}\n`;
    vi.spyOn(console, 'log').mockImplementation((...values) => this.#print(line(...values)));
    vi.spyOn(console, 'error').mockImplementation((...values) => (this.stderr += line(...values)));
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => this.#print(String(text)));
    this.code = main(args);
  }

  /** Standard output once it matches. */
  async output(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #print(text: string): true {
    this.stdout += text;
    this.#wake();
    return true;
  }
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const running = new Run(args);
  const code = await running.code;
  vi.restoreAllMocks();
  return { code, stdout: running.stdout, stderr: running.stderr };
}

describe('the library of the database', () => {
  it('is tried in a process of its own, which may end without a word', async () => {
    expect(await tryDatabaseLibrary()).toBeUndefined();
    expect(await tryDatabaseLibrary("process.kill(process.pid, 'SIGILL')")).toContain('x86-64-v2');
    expect(await tryDatabaseLibrary("throw new TypeError('no')")).toMatch(
      /does not work on this machine: TypeError: no/,
    );
  });
});

describe('command line', () => {
  it('tells its version', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it('shows examples in the help of every command', async () => {
    for (const command of ['run', 'check', 'init', 'keygen', 'silc-server', 'silc', 'demo']) {
      const { code, stdout } = await run(command, '--help');
      expect([command, code]).toEqual([command, 0]);
      expect(stdout).toMatch(/Examples:/);
      expect(stdout).not.toContain('\u001b');
    }
  });

  it('exits 64 on wrong usage', async () => {
    expect(await run('run')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('config') as unknown,
    });
    expect(await run('dance')).toMatchObject({ code: 64 });
    expect(await run('check', '-c', 'x', '--colour')).toMatchObject({ code: 64 });
  });

  it('exits 78 on a wrong configuration, and tells every fault', async () => {
    const file = join(folder, 'gateway.yaml');
    writeFileSync(file, 'component: { domain: "a b" }\nnetworks: {}\nfoo: 1\n');
    for (const command of ['check', 'run']) {
      const { code, stderr } = await run(command, '-c', file);
      expect(code).toBe(78);
      expect(stderr.trim().split('\n')).toHaveLength(4);
      expect(stderr).toContain(`${file}:3: foo: unknown key`);
    }
  });

  it('run exits 1 where a restart may help, and 78 where none does', async () => {
    const file = join(folder, 'gateway.yaml');
    writeFileSync(
      file,
      `component: { domain: silc.example.org, secret: s }
networks: { net: { servers: [{ host: silc.example.net }] } }
store: { url: "sqlite:gateway.db" }
log: { level: silent }`,
      { mode: 0o600 },
    );
    const store = await openStore({ url: `sqlite:${join(folder, 'gateway.db')}` });
    expect(await run('run', '-c', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another gateway') as unknown,
    });
    await store.close();
    writeFileSync(join(folder, 'gateway.db.key'), new Uint8Array(32));
    expect(await run('run', '-c', file)).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('is not the one this store was written with') as unknown,
    });
  });

  it('init writes a configuration that check accepts, never over another file, for its owner only', async () => {
    const file = join(folder, 'gateway.yaml');
    expect(await run('init', '-o', file)).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await run('check', '-c', file)).toMatchObject({ code: 0, stdout: `${file}: no fault found\n` });
    const before = readFileSync(file, 'utf8');
    expect(await run('init', '-o', file)).toMatchObject({ code: 1 });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    ['[2001:db8::1]:7706', '2001:db8::1', 7706],
    ['[2001:db8::1]', '2001:db8::1', 706],
    ['silc.example.net', 'silc.example.net', 706],
  ])('init takes the server %s', async (server, host, port) => {
    const { stdout } = await run('init', '--server', server);
    expect(parseConfig(stdout, 'gateway.yaml').networks['silcnet']?.servers).toEqual([{ host, port }]);
  });

  it.each([
    ['--server', '2001:db8::1'],
    ['--server', 'host:70000'],
    ['--server', ''],
    ['--domain', 'Not A Domain'],
    ['--domain', 'a }'],
    ['--network', 'my: net'],
  ])('init writes nothing for %s %s', async (option, value) => {
    const file = join(folder, 'gateway.yaml');
    expect(await run('init', '-o', file, option, value)).toMatchObject({ code: 64 });
    expect(existsSync(file)).toBe(false);
  });

  it('keygen writes files that the engine reads, private ones encrypted', async () => {
    writeFileSync(join(folder, 'pass'), 'geheim\n');
    const args = ['-d', folder, '--bits', '1024', '--user', 'alice', '--host', 'example.org'];
    const { code, stdout } = await run('keygen', ...args, '--passphrase-file', join(folder, 'pass'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/fingerprint {2}([0-9A-F]{4} ){5} ([0-9A-F]{4} ?){5}\nbabbleprint {2}x\w{4}-/);
    const publicKey = readPublicKeyFile(readFileSync(join(folder, 'public_key.pub')));
    const privateFile = join(folder, 'private_key.prv');
    const { numbers } = readPrivateKeyFile(nodeBackend, readFileSync(privateFile), 'geheim');
    expect(joinKeyPair(publicKey, numbers).publicKey.identifier).toEqual({ UN: 'alice', HN: 'example.org' });
    expect(statSync(privateFile).mode & 0o777).toBe(0o600);
    expect(await run('keygen', ...args)).toMatchObject({ code: 1 });
  });

  it('silc-server serves until SIGTERM and exits 0; check --connect shows its key', async () => {
    const server = new Run(['silc-server', '--port', '0', '--weak-algorithms']);
    const [, port = ''] = await server.output(/on 127\.0\.0\.1:(\d+)\n/);
    const config = join(folder, 'gateway.yaml');
    writeFileSync(
      config,
      `component: { domain: gw, secret: s, port: 1 }\nnetworks: { n: { servers: [{ host: 127.0.0.1, port: ${port} }] } }\nstore: { url: "sqlite:gateway.db" }\n`,
      { mode: 0o600 },
    );
    const check = await run('check', '-c', config, '--connect');
    expect(check).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/fingerprint ".*" \(not pinned\)/) as unknown,
      // There is no Jabber server.
      stderr: 'Does not work: the link to the Jabber server.\n',
    });
    writeFileSync(
      config,
      readFileSync(config, 'utf8').replace(
        '}] } }',
        '}], algorithms: { ciphers: [twofish-192-cbc], hashes: [md5, sha1], hmacs: [hmac-md5] } } }',
      ),
    );
    const { stdout } = await run('check', '-c', config, '--connect');
    expect(stdout).toContain('networks.n.algorithms: weak ones are on: md5, hmac-md5\n');
    expect(stdout).toContain(', twofish-192-cbc, hmac-md5, ');
    process.emit('SIGTERM');
    expect(await server.code).toBe(0);
  });

  it('silc-server has an operator where it is told of one, who can end it', async () => {
    writeFileSync(join(folder, 'oper'), 'opensesame\n');
    const server = new Run([
      ...['silc-server', '--port', '0', '--operator', 'root'],
      ...['--operator-passphrase-file', join(folder, 'oper')],
    ]);
    const [, port = ''] = await server.output(/on 127\.0\.0\.1:(\d+)\n/);
    const session = await connectSession({
      host: '127.0.0.1',
      port: Number(port),
      keyPair: testKeyPair('k2048v1'),
      nickname: 'root',
      username: 'root',
      verifyServerKey: () => true,
    });
    await expect(session.operator.oper('root', { passphrase: 'sesame' })).rejects.toMatchObject({
      status: 45,
    });
    await session.operator.oper('root', { passphrase: 'opensesame' });
    await session.operator.shutdown();
    expect(await server.code).toBe(0);
    await session.quit();
    expect((await run('silc-server', '--port', '0', '--operator', 'root')).code).toBe(64);
  });
});
