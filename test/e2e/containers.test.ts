import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { freePorts, ServerProcess } from '../../src/demo/server-process.js';
import { connectSession } from '../../src/silc/client/connect.js';
import { keyPairNamed } from '../support/silc-world.js';
import { GatewayProcess } from './support/gateway-process.js';
import { JabberUser } from './support/jabber-user.js';
import { serverOf } from './support/jabber-server.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OCI = join(ROOT, 'packaging/oci');
const text = (name: string): string => readFileSync(join(OCI, name), 'utf8');

interface Service {
  readonly build?: string | { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly read_only?: boolean;
  readonly init?: boolean;
}
const compose = parse(text('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<'prosody' | 'gateway' | 'silc', Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
};

let folder: string;
const undo: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-containers-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

test('every file that the recipes name is there, and every volume is declared', () => {
  for (const { build, volumes = [], depends_on: needs = [] } of Object.values(compose.services)) {
    const { context, dockerfile } =
      typeof build === 'object' ? build : { context: build ?? '', dockerfile: 'Containerfile' };
    const base = resolve(OCI, context);
    const file = join(base, dockerfile);
    expect(existsSync(file), file).toBe(true);
    for (const [, source = ''] of readFileSync(file, 'utf8').matchAll(/^COPY (?!--from)(\S+)/gm)) {
      expect(existsSync(join(base, source)), source).toBe(true);
    }
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(join(OCI, source)), source).toBe(true);
      else expect(compose.volumes).toHaveProperty(source);
    }
    for (const needed of needs) expect(compose.services).toHaveProperty(needed);
  }
  const major = Number(/node:(\d+)/.exec(text('Containerfile'))?.[1]);
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  expect(major).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
});

test('every variable of the recipes is one that somebody reads or sets', () => {
  const head = /^(?:#.*\n)+/.exec(text('compose.yaml'))?.[0] ?? '';
  const used = [...text('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
  expect(new Set(used)).toEqual(new Set(['COMPONENT_SECRET']));
  for (const name of used) expect(head).toContain(`echo "${name}=`);

  const { prosody, gateway, silc } = compose.services;
  const read = [...text('prosody/prosody.cfg.lua').matchAll(/= ENV_(\w+)/g)].map(([, name]) => name);
  expect(Object.keys(prosody.environment ?? {})).toEqual(read);
  expect(Object.keys(gateway.environment ?? {})).toEqual(['SILC_XMPP_SECRET']);
  expect(silc.environment).toBeUndefined();

  const unit = readFileSync(join(ROOT, 'packaging/systemd/silc-xmpp-gateway.service'), 'utf8');
  const [, allocator = ''] = /^Environment=(MALLOC.*)$/m.exec(unit) ?? [];
  expect(text('Containerfile')).toContain(`ENV NODE_ENV=production ${allocator}\n`);
});

test('the gateway reaches Prosody and the SILC server, nobody else reaches the port of components, and all are confined', () => {
  const { prosody, gateway, silc } = compose.services;
  // In the network of another container, it would be alone after each start of that one.
  for (const service of Object.values(compose.services)) {
    expect(service.network_mode).toBeUndefined();
    expect([service.read_only, service.init]).toEqual([true, true]);
    for (const network of service.networks ?? []) expect(compose.networks).toHaveProperty(network);
  }
  const shared = (one: Service, other: Service): readonly string[] =>
    (one.networks ?? []).filter((network) => other.networks?.includes(network));
  expect(shared(prosody, gateway)).toEqual(['link']);
  expect(compose.networks['link']).toEqual({ internal: true });
  expect(shared(gateway, silc)).toEqual(['silc']);
  expect(shared(prosody, silc)).toEqual([]);
  const config = parse(text('gateway.yaml')) as { component: { host: string } };
  expect(compose.services).toHaveProperty(config.component.host);
});

test('the secret of the containers gets into no image, package or commit', () => {
  const lines = (name: string): readonly string[] => readFileSync(join(ROOT, name), 'utf8').split('\n');
  expect(lines('.gitignore')).toContain('.env');
  expect(lines('.containerignore')).toContain('**/.env');
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toContain('!packaging/oci/.env');
});

test(
  'what the containers run works together: a Jabber user meets a SILC server',
  { timeout: 120_000 },
  async () => {
    const [c2sPort = 0, componentPort = 0, silcPort = 0, httpPort = 0] = await freePorts(4);
    const secret = 'of the environment';
    const home = join(folder, 'home');
    mkdirSync(home);

    // Only places and ports are others than in the containers.
    const prosodyConfig = join(folder, 'prosody.cfg.lua');
    const prosodyText = text('prosody/prosody.cfg.lua')
      .replace('run_as_root = false', 'run_as_root = true')
      .replace('/var/lib/prosody', join(folder, 'prosody'))
      .replace('/tmp/prosody.pid', join(folder, 'prosody.pid'))
      .replace('interfaces = { "*" }', 'interfaces = { "127.0.0.1" }')
      .replace(
        'component_ports = { 5347 }',
        `component_ports = { ${componentPort} }\nc2s_ports = { ${c2sPort} }`,
      );
    expect(prosodyText).toContain(String(componentPort));
    mkdirSync(join(folder, 'prosody'));
    writeFileSync(prosodyConfig, prosodyText);
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, COMPONENT_SECRET: secret };
    const log = join(folder, 'prosody.log');
    const prosody = new ServerProcess(
      { file: '/usr/bin/prosody', args: ['-F', '--config', prosodyConfig], env, cwd: folder, log },
      [c2sPort, componentPort],
    );
    undo.push(() => prosody.stop());
    await prosody.start();

    const command = join(folder, 'bin/silc-xmpp-gateway');
    mkdirSync(dirname(command));
    writeFileSync(
      command,
      `#!/bin/sh\nexec ${process.execPath} --import ${import.meta.resolve('tsx')} ${ROOT}src/main.ts "$@"\n`,
    );
    chmodSync(command, 0o755);
    const [shell = '', flag = '', script = ''] = compose.services.silc.entrypoint ?? [];
    const silcScript = script.replace('0.0.0.0', '127.0.0.1').replace('7706', String(silcPort));
    const silcEnv = { ...env, PATH: `${dirname(command)}:${env.PATH}` };
    const start = async (): Promise<[ChildProcess, string]> => {
      const child = spawn(shell, [flag, silcScript], { cwd: home, env: silcEnv });
      undo.push(() => end(child));
      let printed = '';
      for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
        printed += String(chunk);
        const key = /on 127\.0\.0\.1:\d+\s+key fingerprint ([0-9A-F ]+)/.exec(printed)?.[1];
        if (key !== undefined) return [child, key];
      }
      throw new Error(`no SILC server: ${printed}`);
    };
    const [first, key] = await start();
    await end(first);
    // The gateway pins the key: it has to be the same one after a restart.
    expect((await start())[1]).toBe(key);

    const gatewayConfig = join(folder, 'gateway.yaml');
    const gatewayText = text('gateway.yaml')
      .replace('host: prosody\n', 'host: 127.0.0.1\n')
      .replace('port: 5347', `port: ${componentPort}`)
      .replace('host: silc\n', 'host: 127.0.0.1\n')
      .replace('port: 7706', `port: ${silcPort}`)
      .replace('/var/lib/silc-xmpp-gateway/', `${folder}/`)
      .replace(':9706', `:${httpPort}`);
    writeFileSync(gatewayConfig, gatewayText, { mode: 0o600 });
    vi.stubEnv('SILC_XMPP_SECRET', secret);
    undo.push(() => vi.unstubAllEnvs());
    const gateway = await GatewayProcess.start(gatewayConfig);
    undo.push(() => gateway.terminate());
    // The check of the container itself, which ends with 0 where all is well.
    const [, program = '', option = '', check = ''] = compose.services.gateway.healthcheck?.test ?? [];
    expect([program, option]).toEqual(['node', '--eval']);
    const healthy = (port: number): Promise<unknown> =>
      promisify(execFile)(process.execPath, [option, check.replace(':9706', `:${port}`)]);
    await healthy(httpPort);
    await expect(healthy(silcPort)).rejects.toMatchObject({ code: 1 });

    const register = async (user: string, password: string): Promise<void> => {
      const args = ['--config', prosodyConfig, '--root', 'register', user, 'localhost', password];
      await promisify(execFile)('prosodyctl', args, { env });
    };
    const data = { kind: 'prosody', host: '127.0.0.1', domain: 'localhost', secret, logs: [log] } as const;
    const alice = await JabberUser.login({
      ...serverOf({ ...data, c2sPort, componentPort, webPort: 0 }),
      register,
    });
    undo.push(() => JabberUser.logoutAll());
    const bob = await connectSession({
      ...{ host: '127.0.0.1', port: silcPort, keyPair: keyPairNamed('bob'), auth: { method: 'none' } },
      ...{ nickname: 'bob', username: 'bob', realName: 'Bob', verifyServerKey: () => true },
    });
    undo.push(() => bob.destroy());
    await bob.join('lounge');
    const { occupants } = await alice.join('lounge@silc.localhost', 'alice');
    expect(occupants.map(({ attrs }) => attrs.from)).toEqual(['lounge@silc.localhost/bob']);
  },
);

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
