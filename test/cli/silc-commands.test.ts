import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/silc/commands/index.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../src/silc/crypto/fingerprint.js';
import { writePrivateKeyFile, writePublicKeyFile } from '../../src/silc/crypto/key-file.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { keyPairNamed, startSilcWorld, type SilcWorld } from '../support/silc-world.js';
import { LineRun } from './support/line-run.js';

let world: SilcWorld;
let folder: string;
beforeEach(async () => {
  world = await startSilcWorld({ motd: 'be nice' });
  folder = mkdtempSync(join(tmpdir(), 'silc-commands-'));
  for (const name of ['alice', 'bob']) {
    const { publicKey, privateKey } = keyPairNamed(name);
    writeFileSync(inFolder(`${name}.pub`), writePublicKeyFile(publicKey));
    writeFileSync(inFolder(`${name}.prv`), writePrivateKeyFile(nodeBackend, privateKey, ''));
  }
  writeFileSync(inFolder('note.txt'), 'some text\nof two lines');
  writeFileSync(inFolder('call.sdp'), 'v=0\r\nm=audio 49170 RTP/AVP 0\r\n');
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const inFolder = (name: string): string => join(folder, name);
const bobKey = fingerprint(nodeBackend, keyPairNamed('bob').publicKey);
const aliceKey = fingerprint(nodeBackend, keyPairNamed('alice').publicKey);

/** A line (`%` stands for the folder of the test) and what it tells: some items in order, or the error that it ends with. */
type Row = readonly [line: string, ...items: readonly Record<string, unknown>[]];

const fails = (shape: Record<string, unknown>): Record<string, unknown> => ({ type: 'error', ...shape });
const refused = (status: number): Record<string, unknown> => fails({ code: 'command', status });
const wrong = (message: unknown): Record<string, unknown> => fails({ code: 'line', message });

const tables: Readonly<Record<string, readonly Row[]>> = {
  talking: [
    [
      '/msg bob hello',
      { type: 'sent', receiver: { nickname: 'bob' }, kind: 'text', sign: false, text: 'hello' },
    ],
    ['/msg -sign -action bob waves', { type: 'sent', kind: 'action', sign: true }],
    [
      '/msg -sign=key -notice -noreply bob x',
      { type: 'sent', kind: 'notice', sign: 'with-key', noReply: true },
    ],
    ['/msg -ack bob there?', { type: 'sent', acknowledge: true }],
    ['/msg . to myself', { type: 'sent', receiver: { nickname: 'alice' } }],
    ['/msg', wrong(expect.stringMatching(/^usage: \/msg /))],
    ['/sign', { type: 'sign', channel: false, msg: false }],
    ['/sign msg on', { type: 'sign', channel: false, msg: true }],
    ['/msg bob signed', { type: 'sent', sign: true }],
    ['/sign all on', { type: 'sign', channel: true, msg: true }],
    ['/sign sometimes', wrong(expect.stringContaining('usage: /sign [all|channel|msg] [on|off]'))],
    ['/say into the void', wrong('not on a channel; /join NAME first')],
    ['/join lounge', { type: 'joined', created: true }, { type: 'names' }],
    ['/say aloud', { type: 'sent', channel: { name: 'lounge' }, sign: true }],
    ['/me nods', { type: 'sent', kind: 'action' }],
    ['/notice look', { type: 'sent', kind: 'notice' }],
    ['/mmsg bob %/note.txt', { type: 'sent', kind: 'mime', contentType: 'text/plain', octets: 22 }],
    [
      '/mmsg -sign * %/note.txt image/png',
      { type: 'sent', channel: { name: 'lounge' }, contentType: 'image/png' },
    ],
    ['/mmsg bob %', wrong(expect.stringContaining('is not a file'))],
    ['/multimedia offer bob %/call.sdp', { type: 'multimedia-offered', receiver: { nickname: 'bob' } }],
    ['/multimedia end 00', wrong('there is no own offer 00')],
    ['/away gone fishing', { type: 'away', text: 'gone fishing' }],
    ['/umode', { type: 'umode', mode: UserMode.gone }],
    ['/away', { type: 'away', text: null }],
    ['/umode +bP', { type: 'umode', mode: UserMode.busy | UserMode.blockPrivateMessages }],
    ['/umode +x', wrong(expect.stringContaining('no modes: +x'))],
  ],
  channels: [
    ['/channel', { type: 'channels', current: null, channels: [] }],
    ['/join -cipher=aes-128-cbc -hmac=hmac-sha1-96 attic', { type: 'joined', channel: { name: 'attic' } }],
    ['/join "" x', wrong(expect.stringContaining('usage: /join'))],
    ['/join lounge sesame', { type: 'joined', channel: { name: 'lounge' } }],
    ['/channel attic', { type: 'channels', current: { name: 'attic' } }],
    ['/channel nowhere', wrong('not on nowhere')],
    ['/leave lounge', { type: 'left', channel: { name: 'lounge' } }],
    ['/names', { type: 'names', members: [{ nickname: 'alice', mode: 3 }] }],
    ['/topic tea at five', { type: 'topic-changed', topic: 'tea at five', by: { nickname: 'alice' } }],
    ['/topic', { type: 'topic', topic: 'tea at five' }],
    ['/invite bob'],
    [
      '/invite add *!*@example.org key:%/bob.pub',
      { type: 'invite-list', entries: expect.arrayContaining([{ kind: 'mask', mask: '*!*@example.org' }]) },
    ],
    ['/invite list', { type: 'invite-list' }],
    ['/invite del *!*@example.org', { type: 'invite-list' }],
    ['/invite', wrong('usage:')],
    ['/ban', { type: 'ban-list', entries: [] }],
    [
      '/ban add evil client:bob',
      { type: 'ban-list', entries: expect.arrayContaining([{ kind: 'mask', mask: 'evil' }]) },
    ],
    ['/ban add', wrong('usage: /ban add MASK|key:FILE|client:NICK…')],
    ['/ban add key:%/none', fails({ code: 'other' })],
    ['/ban del evil', { type: 'ban-list' }],
    ['/kick bob', refused(Status.userNotOnChannel)],
    ['/list', { type: 'list', channels: [{ name: 'attic', topic: 'tea at five', users: 1 }] }],
    ['/list attic', { type: 'list', channels: [{ name: 'attic' }] }],
    ['/list nowhere', wrong(expect.stringContaining('there is no nowhere'))],
    [
      '/users attic',
      { type: 'users', channel: { name: 'attic' }, members: [{ nickname: 'alice', mode: 3 }] },
    ],
    ['/users nowhere', wrong(expect.stringContaining('there is no nowhere'))],
    ['/leave', { type: 'left', channel: { name: 'attic' } }],
  ],
  modes: [
    ['/cmode +s', wrong('not on a channel; /join NAME first')],
    ['/join vault', { type: 'joined' }, { type: 'names' }],
    ['/cmode +stm-t', { type: 'channel-mode-changed', mode: ChannelMode.secret | ChannelMode.silenceUsers }],
    ['/cmode +l', wrong('a number of users is needed; usage: /cmode [+FLAGS|-FLAGS] ARGUMENT…')],
    ['/cmode +l many', wrong(expect.stringContaining('+l needs a number of users'))],
    ['/cmode +la 9 sesame', { type: 'channel-mode-changed' }],
    ['/cmode +c aes-128-cbc', { type: 'channel-mode-changed' }],
    ['/cmode +c rot13', fails({ code: 'usage' })],
    ['/cmode +f %/alice.prv', { type: 'channel-mode-changed' }],
    ['/cmode +C +%/bob.pub +%/alice.pub', { type: 'channel-mode-changed' }],
    [
      '/cmode',
      {
        type: 'cmode',
        userLimit: 9,
        founderKey: { fingerprint: aliceKey },
        joinKeys: expect.arrayContaining([expect.objectContaining({ fingerprint: bobKey })]),
      },
    ],
    ['/cmode -smlacCf', { type: 'channel-mode-changed', mode: 0 }],
    ['/cmode +z', wrong(expect.stringContaining('no modes: +z'))],
    ['/cmode +s left over', wrong(expect.stringContaining('too many arguments'))],
    ['/cumode .', { type: 'cumode', mode: ChannelUserMode.founder | ChannelUserMode.operator }],
    ['/cumode . +b', { type: 'member-mode-changed' }],
    ['/cumode bob', wrong('bob is not on vault')],
    ['/cumode bob +o', fails({ code: 'usage' })],
    ['/cumode bob +o %/bob.prv', wrong(expect.stringContaining("for one's own +f only"))],
    ['/cmode +f', { type: 'channel-mode-changed' }],
    ['/cumode . -f', { type: 'member-mode-changed' }],
    ['/cumode . +f', { type: 'member-mode-changed' }],
  ],
  people: [
    ['/whois bob', { type: 'whois', number: 1, user: { nickname: 'bob', username: 'bob' } }],
    ['/whois bob#1', { type: 'whois', user: { nickname: 'bob' } }],
    ['/whois key:%/bob.pub', { type: 'whois', user: { nickname: 'bob' } }],
    ['/whois nobody', wrong('there is no nobody on the network')],
    ['/nick alicia', { type: 'nick', self: { nickname: 'alicia' } }],
    ['/whowas alice', { type: 'whowas', users: expect.any(Array) }],
    ['/whowas stranger 3', { type: 'whowas', users: [] }],
    ['/identify nick bob', { type: 'identities', identities: [{ kind: 'client', nickname: 'bob' }] }],
    [
      '/identify server silc.test',
      { type: 'identities', identities: [{ kind: 'server', name: 'silc.test' }] },
    ],
    ['/identify channel nowhere', { type: 'identities', identities: [] }],
    ['/identify client-id xyz', wrong(expect.stringContaining('xyz is no ID'))],
    ['/getkey bob %/kept.pub', { type: 'key', user: { nickname: 'bob' }, key: { fingerprint: bobKey } }],
    ['/getkey bob %/kept.pub', fails({ code: 'other' })],
    ['/watch list', { type: 'watches', watches: [] }],
    ['/watch add bob'],
    ['/watch add key:%/bob.pub'],
    ['/watch list', { type: 'watches', watching: 'server', watches: ['bob', `key:${bobKey}`] }],
    ['/watch del bob'],
    ['/watch del bob', wrong('bob is not watched')],
    ['/attr names', { type: 'attribute-names' }],
    ['/attr set mood happy sad'],
    ['/attr set mood cheerful', wrong(expect.stringContaining('cheerful is none of happy'))],
    ['/attr set location 60.1', wrong(expect.stringContaining('latitude and longitude are needed'))],
    ['/attr set text out to lunch'],
    ['/attr set device mobile Acme'],
    ['/attr del device'],
    ['/attr del device', wrong('device is not set')],
    [
      '/attr show',
      {
        type: 'attributes',
        attributes: [
          { type: 3, name: 'mood', value: { kind: 'mask', mask: 3 } },
          { type: 4, name: 'text', value: { kind: 'string', text: 'out to lunch' } },
        ],
      },
    ],
    ['/whois -attributes .', { type: 'whois', attributes: { signature: 'verified' } }],
    ['/whois -attributes alicia', { type: 'whois', attributes: { signature: 'verified' } }],
  ],
  keys: [
    ['/keys', { type: 'keys', own: { key: { fingerprint: aliceKey } } }],
    ['/rekey', { type: 'rekeyed' }],
    ['/key msg list', { type: 'private-keys', keys: [] }],
    ['/key msg set bob file:%/note.txt initiator'],
    ['/key msg list', { type: 'private-keys', keys: [{ user: { nickname: 'bob' }, kind: 'static-key' }] }],
    ['/key msg unset bob'],
    ['/key msg unset bob', wrong('no key with bob')],
    ['/key msg', wrong('usage:')],
    ['/key agree offer bob', wrong('no address to listen on: start with --listen')],
    ['/key agree ask bob'],
    ['/key agree accept bob', wrong('there is no offer of a key agreement')],
    ['/key channel list', wrong('not on a channel; /join NAME first')],
    ['/join vault', { type: 'joined' }, { type: 'names' }],
    ['/key channel set ours "a passphrase"'],
    ['/key channel set -cipher=aes-256-ctr -hmac=hmac-sha256-96 theirs another'],
    ['/key channel change theirs'],
    [
      '/key channel list',
      {
        type: 'channel-keys',
        keys: [
          { name: 'ours', selected: false },
          { name: 'theirs', cipher: 'aes-256-ctr', selected: true },
        ],
      },
    ],
    ['/key channel unset ours'],
    ['/key channel unset ours', wrong('no key ours')],
  ],
  network: [
    ['/ping', { type: 'ping', milliseconds: expect.any(Number) }],
    ['/info', { type: 'info', name: 'silc.test' }],
    ['/motd', { type: 'motd', text: 'be nice' }],
    ['/stats', { type: 'stats', myClients: 2 }],
    ['/serverkey', { type: 'server-key' }],
    ['/service', { type: 'service', services: [] }],
    ['/oper root sesame', fails({ code: 'command' })],
    ['/silcoper root', fails({ code: 'command' })],
    ['/kill bob', fails({ code: 'command' })],
    ['/kill -own bob', fails({ code: 'command' })],
    ['/connect elsewhere', fails({ code: 'command' })],
    ['/close elsewhere 706', fails({ code: 'command' })],
    ['/shutdown', fails({ code: 'command' })],
    ['/file list', { type: 'files', offers: [], transfers: [] }],
    ['/file accept 7', wrong('there is no offer 7')],
    ['/file decline 7', wrong('there is no offer 7')],
    ['/file abort 7', wrong('there is no transfer 7')],
    ['/file send bob %', wrong(expect.stringContaining('is not a file'))],
    ['/help key msg', { type: 'help' }],
    ['/help dance', wrong('no such command; see /help')],
    ['/dance', wrong('no such command; see /help')],
    ['/wait motd'],
    ['/wait sunshine', wrong(expect.stringMatching(/^sunshine is none of .*; usage: \/wait EVENT$/))],
    ['/detach %/note.txt', wrong(expect.stringContaining('does not hold a detached session'))],
    ['/detach %/detached', { type: 'closed' }, { type: 'detached' }],
  ],
};

describe('silc: every command', () => {
  it.each(Object.entries(tables))('%s', async (_title, rows) => {
    const bob = await world.client('bob');
    // Tells nothing, at once: the server does not have to wait for it.
    bob.setAttributes([]);
    const lines = rows.map(([line]) => line.replaceAll('%', folder));
    const run = new LineRun(world, 'alice', { json: true, timeoutMs: 2_000, lines });
    await run.code;
    const answers = answersOf(run.items);
    rows.forEach(([line, ...items], i) => {
      const told = answers[i] ?? [];
      const failed = items.some(({ type }) => type === 'error');
      expect(told.at(-1)?.['type'], `end of ${line}: ${JSON.stringify(told)}`).toBe(
        failed ? 'error' : 'done',
      );
      for (const item of items) expect(told, line).toContainEqual(expect.objectContaining(shape(item)));
    });
    expect(answers).toHaveLength(rows.length);
  });

  it('is in the tables', () => {
    const lines = Object.values(tables).flatMap((rows) => rows.map(([line]) => `${line} `));
    const missing = [...commands.keys()].filter(
      (name) => !lines.some((line) => line.startsWith(`/${name} `)),
    );
    // How it ends a run is shown elsewhere.
    expect(missing).toEqual(['quit']);
  });

  it('that keeps a key keeps the very key', async () => {
    const bob = await world.client('bob');
    const run = new LineRun(world, 'alice', { lines: [`/getkey bob ${inFolder('kept.pub')}`] });
    expect(await run.code).toBe(0);
    expect(readFileSync(inFolder('kept.pub'))).toEqual(readFileSync(inFolder('bob.pub')));
    expect(bob.state).toBe('ready');
  });
});

/** The items of each line, up to the one that ends it. What comes before the first line belongs to none. */
function answersOf(items: readonly Record<string, unknown>[]): readonly Record<string, unknown>[][] {
  const answers: Record<string, unknown>[][] = [];
  let told: Record<string, unknown>[] = [];
  for (const item of items) {
    told.push(item);
    if (item['type'] !== 'done' && item['type'] !== 'error') continue;
    answers.push(told);
    told = [];
  }
  return answers;
}

/** Objects inside match where they have these members at least. */
function shape(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, partly(one)]));
}

function partly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(partly);
  const plain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return plain ? expect.objectContaining(shape(value as Record<string, unknown>)) : value;
}

describe('silc: a detached session', () => {
  it('is taken up with its channels and watches, and its file is for its owner only', async () => {
    const bob = await world.client('bob');
    const { channel } = await bob.join('lounge');
    const file = inFolder('detached');
    const first = new LineRun(world, 'alice', {
      lines: ['/join lounge', '/watch add bob', `/detach ${file}`],
    });
    expect(await first.code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(channel.members.size).toBe(2);
    const { loadSession } = await import('../../src/cli/silc/detached-file.js');
    const resume = await loadSession(file);
    const again = new LineRun(world, 'other', {
      ...{ json: true, resume, keyPair: keyPairNamed('alice') },
      lines: ['/channel', '/watch list', 'back', `/detach ${file}`],
    });
    expect(await again.code).toBe(0);
    const types = again.items.map(({ type }) => type);
    expect(types.indexOf('resumed')).toBeLessThan(types.indexOf('channels'));
    expect(again.of('channels')).toMatchObject([{ current: { name: 'lounge' } }]);
    expect(again.of('watches')).toMatchObject([{ watches: ['bob'] }]);
  });

  it('is not left behind by a key that ends with the run', async () => {
    const run = new LineRun(world, 'alice', { keyIsNew: true, lines: [`/detach ${inFolder('detached')}`] });
    expect(await run.code).toBe(1);
    expect(run.errors.text).toContain('start with --key\n');
  });
});
