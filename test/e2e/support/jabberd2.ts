import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'libsql';
import type { PreparedServer, ServerPlan } from './jabber-server.js';

/** Debian's configuration, which is changed where it has to be. */
const CONFIGURATION = '/etc/jabberd2';
const SCHEMA = '/usr/share/doc/jabberd2/db-setup.sqlite.gz';

/**
 * Writes the configuration of a private jabberd2 into `dir`; returns how to start its programs, in this order: the router takes
 * the components, whose names it does not know beforehand, the session manager has the users, c2s their connections.
 */
export function jabberd2(dir: string, plan: ServerPlan): PreparedServer {
  mkdirSync(join(dir, 'log'), { recursive: true });
  // One for each program that has one: neither waits for the lock of the other, it fails at once.
  const database = (name: string): string => {
    const file = join(dir, `${name}.db`);
    const made = new Database(file);
    made.exec(gunzipSync(readFileSync(SCHEMA)).toString('utf8'));
    made.close();
    return file;
  };
  const common = (text: string): string =>
    replaced(text, [
      [/<pidfile>.*?<\/pidfile>/g, `<pidfile>${dir}/none.pid</pidfile>`, 'any'],
      [/\/var\/log\/jabberd2\//g, `${dir}/log/`],
      [/0\.0\.0\.0/g, '127.0.0.1', 'any'],
      [/<port>5347<\/port>/g, `<port>${plan.componentPort}</port>`],
    ]);
  const router = replaced(common(configuration('router')), [
    [/<secret>secret<\/secret>/, `<secret>${plan.secret}</secret>`],
  ]);
  const sm = replaced(common(configuration('sm')), [
    [/<id>localhost\.localdomain<\/id>/, '<id>localhost</id>'],
    [/<dbname>\/var\/lib\/jabberd2\/sqlite\.db<\/dbname>/, `<dbname>${database('sm')}</dbname>`],
  ]);
  const c2s = replaced(common(configuration('c2s')), [
    [/>localhost\.localdomain<\/id>/, '>localhost</id>'],
    [/<port>5222<\/port>/, `<port>${plan.c2sPort}</port>`],
    [/<dbname>\/var\/lib\/jabberd2\/sqlite\.db<\/dbname>/, `<dbname>${database('c2s')}</dbname>`],
    [/<stanzas>1000<\/stanzas>/, '<stanzas>0</stanzas>'],
  ]);
  const part = (name: string, text: string, ports: readonly number[]): PreparedServer['parts'][number] => {
    const config = join(dir, `${name}.xml`);
    writeFileSync(config, text);
    const env = { PATH: process.env['PATH'] ?? '', HOME: dir, LANG: 'C.UTF-8' };
    const log = join(dir, `${name}.out`);
    return {
      command: { file: `/usr/sbin/jabberd2-${name}`, args: ['-c', config], env, cwd: dir, log },
      ports,
    };
  };
  const names = ['router', 'sm', 'c2s'];
  return {
    parts: [
      part('router', router, [plan.componentPort]),
      part('sm', sm, []),
      part('c2s', c2s, [plan.c2sPort]),
    ],
    logs: names.flatMap((name) => [join(dir, `${name}.out`), join(dir, 'log', `${name}.log`)]),
  };
}

const configuration = (name: string): string =>
  readFileSync(join(CONFIGURATION, `${name}.xml`), 'utf8').replaceAll(/<!--[^]*?-->/g, '');

type Replacement = readonly [what: RegExp, by: string, isOptional?: 'any'];

/** @throws Error where the configuration is another one than is known here */
function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = text;
  for (const [what, by, isOptional] of replacements) {
    const changed = result.replace(what, by);
    if (changed === result && isOptional === undefined)
      throw new Error(`jabberd2's configuration lacks ${String(what)}`);
    result = changed;
  }
  return result;
}
