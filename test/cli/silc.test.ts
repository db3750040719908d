import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../src/silc/crypto/fingerprint.js';
import { testKeyPair } from '../support/keys.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../support/silc-world.js';
import { LineRun } from './support/line-run.js';

let world: SilcWorld;
let folder: string;
beforeEach(async () => {
  world = await startSilcWorld({ motd: 'be\x1b[31m nice\nto others' });
  folder = mkdtempSync(join(tmpdir(), 'silc-lines-'));
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const serverFingerprint = (): string => fingerprint(nodeBackend, testKeyPair('k2048v1').publicKey);

describe('silc: a script', () => {
  it('runs the lines of --exec in order, then quits with exit code 0', async () => {
    const bob = await world.client('bob');
    const { channel } = await bob.join('lounge');
    const log = new EventLog(bob);
    const run = new LineRun(world, 'alice', {
      channels: ['lounge'],
      lines: ['hello', '//slash', '/me waves', '/notice look', '/msg bob psst', '/quit see you'],
    });
    expect(await run.code).toBe(0);
    const left = await log.find('member-left');
    expect(log.of('channel-message').map(({ message }) => [message.kind, message.text])).toEqual([
      ['text', 'hello'],
      ['text', '/slash'],
      ['action', 'waves'],
      ['notice', 'look'],
    ]);
    expect(log.of('private-message').map(({ message }) => message.text)).toEqual(['psst']);
    expect(left.cause).toEqual({ kind: 'signoff', message: 'see you' });
    expect(channel.members.size).toBe(1);
    expect(run.output.text).toContain('joined lounge\n');
    expect(run.errors.text).toContain('(NEW: not seen before');
  });

  it('goes on after a line that fails, and ends with exit code 1', async () => {
    const lines = ['/kick nobody', '/dance', 'into the void', '/msg', '/cmode +s', '/ping'];
    const run = new LineRun(world, 'alice', { lines });
    expect(await run.code).toBe(1);
    expect(run.errors.text).toContain('/kick: not on a channel; /join NAME first\n');
    expect(run.errors.text).toContain('/dance: no such command; see /help\n');
    expect(run.errors.text).toContain('\nnot on a channel; /join NAME first\n');
    expect(run.errors.text).toContain(
      '/msg: usage: /msg [-sign[=key]] [-action] [-notice] [-noreply] [-ack] NICK TEXT\n',
    );
    expect(run.output.text).toMatch(/^[\d.]+ ms$/m);
  });

  it('reads lines of a stream, quits at its end, and ends with exit code 1 when a line failed', async () => {
    const run = new LineRun(world, 'alice');
    run.type('/dance', '', '/info', '/motd', '/help');
    run.input.end();
    expect(await run.code).toBe(1);
    expect(run.output.text).toContain('silc.test\n');
    expect(run.output.text).toContain('-!- be\\x1b[31m nice\n-!- to others\n');
    expect(run.output.text).toContain('/file send NICK FILE');
    expect(run.output.text).not.toContain('\x1b');
  });

  it('waits for a signal to end too, and fails when the server goes', async () => {
    const stopped = new LineRun(world, 'alice');
    await stopped.errors.match(/connected as alice/);
    stopped.interrupt();
    expect(await stopped.code).toBe(0);
    const lost = new LineRun(world, 'bob');
    await lost.errors.match(/connected as bob/);
    await world.stopServer();
    expect(await lost.code).toBe(1);
    expect(lost.errors.text).toMatch(/disconnected: /);
  });

  it('accepts only the expected server key', async () => {
    const expected = serverFingerprint();
    const good = new LineRun(world, 'alice', { fingerprint: expected, lines: ['/ping'] });
    expect(await good.code).toBe(0);
    expect(good.errors.text).toContain('(as given)');
    const bad = new LineRun(world, 'alice', { fingerprint: '00'.repeat(20), lines: ['/ping'] });
    expect(await bad.code).toBe(1);
    expect(bad.errors.text).toContain('another key than the expected one');
    expect(bad.output.text).toBe('');
  });
});

describe('silc: commands', () => {
  it('show and change a channel', async () => {
    const bob = await world.client('bob');
    const run = new LineRun(world, 'alice', { json: true });
    run.type('/join lounge', '/invite bob');
    await run.output.match(/"command":"\/invite"/);
    await bob.join('lounge');
    await run.output.match(/"type":"member-joined"/);
    run.type(
      '/topic a topic',
      '/topic',
      '/cmode +l 7',
      '/cmode',
      '/cumode bob +o',
      '/ban add evil',
      '/ban',
      '/names',
    );
    run.type('/list', '/kick bob enough', '/nick alicia', '/leave', '/quit');
    expect(await run.code).toBe(0);
    expect(run.of('error')).toEqual([]);
    expect(run.of('topic')).toMatchObject([{ topic: 'a topic', channel: { name: 'lounge' } }]);
    expect(run.of('cmode')).toMatchObject([{ mode: 0x20, userLimit: 7 }]);
    expect(run.of('ban-list')).toMatchObject([
      { entries: [{ kind: 'mask', mask: 'evil' }] },
      { entries: [{ kind: 'mask', mask: 'evil' }] },
    ]);
    expect(run.of('names').at(-1)).toMatchObject({
      members: [
        { nickname: 'alice', mode: 3 },
        { nickname: 'bob', mode: 2 },
      ],
    });
    expect(run.of('list')).toMatchObject([{ channels: [{ name: 'lounge', topic: 'a topic', users: 2 }] }]);
    expect(run.of('member-left')).toMatchObject([{ cause: 'kicked', message: 'enough', self: false }]);
    expect(run.of('nick')).toMatchObject([{ self: { nickname: 'alicia' } }]);
    expect(run.of('left')).toHaveLength(1);
  });

  it('tell the keys of the session and of others, and make new ones', async () => {
    const bob = await world.client('bob');
    const proposal = { ciphers: ['aes-128-cbc'], hmacs: ['hmac-sha1-96'], hashes: ['sha1'] };
    const lines = ['/keys', '/rekey', '/getkey bob', '/whois bob'];
    const run = new LineRun(world, 'alice', { json: true, proposal, lines });
    expect(await run.code).toBe(0);
    expect(run.of('keys')).toMatchObject([
      {
        server: { key: { fingerprint: serverFingerprint(), bits: 2048 } },
        own: { key: { fingerprint: fingerprint(nodeBackend, keyPairNamed('alice').publicKey) } },
        algorithms: { cipher: 'aes-128-cbc', hmac: 'hmac-sha1-96', hash: 'sha1' },
      },
    ]);
    expect(run.of('rekeyed')).toHaveLength(1);
    expect(run.of('key')).toMatchObject([
      { user: { nickname: 'bob' }, key: { fingerprint: bob.self.fingerprint, identifier: { UN: 'bob' } } },
    ]);
    expect(run.of('whois')).toMatchObject([
      { number: 1, user: { clientId: bob.self.clientId, realName: 'bob of the tests' } },
    ]);
  });

  it('never print passphrases', async () => {
    await world.client('bob').then((bob) => bob.join('vault'));
    const lines = [
      '/join vault open-sesame',
      '/join new other-secret',
      '/cmode +a third-secret',
      '/cmode',
      '/dance open-sesame',
    ];
    for (const json of [false, true]) {
      const run = new LineRun(world, 'alice', { json, lines });
      await run.code;
      expect(run.output.text + run.errors.text).not.toMatch(/sesame|secret/);
    }
  });
});

describe('silc: a nickname of several', () => {
  it('is refused with their Client IDs; nick#N and the beginning of an ID say which one', async () => {
    const [first, second] = [await world.client('bob'), await world.client('bob')].sort((a, b) =>
      a.self.clientId < b.self.clientId ? -1 : 1,
    );
    if (first === undefined || second === undefined) throw new Error('two are needed');
    const logs = [new EventLog(first), new EventLog(second)];
    const run = new LineRun(world, 'alice', {
      lines: [
        '/msg bob whom?',
        '/msg bob#2 to the second',
        `/msg ${first.self.clientId.slice(0, 12)} to the first`,
        `/msg ${first.self.clientId} to the first again`,
        '/msg bob#3 nobody',
        '/msg ffffffffffff nobody',
        '/msg carol nobody',
      ],
    });
    expect(await run.code).toBe(1);
    await first.ping();
    await second.ping();
    expect(logs.map(({ texts }) => texts)).toEqual([
      ['to the first', 'to the first again'],
      ['to the second'],
    ]);
    expect(run.errors.text).toContain('/msg: bob is the name of several; say which one\n');
    expect(run.errors.text).toContain(`  bob#1  ${first.self.clientId} bob@`);
    expect(run.errors.text).toContain(`  bob#2  ${second.self.clientId} bob@`);
    expect(run.errors.text).toContain('there is no bob#3\n');
    expect(run.errors.text).toContain('no client that was seen has an ID that begins with ffffffffffff');
    expect(run.errors.text).toContain('there is no carol on the network\n');
  });

  it('is shown with the beginning of the Client ID', async () => {
    const run = new LineRun(world, 'alice', { channels: ['lounge'] });
    await run.output.match(/joined lounge/);
    const [one, other] = [await world.client('bob'), await world.client('bob')];
    const channel = (await one.join('lounge')).channel;
    await one.say(channel.id, 'alone');
    await run.output.match(/\[lounge\] <bob> alone\n/);
    await other.join('lounge');
    await other.say(channel.id, 'two');
    await run.output.match(new RegExp(`\\[lounge\\] <bob/${other.self.clientId.slice(0, 10)}> two\n`));
    run.input.end();
    expect(await run.code).toBe(0);
  });
});

describe('silc: what others say', () => {
  it('is printed line by line, with nothing that a terminal obeys', async () => {
    const bob = await world.client('bob');
    const { channel } = await bob.join('lounge');
    const run = new LineRun(world, 'alice', { channels: ['lounge'], interactive: true, colours: true });
    await run.output.match(/joined lounge/);
    await bob.say(channel.id, 'first \x1b]0;title\x07\n[lounge] <carol> forged\u202e');
    await bob.say(channel.id, 'second');
    const shown = await run.output.match(/<bob> first[^]*<bob> second/);
    expect(shown[0]).toContain('first \\x1b]0;title\\x07\n');
    expect(shown[0]).toContain('    | [lounge] <carol> forged\\u{202e}\n');
    run.input.write('typed\r');
    run.input.write('\x04');
    expect(await run.code).toBe(0);
    expect(run.output.text).toContain('lounge> ');
  });

  it('is JSON with the octets in base64', async () => {
    const bob = await world.client('bob');
    const { channel } = await bob.join('lounge');
    const run = new LineRun(world, 'alice', { channels: ['lounge'], json: true });
    await run.output.match(/"type":"joined"/);
    const { digest } = await bob.say(channel.id, 'grüße', { kind: 'action' });
    await bob.quit('bye');
    await run.output.match(/"type":"member-left"/);
    run.input.end();
    expect(await run.code).toBe(0);
    const sender = { clientId: bob.self.clientId, nickname: 'bob' };
    expect(run.of('channel-message')).toEqual([
      {
        type: 'channel-message',
        time: '1970-01-01T00:00:00.000Z',
        channel: { id: channel.id, name: 'lounge' },
        sender,
        protection: 'channel-key',
        kind: 'action',
        text: 'grüße',
        data: 'Z3LDvMOfZQ==',
        flags: 0x104,
        signature: 'none',
        digest,
      },
    ]);
    expect(run.of('member-left')).toMatchObject([{ user: sender, cause: 'signoff', message: 'bye' }]);
    expect(run.items.at(-1)).toMatchObject({ type: 'closed' });
  });
});

describe('silc: files', () => {
  it('go from one client to another; none is overwritten', async () => {
    const [source, target] = [join(folder, 'notes.txt'), join(folder, 'notes (2).txt')];
    writeFileSync(source, 'content of a file');
    const options = { directory: folder, anyAddress: true };
    const receiver = new LineRun(world, 'bob', { ...options, lines: ['/file accept'] });
    await receiver.errors.match(/connected as bob/);
    const sender = new LineRun(world, 'alice', {
      listen: { host: '127.0.0.1' },
      lines: [`/file send bob ${source}`],
    });
    expect([await sender.code, await receiver.code]).toEqual([0, 0]);
    expect(readFileSync(target, 'utf8')).toBe('content of a file');
    expect(receiver.output.text).toContain(`saved as ${target}\n`);
    expect(sender.output.text).toContain('sending notes.txt (17 octets): finished\n');
  });

  it('are refused where they are none, and where the address is not allowed', async () => {
    const receiver = new LineRun(world, 'bob', { directory: folder, lines: ['/file accept'] });
    await receiver.errors.match(/connected as bob/);
    const lines = [
      `/file send bob ${folder}`,
      '/file accept 7',
      '/file decline 7',
      '/file list',
      '/file eat',
    ];
    const wrong = new LineRun(world, 'alice', { listen: { host: '127.0.0.1' }, lines });
    expect(await wrong.code).toBe(1);
    expect(wrong.errors.text).toContain(`${folder} is not a file\n`);
    expect(wrong.errors.text.match(/there is no offer 7\n/g)).toHaveLength(2);
    expect(wrong.output.text).toContain('no offers and no transfers\n');
    const source = join(folder, 'secret');
    writeFileSync(source, 'x');
    const sender = new LineRun(world, 'carol', { listen: { host: '127.0.0.1' } });
    sender.type(`/file send bob ${source}`);
    expect(await receiver.code).toBe(1);
    expect(receiver.errors.text).toContain('an address that is not allowed\n');
    sender.interrupt();
    // The line that it cuts short has failed.
    expect(await sender.code).toBe(1);
  });
});
