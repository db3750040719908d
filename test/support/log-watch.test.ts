import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import { createLog } from '../../src/observe/log.js';
import { openStore } from '../../src/store/open.js';
import { checkGatewayFolder, LogWatch, noteSecrets } from './log-watch.js';

const octets = Buffer.from('0123456789abcdef'.repeat(4), 'hex');

describe('the search for secrets in logs', () => {
  it.each([
    ['a text', 'a "quoted" secret', (watch: LogWatch) => watch.text('x', 'a "quoted" secret')],
    ['octets as hex', octets.toString('hex'), (watch: LogWatch) => watch.octets('x', octets)],
    [
      'octets in base64, anywhere',
      Buffer.concat([Buffer.from('k'), octets]).toString('base64'),
      (watch: LogWatch) => watch.octets('x', octets),
    ],
    ['octets as numbers', [...octets].join(','), (watch: LogWatch) => watch.octets('x', octets)],
    [
      'what is in the configuration',
      'component-secret',
      (watch: LogWatch) => watch.configuration({ component: { secret: 'component-secret' } }),
    ],
    [
      'what a user has sent',
      'room-passphrase',
      () => noteSecrets(xml('presence', {}, xml('x', {}, xml('password', {}, 'room-passphrase')))),
    ],
  ])('finds %s', async (_name, told, note) => {
    const watch = new LogWatch();
    note(watch);
    const log = await createLog({ level: 'debug' }, watch);
    log.info({ user: 'somebody' }, 'joined');
    expect(watch.isEmpty).toBe(false);
    expect(() => watch.check()).not.toThrow();
    log.child({ part: 'gateway' }).debug({ about: { deep: told } }, 'oh');
    expect(() => watch.check()).toThrow(/secrets stand in the log/);
    expect(() => watch.check()).not.toThrow(told);
  });

  it('finds what a store keeps sealed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-watch-'));
    const [url, keyFile] = [`sqlite:${join(folder, 'gateway.db')}`, join(folder, 'gateway.db.key')];
    const store = await openStore({ url });
    const privateKey = new Uint8Array(Buffer.alloc(300, octets));
    await store.identities.add('a@x', { publicKey: new Uint8Array(3), privateKey });
    await store.close();
    const watch = new LogWatch();
    await watch.store(url, keyFile);
    watch.write('nothing\n');
    watch.check();
    watch.write(`key ${Buffer.from(privateKey).toString('hex')}\n`);
    expect(() => watch.check()).toThrow('the private key of a@x');
    rmSync(folder, { recursive: true });
  });

  it('looks into the log of a process, with all that is secret in its folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-watch-'));
    await checkGatewayFolder(folder);
    writeFileSync(
      join(folder, 'gateway.yaml'),
      JSON.stringify({ component: { secret: 'component-secret' } }),
    );
    const store = await openStore({ url: `sqlite:${join(folder, 'gateway.db')}` });
    const privateKey = new Uint8Array(Buffer.alloc(300, octets));
    await store.identities.add('a@x', { publicKey: new Uint8Array(3), privateKey });
    await store.close();
    const log = join(folder, 'gateway.log');
    writeFileSync(log, 'attached\n');
    await checkGatewayFolder(folder);
    writeFileSync(log, 'attached with component-secret\n');
    await expect(checkGatewayFolder(folder)).rejects.toThrow(/secret: attached with \[secret\]/);
    writeFileSync(log, `made ${Buffer.from(privateKey).toString('base64')}\n`);
    await expect(checkGatewayFolder(folder)).rejects.toThrow('the private key of a@x');
    rmSync(folder, { recursive: true });
  });
});
