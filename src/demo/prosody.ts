import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How long Prosody may take until its ports answer. */
const START_TIMEOUT_MS = 20_000;

export interface ProsodyOptions {
  /** Component domain → secret. */
  readonly components: Readonly<Record<string, string>>;
  /** Taken when it is free; otherwise, and without it, some free port. */
  readonly c2sPort?: number;
}

/** A private Prosody on the loopback interface, without TLS, with the domain `localhost`. */
export interface Prosody {
  readonly c2sPort: number;
  readonly componentPort: number;
  /** Makes an account on `localhost`. */
  register(username: string, password: string): Promise<void>;
  /** Ends the process and forgets its data. */
  stop(): Promise<void>;
}

export async function startProsody(options: ProsodyOptions): Promise<Prosody> {
  const folder = mkdtempSync(join(tmpdir(), 'silc-xmpp-prosody-'));
  const c2sPort = await freePort(options.c2sPort);
  const componentPort = await freePort();
  const file = join(folder, 'prosody.cfg.lua');
  writeFileSync(file, configuration(folder, c2sPort, componentPort, options.components));
  const child = spawn('prosody', ['-F', '--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([untilPortsAnswer([c2sPort, componentPort]), failure(child)]);
  } catch (error) {
    const logged = readLog(join(folder, 'prosody.log'));
    await stop();
    throw new Error(`Prosody did not start: ${String(error)}\n${log}${logged}`, { cause: error });
  }
  const register = async (username: string, password: string): Promise<void> => {
    const args = ['--config', file, '--root', 'register', username, 'localhost', password];
    await promisify(execFile)('prosodyctl', args, { timeout: START_TIMEOUT_MS });
  };
  return { c2sPort, componentPort, register, stop };
}

function configuration(
  folder: string,
  c2sPort: number,
  componentPort: number,
  components: ProsodyOptions['components'],
): string {
  const sections = Object.entries(components).map(
    ([domain, secret]) => `Component ${lua(domain)}\n  component_secret = ${lua(secret)}\n`,
  );
  return `
run_as_root = true
pidfile = ${lua(join(folder, 'prosody.pid'))}
data_path = ${lua(folder)}
log = { info = ${lua(join(folder, 'prosody.log'))} }
interfaces = { "127.0.0.1" }
c2s_ports = { ${c2sPort} }
component_ports = { ${componentPort} }
component_interfaces = { "127.0.0.1" }
s2s_ports = {}
-- Otherwise the second of two quick stanzas waits 40 ms for the acknowledgement of the first.
network_settings = { nagle = false }
modules_enabled = { "roster", "saslauth", "disco", "ping", "carbons" }
modules_disabled = { "s2s", "tls" }
authentication = "internal_plain"
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
VirtualHost "localhost"
${sections.join('')}`;
}

/** A Lua string; JSON's escapes are Lua's for what paths and host names contain. */
const lua = (text: string): string => JSON.stringify(text);

/** `wanted` where nobody listens there, else some port that is free now. */
async function freePort(wanted = 0): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(wanted, '127.0.0.1');
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch (error) {
    if (wanted === 0) throw error;
    return await freePort();
  } finally {
    probe.close();
  }
}

async function untilPortsAnswer(ports: readonly number[]): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (const port of ports) {
    while (!(await answers(port))) {
      if (Date.now() > deadline) throw new Error(`port ${port} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function failure(child: ChildProcess): Promise<never> {
  const [reason] = (await Promise.race([once(child, 'exit'), once(child, 'error')])) as [unknown];
  throw reason instanceof Error ? reason : new Error(`it ended with code ${String(reason)}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(timer);
}

function readLog(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(-2000);
  } catch {
    return '';
  }
}
