import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createComponentLink } from '../../src/component/link.js';
import { type Command, freePorts, ServerProcess } from '../../src/demo/server-process.js';
import { ejabberdLibraries } from './support/packages.js';

// What the operator guide says to write into a server's configuration is pasted into a real one: only the port is another.

const guide = readFileSync(new URL('../../docs/operator.md', import.meta.url), 'utf8');

/** The first block of code below a heading. */
function block(heading: string, language: string): string {
  const section = guide.slice(guide.indexOf(`\n### ${heading}\n`));
  const [, code] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(section) ?? [];
  if (code === undefined) throw new Error(`nothing to paste for ${heading}`);
  return code;
}

let folder: string;
let server: ServerProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-guide-'));
});

afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The gateway's link, with the domain and the secret of the guide. */
async function attaches(port: number, file: string, args: readonly string[], env: Record<string, string>) {
  const base = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8' };
  const command: Command = {
    file,
    args: [...args],
    env: { ...base, ...env },
    cwd: folder,
    log: join(folder, 'server.log'),
  };
  server = new ServerProcess(command, [port]);
  await server.start();
  const target = { domain: 'silc.example.org', host: '127.0.0.1', port, secret: 'the secret' };
  const link = createComponentLink({ ...target, failFast: true });
  await link.start();
  expect(link.online).toBe(true);
  await link.stop();
  const stranger = createComponentLink({ ...target, secret: 'another', failFast: true });
  await expect(stranger.start()).rejects.toMatchObject({ code: 'not-authorized' });
}

test('Prosody takes the gateway with the text of the guide', async () => {
  const [port = 0] = await freePorts(1);
  const pasted = block('Prosody', 'lua');
  expect(pasted).toContain('component_ports = { 5347 }');
  const config = join(folder, 'prosody.cfg.lua');
  mkdirSync(join(folder, 'data'));
  writeFileSync(
    config,
    `run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { info = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = {}
s2s_ports = {}
modules_disabled = { "s2s", "tls" }
${pasted.replace('5347', String(port)).replace('\nComponent', '\nVirtualHost "example.org"\n\nComponent')}`,
  );
  await attaches(port, '/usr/bin/prosody', ['-F', '--config', config], {});
});

test('ejabberd takes the gateway with the text of the guide', async () => {
  const [port = 0] = await freePorts(1);
  const pasted = block('ejabberd', 'yaml');
  expect(pasted).toContain('port: 5347');
  const config = join(folder, 'ejabberd.yml');
  writeFileSync(config, `hosts: [example.org]\n${pasted.replace('5347', String(port))}\nmodules: {}\n`);
  const spool = join(folder, 'spool');
  mkdirSync(spool);
  const args = ['+S', '1', '-noinput', '-mnesia', 'dir', `"${spool}"`, '-s', 'ejabberd'];
  await attaches(port, '/usr/bin/erl', args, {
    ERL_LIBS: ejabberdLibraries() ?? '',
    EJABBERD_CONFIG_PATH: config,
    EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    ERL_CRASH_DUMP: '/dev/null',
  });
});

test('the router of jabberd2 takes the gateway with the text of the guide', async () => {
  const [port = 0] = await freePorts(1);
  const pasted = block('jabberd2', 'xml');
  expect(pasted).toContain('<port>5347</port>');
  const config = join(folder, 'router.xml');
  const shipped = readFileSync('/etc/jabberd2/router.xml', 'utf8').replaceAll(/<!--[^]*?-->/g, '');
  expect(shipped).toMatch(/<local>[^]*<\/local>/);
  mkdirSync(join(folder, 'log'));
  writeFileSync(
    config,
    shipped
      .replace(/<local>[^]*<\/local>/, pasted.replace('5347', String(port)))
      .replaceAll(/<pidfile>.*?<\/pidfile>/g, `<pidfile>${folder}/router.pid</pidfile>`)
      .replaceAll('/var/log/jabberd2/', `${folder}/log/`),
  );
  await attaches(port, '/usr/sbin/jabberd2-router', ['-c', config], {});
});
