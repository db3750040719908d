import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iqResult } from '../../src/component/stanza.js';
import { ensurePackages } from '../../src/demo/debian-packages.js';
import { freePorts } from '../../src/demo/server-process.js';
import { version } from '../../src/version.js';
import { JabberUser } from '../e2e/support/jabber-user.js';
import { type PrivateJabberServer, startJabberServer } from '../e2e/support/jabber-server.js';

const run = promisify(execFile);
/** The first Debian whose own Node is new enough. */
const SUITE = 'trixie';
const CONFIG = '/etc/silc-xmpp-gateway/gateway.yaml';
const STATE = '/var/lib/silc-xmpp-gateway';

/** Nothing of the machine around. */
const environment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  DEBIAN_FRONTEND: 'noninteractive',
  LC_ALL: 'C.UTF-8',
};

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: the Debian package is not tested, because that takes root');

/** A line with this in it comes from a process. */
function said(child: ChildProcess, wanted: string): Promise<void> {
  let text = '';
  return new Promise<void>((resolve, reject) => {
    const onData = (data: Buffer): void => {
      text += data.toString();
      if (text.includes(wanted)) resolve();
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}

/** The Debian package, made of this checkout: in the life of an installation, in a root with nothing else in it. */
describe.skipIf(!isRoot)('the Debian package', () => {
  let folder: string;
  let root: string;
  let packages: readonly [string, string];
  let prosody: PrivateJabberServer;
  const processes: ChildProcess[] = [];

  const inside = async (...command: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run('chroot', [root, ...command], {
      env: environment,
      maxBuffer: 16 << 20,
    });
    return stdout + stderr;
  };
  const install = (file: string): Promise<string> =>
    inside('dpkg', '--install', '--force-confold', `/${file.slice(file.lastIndexOf('/') + 1)}`);
  const mine = (): Promise<string> =>
    inside('find', '/etc', '/usr', '/var', '-name', '*silc*', '-not', '-path', '/var/log/*');

  /** Runs a command of the package as the service would, until a line of it has this in it. */
  const start = async (args: readonly string[], ready: string): Promise<ChildProcess> => {
    const child = spawn(
      'chroot',
      ['--userspec=silc-xmpp-gateway:silc-xmpp-gateway', root, '/usr/bin/silc-xmpp-gateway', ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], env: environment },
    );
    processes.push(child);
    await said(child, ready);
    return child;
  };
  const stop = async (child: ChildProcess): Promise<number | null> => {
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return ended;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'silc-debian-'));
    root = join(folder, 'root');
    await ensurePackages(
      {
        mmdebstrap: () => existsSync('/usr/bin/mmdebstrap'),
        lintian: () => existsSync('/usr/bin/lintian'),
        debhelper: () => existsSync('/usr/bin/dh'),
        prosody: () => existsSync('/usr/bin/prosody'),
      },
      (line) => console.log(line),
    );
    const build = async (revision: string): Promise<string> => {
      const args = [join(folder, 'packages'), `${version}-${revision}`];
      return (await run('packaging/debian/build.sh', args)).stdout.trim();
    };
    const include = '--include=nodejs,adduser,bash-completion,systemd';
    const [, first] = await Promise.all([
      run('mmdebstrap', ['--variant=apt', include, SUITE, root], { maxBuffer: 16 << 20 }),
      build('1'),
    ]);
    packages = [first, await build('2')];
    prosody = await startJabberServer('prosody');
  }, 900_000);

  afterAll(async () => {
    for (const child of processes) child.kill('SIGKILL');
    await JabberUser.logoutAll();
    await prosody.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('has nothing that lintian complains about', async () => {
    const { stdout } = await run('lintian', [
      '--allow-root',
      '--fail-on=none',
      '--tag-display-limit=0',
      packages[0],
    ]);
    expect(stdout).toBe('');
  });

  it('installs into a system that has nothing but Node, and asks nothing', async () => {
    for (const file of packages) await run('cp', [file, root]);
    await install(packages[0]);
    expect(await inside('silc-xmpp-gateway', '--version')).toBe(`${version}\n`);
    expect(await inside('stat', '--format=%a %U %G', CONFIG)).toBe('640 root silc-xmpp-gateway\n');
    expect(await inside('stat', '--format=%a %U', STATE)).toBe('700 silc-xmpp-gateway\n');
    expect(await inside('id', '--name', '--user', 'silc-xmpp-gateway')).toBe('silc-xmpp-gateway\n');
    // Valid as it is: what is left to do is to name the servers.
    expect(await inside('silc-xmpp-gateway', 'check', '-c', CONFIG)).toContain('no fault found');
  });

  it('has a unit that systemd understands, as safe as the one for other systems', async () => {
    const unit = join(root, 'usr/lib/systemd/system/silc-xmpp-gateway.service');
    expect(readFileSync(unit, 'utf8')).not.toContain('CREDENTIALS_DIRECTORY');
    expect(readFileSync(unit, 'utf8')).toContain('ExecReload=/bin/sh -c "kill -HUP ${MAINPID}"');
    const { stdout } = await run('systemd-analyze', [
      'security',
      '--offline=true',
      `--root=${root}`,
      'silc-xmpp-gateway.service',
    ]);
    const score = Number(/exposure level[^:]*: ([\d.]+)/.exec(stdout)?.[1]);
    expect(score).toBeLessThan(2);
    const verify = await run('systemd-analyze', [
      'verify',
      `--root=${root}`,
      '--man=no',
      'silc-xmpp-gateway.service',
    ]);
    expect(verify.stderr).not.toContain('silc-xmpp-gateway.service:');
  });

  it('completes commands and options in bash', async () => {
    const script = `
      source /usr/share/bash-completion/bash_completion
      source /usr/share/bash-completion/completions/silc-xmpp-gateway.bash
      COMP_WORDS=(silc-xmpp-gateway ch) COMP_CWORD=1; _silc_xmpp_gateway; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(silc-xmpp-gateway run --c) COMP_CWORD=2; _silc_xmpp_gateway; echo "\${COMPREPLY[@]}"`;
    expect(await inside('bash', '-c', script)).toMatch(/^check\n--config/);
    const help = await inside('silc-xmpp-gateway', '--help');
    const page = await inside('zcat', '/usr/share/man/man1/silc-xmpp-gateway.1.gz');
    for (const [, command = ''] of help.matchAll(/^ {2}silc-xmpp-gateway ([a-z-]+)/gm)) {
      expect(page.replaceAll('\\', '')).toContain(`.B ${command}`);
    }
  });

  it('takes a user into a channel by the commands of the README as they stand', async () => {
    const began = performance.now();
    const [silcPort] = await freePorts(1);
    const silc = await start(['silc-server', '--port', String(silcPort)], 'SILC server');
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    // What they are used for begins behind the installation; the names and ports are those of this machine.
    const [init = '', check = '', serve = ''] = [
      ...readme.matchAll(/^silc-xmpp-gateway (?:init|check|run) .*$/gm),
    ].map(([command]) =>
      command
        .replace('silc.example.org', 'c2.localhost')
        .replace('silc.example.net', `127.0.0.1:${silcPort}`),
    );
    const folder = '/srv/gateway';
    await inside('install', '--directory', '--owner=silc-xmpp-gateway', folder);
    const shell = (command: string): Promise<string> =>
      inside('runuser', '--user=silc-xmpp-gateway', '--', 'sh', '-c', `cd ${folder} && ${command}`);
    await shell(init);
    const file = join(root, folder, 'gateway.yaml');
    const written = readFileSync(file, 'utf8');
    // The secret is what the Jabber server is told; here it has one already.
    writeFileSync(
      file,
      written
        .replace(/^( *secret:).*$/m, `$1 ${JSON.stringify(prosody.secret)}`)
        .replace('# port: 5347', `port: ${prosody.componentPort}   #`),
    );
    expect(await shell(check)).toMatch(/no fault found[^]*127\.0\.0\.1/);
    const gateway = await start(
      serve.replace('gateway.yaml', `${folder}/gateway.yaml`).split(' ').slice(1),
      'attached to',
    );
    const alice = await JabberUser.login(prosody);
    alice.onRequest((iq) => iqResult(iq));
    await alice.join('lounge@c2.localhost', 'alice');
    await alice.say('lounge@c2.localhost', 'by the README');
    await alice.expect({ body: 'by the README' });
    console.log(
      `from the installed package to a line in a channel: ${Math.round((performance.now() - began) / 1_000)} s`,
    );
    expect(await stop(gateway)).toBe(0);
    await stop(silc);
    rmSync(join(root, folder), { recursive: true });
    // What this one has stored is nothing to the next.
    for (const name of readdirSync(join(root, STATE))) rmSync(join(root, STATE, name), { recursive: true });
  });

  it('serves, goes on after an upgrade with what it had, and leaves nothing behind when it is purged', async () => {
    const [silcPort] = await freePorts(1);
    await start(['silc-server', '--port', String(silcPort)], 'SILC server');
    const config = readFileSync(join(root, CONFIG), 'utf8')
      .replace('domain: silc.example.org', 'domain: c1.localhost')
      .replace('# port: 5347', `port: ${prosody.componentPort}   #`)
      .replace(/servers: .*/, `servers: [ { host: 127.0.0.1, port: ${silcPort} } ]`);
    writeFileSync(join(root, CONFIG), config);
    writeFileSync(join(root, 'etc/silc-xmpp-gateway/component.secret'), prosody.secret);
    const gateway = await start(['run', '-c', CONFIG], 'attached to the Jabber server');
    const alice = await JabberUser.login(prosody);
    // A client answers pings.
    alice.onRequest((iq) => iqResult(iq));
    await alice.join('lounge@c1.localhost', 'alice');
    await alice.say('lounge@c1.localhost', 'before');
    await alice.expect({ body: 'before' });

    // What `systemctl reload` does.
    const readAgain = said(gateway, 'the configuration was read again');
    gateway.kill('SIGHUP');
    await readAgain;

    // As dpkg and systemd do it: the old one ends, and the new one goes on.
    expect(await stop(gateway)).toBe(0);
    await install(packages[1]);
    expect(readFileSync(join(root, CONFIG), 'utf8')).toBe(config);
    const upgraded = await start(['run', '-c', CONFIG], 'attached to the Jabber server');
    await alice.say('lounge@c1.localhost', 'after');
    await alice.expect({ body: 'after' });
    // Nobody has seen it go.
    expect(alice.received.filter(({ attrs }) => attrs.type === 'unavailable')).toEqual([]);
    expect(await stop(upgraded)).toBe(0);
    expect(readdirSync(join(root, STATE)).length).toBeGreaterThan(0);

    await inside('dpkg', '--remove', 'silc-xmpp-gateway');
    expect(statSync(join(root, STATE)).isDirectory()).toBe(true);
    await inside('dpkg', '--purge', 'silc-xmpp-gateway');
    expect(await mine()).toBe('');
    await expect(inside('id', 'silc-xmpp-gateway')).rejects.toThrow('no such user');
  });
});
