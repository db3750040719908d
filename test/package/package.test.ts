import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../src/demo/server-process.js';
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

  describe('the operator guide, command by command as it stands', () => {
    const guide = readFileSync(new URL('../../docs/operator.md', import.meta.url), 'utf8');
    /** The first block of commands below a heading. */
    const block = (heading: string): string => {
      const section = guide.slice(guide.indexOf(`\n${heading}\n`));
      const [, code] = /\n```(?:sh)?\n([^]*?)```/.exec(section) ?? [];
      if (code === undefined) throw new Error(`nothing to paste for ${heading}`);
      return code;
    };
    let home: string;
    const children: ChildProcess[] = [];
    const environment = (): NodeJS.ProcessEnv => ({
      PATH: `${join(folder, 'global/bin')}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      USER: 'operator',
    });
    /** Runs commands in a shell that ends at the first one that fails. @returns what they print */
    const paste = async (commands: string): Promise<string> => {
      const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', commands], {
        cwd: home,
        env: environment(),
      });
      return stdout;
    };
    beforeAll(() => {
      home = mkdtempSync(join(folder, 'home-'));
    });
    afterAll(async () => {
      for (const child of children) {
        const ended = once(child, 'exit');
        if (child.kill('SIGTERM')) await ended;
      }
    });

    it('makes, shows and converts keys', async () => {
      for (const name of ['pass', 'new']) writeFileSync(join(home, name), `${name}\n`);
      const [make = '', ...others] = block('## Keys').trimEnd().split('\n');
      await paste(make);
      // What the others name beside it.
      await paste('cp ~/.silc/public_key.pub old.pub');
      const printed = await paste(others.join('\n'));
      expect(printed).toMatch(/user name {4}alice/);
      expect(readdirSync(home)).toContain('new.pub');
    });

    it('packs up what a helper has to know, with the log', async () => {
      mkdirSync(join(home, 'etc'));
      const config = join(home, 'etc/gateway.yaml');
      await paste(`silc-xmpp-gateway init -o ${config} --domain gw.test --server 127.0.0.1`);
      const log = '{"level":"info","msg":"a line of the log"}';
      await paste(
        block('## When you ask for help')
          .replace('journalctl -u silc-xmpp-gateway -o cat', `echo '${log}'`)
          .replace('/etc/silc-xmpp-gateway/gateway.yaml', config),
      );
      expect(readFileSync(join(home, 'bundle.txt'), 'utf8')).toContain('a line of the log');
    });

    it('debugs a SILC server, which has a key of its own', async () => {
      const [port = 0] = await freePorts(1);
      const address = `127.0.0.1:${port}`;
      const [keys = '', serve = ''] = block("## A SILC server of one's own").split('\n');
      writeFileSync(join(home, 'operpass'), 'secret\n');
      await paste(`mkdir server && cd server && ${keys} && cp ../operpass .`);
      const [command = '', ...args] = `${serve.replace('0.0.0.0', '127.0.0.1')} --port ${port}`.split(' ');
      const server = spawn(command, args, {
        cwd: join(home, 'server'),
        env: environment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(server);
      await once(server.stdout, 'data');

      // Somebody to talk to, who answers what is asked.
      const bob = spawn(
        'silc-xmpp-gateway',
        ['silc', address, '--nick', 'bob', '--trust', '--timeout', '100'].concat(
          ...['/join lounge', '/wait private-message', '/msg probe yes'].flatMap((line) => ['-e', line]),
        ),
        { cwd: home, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] },
      );
      children.push(bob);
      let heard = '';
      for await (const chunk of bob.stdout.iterator({ destroyOnReturn: false })) {
        heard += String(chunk);
        if (heard.includes('joined lounge')) break;
      }
      const commands = block('## Debug a SILC server by hand')
        .replaceAll(/silc\.example\.net|127\.0\.0\.1:7706/g, address)
        // It reads what is typed: nothing.
        .replace('--nick probe --join lounge', '--nick talker --join lounge < /dev/null')
        .replace('--timeout 60', '--timeout 60 --nick probe');
      const printed = await paste(commands);
      for (const wanted of ['bob', '(private) <bob> yes', 'kept in probe.session', 'resumed']) {
        expect(printed).toContain(wanted);
      }
    }, 240_000);
  });
});
