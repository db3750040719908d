import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ejabberdLibraries } from './packages.js';
import { TLS_CERTIFICATE, TLS_KEY } from '../../support/tls/localhost.js';
import type { ServerPlan } from './jabber-server.js';
import type { Command } from '../../../src/demo/server-process.js';

/**
 * Writes the configuration of a private ejabberd into `dir`; returns how to start it: straight by `erl`, without a
 * node name, so that neither distribution nor epmd is started.
 */
export function ejabberd(dir: string, plan: ServerPlan): { command: Command; logs: string[] } {
  const config = join(dir, 'ejabberd.yml');
  const log = join(dir, 'ejabberd.log');
  const spool = join(dir, 'spool');
  mkdirSync(spool, { recursive: true });
  writeFileSync(config, configuration(dir, plan));
  const output = join(dir, 'ejabberd.out');
  return {
    command: {
      file: '/usr/bin/erl',
      // One scheduler: several would only fight for the few cores that the tests share.
      args: ['+S', '1', '-noinput', '-mnesia', 'dir', `"${spool}"`, '-s', 'ejabberd'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: dir,
        LANG: 'C.UTF-8',
        ERL_LIBS: ejabberdLibraries() ?? '',
        EJABBERD_CONFIG_PATH: config,
        EJABBERD_LOG_PATH: log,
        ERL_CRASH_DUMP: '/dev/null',
      },
      cwd: dir,
      log: output,
    },
    // The log file repeats what is on standard output.
    logs: [output],
  };
}

/** A file with certificate and key, as ejabberd wants them. */
function certificate(dir: string): string {
  const file = join(dir, 'localhost.both.pem');
  writeFileSync(file, `${TLS_CERTIFICATE}${TLS_KEY}`, { mode: 0o600 });
  return file;
}

function configuration(dir: string, plan: ServerPlan): string {
  const hosts = plan.components.map((domain) => `      ${domain}: { password: "${plan.secret}" }\n`).join('');
  return `
loglevel: info
hosts: [localhost]
auth_method: internal
auth_password_format: plain
registration_timeout: infinity
listen:
  -
    port: ${plan.c2sPort}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    access: all
    shaper: none
  -
    port: ${plan.componentPort}
    ip: "127.0.0.1"
    module: ejabberd_service
    access: all
    shaper: none
${plan.isEncrypted === true ? `    tls: true\n    certfile: "${certificate(dir)}"\n` : ''}    # Otherwise every component gets a share of what goes to the domains of all.
    global_routes: false
    hosts:
${hosts}
  -
    port: ${plan.webPort}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /xmpp-websocket: ejabberd_http_ws
      /upload: mod_http_upload
acl: {}
modules:
  mod_disco: {}
  mod_http_upload:
    host: upload.localhost
    access: all
    docroot: "${dir}/upload"
    put_url: "http://127.0.0.1:${plan.webPort}/upload"
    custom_headers: { Access-Control-Allow-Origin: "*" }
  mod_ping: {}
${plan.isPrivileged === true ? '  mod_privilege: { roster: { both: all } }\n' : ''}  mod_roster: {}
  mod_carboncopy: {}
  mod_caps: {}
  mod_muc: { host: muc.localhost }
  mod_private: {}
  mod_pubsub: { plugins: [pep] }
  mod_vcard: {}
  mod_register: { access: all, ip_access: all }
`;
}
