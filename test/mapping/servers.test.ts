import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseJid } from '../../src/component/jid.js';
import { createAddressing } from '../../src/mapping/address.js';
import { nicknameToResource, preparedNickname } from '../../src/mapping/nickname.js';
import { channelNames, nicknames } from './names.js';

/*
 * The addresses the gateway sends, judged by the string preparation of real Jabber servers: they are not changed, and not
 * refused. Skipped, and it says so, where a server is not installed.
 */

const gw = createAddressing({ domain: 'gw', networks: ['n', 'm'], defaultNetwork: 'n' });

function samples(): { readonly locals: readonly string[]; readonly resources: readonly string[] } {
  const both = (name: string, address: (network: string, name: string) => string): string[] =>
    gw.networks.map((network) => parseJid(address(network, name)).local);
  // Each code point that right-to-left letters can stand beside decides upon the direction in its own way.
  const mixed = Array.from({ length: 0x3000 }, (_, code) => `א${String.fromCodePoint(code)}א`).filter(
    (name) => preparedNickname(name) !== undefined,
  );
  const names = fc.sample(nicknames, 3000);
  const locals = new Set([
    ...[...fc.sample(channelNames, 3000), ...mixed].flatMap((name) => both(name, gw.channelToJid)),
    ...names.flatMap((name) => both(name, gw.userToJid)),
  ]);
  const resources = new Set(
    [...names, ...mixed].map(nicknameToResource).filter((resource) => resource !== undefined),
  );
  return { locals: [...locals], resources: [...resources] };
}

const PROSODY = '/usr/lib/prosody/util/encodings.so';
const prosody = existsSync(PROSODY) && existsSync('/usr/bin/lua5.4');
const EJABBERD_LIBRARIES = '/usr/lib/x86_64-linux-gnu';
const ejabberd = existsSync('/usr/bin/erl') && existsSync(`${EJABBERD_LIBRARIES}/ejabberd-23.01`);
if (!prosody) console.warn('skipped: Prosody (with lua5.4) is not installed, its nodeprep is not asked');
if (!ejabberd) console.warn('skipped: ejabberd 23.01 is not installed, its nodeprep is not asked');

/** Reads `n:text` or `r:text` lines, writes those that the preparation does not leave alone. */
const lua = `
package.cpath = "/usr/lib/prosody/?.so;" .. package.cpath
local prep = require "util.encodings".stringprep
for line in io.lines() do
  local f = line:sub(1, 1) == "n" and prep.nodeprep or prep.resourceprep
  if f(line:sub(3)) ~= line:sub(3) then print(line) end
end`;

const erlang = `
application:ensure_all_started(stringprep),
io:setopts(standard_io, [binary, {encoding, latin1}]),
Loop = fun(Self) ->
  case file:read_line(standard_io) of
    {ok, <<Kind, $:, Rest/binary>>} ->
      Text = binary:part(Rest, 0, byte_size(Rest) - 1),
      Out = case Kind of $n -> stringprep:nodeprep(Text); $r -> stringprep:resourceprep(Text) end,
      if Out =:= Text -> ok; true -> file:write(standard_io, [Kind, $:, Rest]) end,
      Self(Self);
    eof -> halt(0)
  end
end,
Loop(Loop).`;

function changedBy(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): readonly string[] {
  const { locals, resources } = samples();
  expect(locals.length).toBeGreaterThan(1000);
  const lines = [...locals.map((text) => `n:${text}`), ...resources.map((text) => `r:${text}`)];
  const output = execFileSync(command, args, {
    input: `${lines.join('\n')}\n`,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return output.split('\n').filter((line) => line !== '');
}

describe('the addresses that the gateway sends', () => {
  it.skipIf(!prosody)('are left as they are by Prosody', () => {
    expect(changedBy('/usr/bin/lua5.4', ['-e', lua])).toEqual([]);
  });

  it.skipIf(!ejabberd)('are left as they are by ejabberd', () => {
    const env = { ERL_LIBS: EJABBERD_LIBRARIES, HOME: process.env['HOME'] ?? '/tmp' };
    expect(changedBy('/usr/bin/erl', ['-noinput', '-noshell', '-eval', erlang], env)).toEqual([]);
  });
});
