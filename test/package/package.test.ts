import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../src/version.js';

const run = promisify(execFile);

/** The package as users get it: packed, and installed into an empty project from the registry. */
describe('the packed package', () => {
  let folder: string;
  /** What npm says at the installation. */
  const said: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'silc-package-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder]);
    const filename = /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? '';
    writeFileSync(join(folder, 'package.json'), '{ "name": "user", "type": "module", "private": true }');
    const options = ['install', '--no-audit', '--no-fund', join(folder, filename)];
    const inProject = await run('npm', options, { cwd: folder });
    const prefix = join(folder, 'global');
    const global = await run('npm', [...options, '--global', '--prefix', prefix], { cwd: folder });
    said.push(inProject.stderr, inProject.stdout, global.stderr, global.stdout);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  it('is installed without a warning, in a project and for all users', async () => {
    expect(said.join('')).not.toMatch(/warn|deprecated|error/i);
    expect(said.join('')).toMatch(/added \d+ packages/);
    const { stdout } = await run(join(folder, 'global/bin/silc-xmpp-gateway'), ['--version']);
    expect(stdout.trim()).toBe(version);
  });

  it('has the command', async () => {
    const { stdout } = await run(join(folder, 'node_modules/.bin/silc-xmpp-gateway'), ['--version']);
    expect(stdout.trim()).toBe(version);
  });

  it('installs nothing that only checkouts need, and shows itself at work all the same', async () => {
    const { stdout: tree } = await run('npm', ['ls', '--all', '--parseable'], { cwd: folder });
    expect(tree).toContain('@xmpp/component');
    expect(tree).not.toContain('@xmpp/client');
    expect(tree).not.toContain('converse.js');
    const page = join(folder, 'node_modules/silc-xmpp-gateway/dist/demo/page/browser');
    expect(readdirSync(page).sort()).toEqual([
      'index.html',
      'jabber.html',
      'jabber.js',
      'page.css',
      'page.js',
    ]);
    const { stdout } = await run(join(folder, 'node_modules/.bin/silc-xmpp-gateway'), ['demo', '--once']);
    expect(stdout).toContain('Every line arrived on the other side.');
  });

  it('has the SILC engine as a library that brings no XMPP with it', async () => {
    const script = `
      import { connectSession, SilcServer, generateKeyPair, nodeBackend } from 'silc-xmpp-gateway/silc';
      const keyPair = await generateKeyPair(nodeBackend, { bits: 1024, identifier: { UN: 'a', HN: 'b' } });
      const server = await SilcServer.listen({ name: 'test', port: 0, keyPair });
      const session = await connectSession({
        host: '127.0.0.1', port: server.port, keyPair, nickname: 'alice', username: 'alice', verifyServerKey: () => true,
      });
      const { created } = await session.join('lounge');
      console.log(session.self.nickname, created);
      await session.quit();
      await server.close();
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
    expect(stdout.trim()).toBe('alice true');
  });
});
