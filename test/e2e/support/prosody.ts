import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './server-process.js';
import type { ServerPlan } from './jabber-server.js';

/** Writes the configuration of a private Prosody into `dir`; returns how to start it. */
export function prosody(dir: string, plan: ServerPlan): { command: Command; logs: string[] } {
  const config = join(dir, 'prosody.cfg.lua');
  const log = join(dir, 'prosody.log');
  const data = join(dir, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(config, configuration(dir, data, log, plan));
  const output = join(dir, 'prosody.out');
  return {
    command: {
      file: '/usr/bin/prosody',
      args: ['-F', '--config', config],
      env: { PATH: process.env.PATH ?? '', HOME: dir, LANG: 'C.UTF-8' },
      cwd: dir,
      log: output,
    },
    logs: [output, log],
  };
}

function configuration(dir: string, data: string, log: string, plan: ServerPlan): string {
  const components = plan.components
    .map((domain) => `Component "${domain}"\n  component_secret = "${plan.secret}"\n`)
    .join('');
  return `
run_as_root = true
pidfile = "${join(dir, 'prosody.pid')}"
data_path = "${data}"
certificates = "${dir}"
log = { { levels = { min = "info" }, to = "file", filename = "${log}" } }
interfaces = { "127.0.0.1" }
c2s_ports = { ${plan.c2sPort} }
component_interfaces = { "127.0.0.1" }
component_ports = { ${plan.componentPort} }
s2s_ports = {}
http_ports = {}
https_ports = {}
modules_enabled = { "roster", "saslauth", "disco", "ping", "register", "carbons", "private", "pep", "vcard4", "vcard_legacy" }
-- Without message storage a message to somebody who is away comes back, as on ejabberd here.
modules_disabled = { "s2s", "tls", "offline" }
authentication = "internal_plain"
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
allow_registration = true
VirtualHost "localhost"
${components}`;
}
