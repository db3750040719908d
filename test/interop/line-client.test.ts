import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../src/silc/crypto/fingerprint.js';
import { writePrivateKeyFile, writePublicKeyFile } from '../../src/silc/crypto/key-file.js';
import { FileTransfers } from '../../src/silc/transfer/file-transfers.js';
import { sourceOf, transferOptions } from '../support/file-transfers.js';
import { EventLog, keyPairNamed, nextEvent } from '../support/silc-world.js';
import { openTarget, type Target, type TargetKind } from './support/target.js';

type Item = Readonly<Record<string, unknown>>;

const KEY_PASSPHRASE = 'of the key file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silc-line-'));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Options that get a client into a server, with the key in files. */
function admission({ auth, keyPair }: Target, nickname: string): readonly string[] {
  const { publicKey, privateKey } = keyPair ?? keyPairNamed(nickname);
  const key = fileOf('own.prv', writePrivateKeyFile(nodeBackend, privateKey, KEY_PASSPHRASE));
  fileOf('own.pub', writePublicKeyFile(publicKey));
  const own = ['--key', key, '--key-passphrase-file', fileOf('own.txt', `${KEY_PASSPHRASE}\n`)];
  if (auth.method === 'publickey') return [...own, '--key-auth'];
  return auth.method === 'passphrase'
    ? [...own, '--passphrase-file', fileOf('server.txt', `${auth.passphrase}\n`)]
    : own;
}

/** Runs the command line as it is typed. @returns the exit code and the lines of JSON */
async function run(
  target: Target,
  nickname: string,
  options: readonly string[],
  lines: readonly string[],
): Promise<{ readonly code: number; readonly of: (type: string) => readonly Item[] }> {
  let printed = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const code = await main([
    ...['silc', `${host}:${target.port}`, '--nick', nickname, '--json'],
    ...['--known-servers', join(folder, 'known_servers')],
    ...admission(target, nickname),
    ...options,
    ...lines.flatMap((line) => ['--exec', line]),
  ]);
  spy.mockRestore();
  const items = printed
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Item);
  return { code, of: (type) => items.filter((item) => item['type'] === type) };
}

describe.each<TargetKind>(['none', 'passphrase', 'publickey'])('the line client (%s)', (kind) => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget(kind);
  });
  afterEach(() => target.quitAll());
  afterAll(() => target.close());

  it('lets itself in with key and passphrase of files, and knows the server the next time', async () => {
    const nickname = target.unique('line');
    const first = await run(target, nickname, [], ['/keys', '/ping']);
    expect(first.of('error')).toEqual([]);
    expect(first.code).toBe(0);
    const own = fingerprint(nodeBackend, (target.keyPair ?? keyPairNamed(nickname)).publicKey);
    expect(first.of('keys')).toMatchObject([{ own: { key: { fingerprint: own } } }]);
    const known = readFileSync(join(folder, 'known_servers'), 'utf8');
    const again = await run(target, nickname, [], ['/ping']);
    expect(again.code).toBe(0);
    expect(again.of('ping')).toHaveLength(1);
    expect(readFileSync(join(folder, 'known_servers'), 'utf8')).toBe(known);
    const wary = await run(target, nickname, ['--fingerprint', '00'.repeat(20)], ['/ping']);
    expect(wary.code).toBe(1);
    expect(wary.of('ping')).toEqual([]);
  });
});

describe('the line client', () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterEach(() => target.quitAll());
  afterAll(() => target.close());

  it('runs a script: joins, says, tells, asks, and prints what came as JSON', async () => {
    const [bob, nickname] = [await target.client('bob'), target.unique('line')];
    const bobNick = bob.self.nickname ?? expect.unreachable();
    const name = target.unique('room');
    const { channel } = await bob.join(name);
    await bob.setTopic(channel.id, 'to be seen');
    const log = new EventLog(bob);
    bob.subscribe((event) => {
      if (event.type === 'private-message') void bob.tell(event.sender.clientId, 'answer', { sign: true });
    });
    const { code, of } = await run(
      target,
      nickname,
      ['--join', name],
      [
        ...['hello Grüße', '/me waves', '/notice look', '/say -sign signed', '/topic', '/names'],
        ...[`/whois ${bobNick}`, '/list', `/msg ${bobNick} psst`, '/wait private-message', '/quit see you'],
      ],
    );
    expect(of('error')).toEqual([]);
    expect(code).toBe(0);
    const left = await log.find('member-left');
    expect(left.cause).toEqual({ kind: 'signoff', message: 'see you' });
    expect(
      log.of('channel-message').map(({ message: { kind, text, signature } }) => [kind, text, signature]),
    ).toEqual([
      ['text', 'hello Grüße', 'none'],
      ['action', 'waves', 'none'],
      ['notice', 'look', 'none'],
      ['text', 'signed', 'verified'],
    ]);
    expect(log.of('private-message').map(({ message }) => message.text)).toEqual(['psst']);
    expect(of('topic')).toMatchObject([{ topic: 'to be seen' }]);
    expect(of('names').at(-1)?.['members']).toHaveLength(2);
    expect(of('whois')).toMatchObject([{ user: { nickname: bobNick, fingerprint: bob.self.fingerprint } }]);
    const [listed] = of('list');
    expect(listed?.['channels']).toEqual(
      expect.arrayContaining([expect.objectContaining({ name, users: 2 })]),
    );
    expect(of('private-message')).toMatchObject([{ text: 'answer', signature: 'verified' }]);
  });

  it('tells what the server refuses, goes on, and ends with exit code 1', async () => {
    const nickname = target.unique('line');
    const lines = [`/whois ${target.unique('nobody')}`, '/oper nobody', '/ping'];
    const { code, of } = await run(target, nickname, [], lines);
    expect(code).toBe(1);
    expect(of('error').length).toBeGreaterThan(0);
    expect(of('ping')).toHaveLength(1);
  });

  it('sets keys with somebody, and takes a file', async () => {
    const [bobNick, nickname] = [target.unique('bob'), target.unique('line')];
    const bob = await target.client('bob', { nickname: bobNick });
    const files = new FileTransfers(bob, transferOptions(bobNick, { listens: true }));
    const told = nextEvent(bob, 'private-message');
    let sending: Promise<void> | undefined;
    bob.subscribe((event) => {
      if (event.type === 'private-key-offered') {
        void bob.setPrivateKey(event.user.clientId, 'sésame');
      } else if (event.type === 'private-message') {
        const source = sourceOf(new Uint8Array(100_000).fill(7), 'data.bin');
        sending = files.offer(event.sender.clientId, source).done;
        sending.catch(() => undefined);
      }
    });
    const { code, of } = await run(
      target,
      nickname,
      ['--directory', folder, '--any-address'],
      [
        ...[`/key msg set ${bobNick} sésame`, '/ping', `/msg ${bobNick} under a key`],
        ...['/wait file-transfer', '/file accept 1', '/key msg list'],
      ],
    );
    expect(of('error')).toEqual([]);
    expect(code).toBe(0);
    expect(await told).toMatchObject({ message: { text: 'under a key' }, protection: 'static-key' });
    expect(of('private-keys')).toMatchObject([{ keys: [{ kind: 'static-key', role: 'initiator' }] }]);
    await sending;
    expect(new Uint8Array(readFileSync(join(folder, 'data.bin')))).toEqual(new Uint8Array(100_000).fill(7));
    files.close();
  });
});
