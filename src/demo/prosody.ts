import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Command, freePorts, isFree, ServerProcess } from './server-process.js';

/** What a Prosody's configuration is made from. */
export interface ProsodyPlan {
  readonly c2sPort: number;
  readonly componentPort: number;
  /** Component domain → secret. */
  readonly components: Readonly<Record<string, string>>;
  /** With one, browsers come in by websocket (`/xmpp-websocket`), and files go up by `upload.localhost` (XEP-0363). */
  readonly webPort?: number;
  /** Where browsers find that port, when something stands before it. */
  readonly webUrl?: string;
  /** Whether clients may make accounts; default true. */
  readonly openRegistration?: boolean;
  /** The components may write lists and nodes of users (XEP-0356), by a module of the package prosody-modules. */
  readonly isPrivileged?: boolean;
}

/** How to start a Prosody, and where it writes. */
export interface PreparedProsody {
  readonly command: Command;
  readonly logs: readonly string[];
  readonly configFile: string;
}

/** How long prosodyctl may take. */
const CONTROL_TIMEOUT_MS = 20_000;

/** A private Prosody on the loopback interface, without TLS, with the domain `localhost`. */
export interface Prosody {
  readonly c2sPort: number;
  readonly componentPort: number;
  /** For browsers; undefined where they do not come in. */
  readonly webPort: number | undefined;
  /** Makes an account on `localhost`. */
  register(username: string, password: string): Promise<void>;
  /** Ends the process and forgets its data. */
  stop(): Promise<void>;
}

/** @param options.c2sPort taken when it is free; otherwise, and without it, some free port. */
export async function startProsody(options: {
  readonly components: ProsodyPlan['components'];
  readonly c2sPort?: number;
  /** Browsers come in too. They find it at `url`, and nowhere else. */
  readonly web?: { readonly url: string };
}): Promise<Prosody> {
  const folder = mkdtempSync(join(tmpdir(), 'silc-xmpp-prosody-'));
  const [somePort = 0, componentPort = 0, somePortOfWeb = 0] = await freePorts(3);
  const wanted = options.c2sPort;
  const c2sPort = wanted !== undefined && (await isFree(wanted)) ? wanted : somePort;
  const { components, web } = options;
  const webPort = web === undefined ? undefined : somePortOfWeb;
  const { command, configFile } = prepareProsody(folder, {
    ...{ c2sPort, componentPort, components, openRegistration: false },
    ...(web === undefined ? {} : { webPort: somePortOfWeb, webUrl: web.url }),
  });
  const ports = [c2sPort, componentPort, ...(webPort === undefined ? [] : [webPort])];
  const server = new ServerProcess(command, ports);
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const register = async (username: string, password: string): Promise<void> => {
    const args = ['--config', configFile, '--root', 'register', username, 'localhost', password];
    await promisify(execFile)('prosodyctl', args, { timeout: CONTROL_TIMEOUT_MS });
  };
  return { c2sPort, componentPort, webPort, register, stop };
}

/** Writes the configuration of a private Prosody into `folder`. */
export function prepareProsody(folder: string, plan: ProsodyPlan): PreparedProsody {
  const configFile = join(folder, 'prosody.cfg.lua');
  const log = join(folder, 'prosody.log');
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(configFile, configuration(folder, data, log, plan));
  const output = join(folder, 'prosody.out');
  return {
    command: {
      file: '/usr/bin/prosody',
      args: ['-F', '--config', configFile],
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8' },
      cwd: folder,
      log: output,
    },
    logs: [output, log],
    configFile,
  };
}

function configuration(folder: string, data: string, log: string, plan: ProsodyPlan): string {
  const components = Object.entries(plan.components).map(
    ([domain, secret]) =>
      `Component "${domain}"\n  component_secret = "${secret}"\n${plan.isPrivileged === true ? '  modules_enabled = { "privilege" }\n' : ''}`,
  );
  const isOnWeb = plan.webPort !== undefined;
  const webUrl = plan.webUrl ?? `http://127.0.0.1:${plan.webPort ?? ''}/`;
  const web = isOnWeb ? websites(webUrl, Object.keys(plan.components)) : '';
  return `
run_as_root = true
pidfile = "${join(folder, 'prosody.pid')}"
data_path = "${data}"
certificates = "${folder}"
log = { { levels = { min = "info" }, to = "file", filename = "${log}" } }
interfaces = { "127.0.0.1" }
c2s_ports = { ${plan.c2sPort} }
component_interfaces = { "127.0.0.1" }
component_ports = { ${plan.componentPort} }
s2s_ports = {}
http_ports = { ${plan.webPort ?? ''} }
https_ports = {}
-- Otherwise the second of two quick stanzas waits 40 ms for the acknowledgement of the first.
network_settings = { nagle = false }
modules_enabled = { "roster", "saslauth", "disco", "ping", "register", "carbons", "private", "pep", "vcard4", "vcard_legacy"${isOnWeb ? ', "websocket"' : ''}${plan.isPrivileged === true ? ', "privilege"' : ''} }
-- Without message storage a message to somebody who is away comes back, as on ejabberd here.
modules_disabled = { "s2s", "tls", "offline" }
authentication = "internal_plain"
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
allow_registration = ${plan.openRegistration ?? true}
${web}VirtualHost "localhost"
${plan.isPrivileged === true ? privileges(Object.keys(plan.components)) : ''}${components.join('')}${isOnWeb ? 'Component "upload.localhost" "http_file_share"\n' : ''}`;
}

const privileges = (components: readonly string[]): string =>
  `privileged_entities = { ${components.map((domain) => `["${domain}"] = { roster = "both", iq = { ["http://jabber.org/protocol/pubsub"] = "both" } }`).join(', ')} }\n`;

/** A page comes from an address of its own, so its requests are to another site; the components may upload too. */
function websites(url: string, components: readonly string[]): string {
  return `
http_interfaces = { "127.0.0.1" }
http_host = "127.0.0.1"
http_external_url = "${url}"
consider_websocket_secure = true
cross_domain_websocket = true
http_file_share_access = { "localhost", ${components.map((domain) => `"${domain}"`).join(', ')} }
`;
}
