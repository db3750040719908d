import { createCipheriv } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { parseStanza } from '../xmpp/canonical.js';
import { FakeLink } from '../../gateway/support/fake-link.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../../src/silc/errors.js';
import { createLog } from '../../../src/observe/log.js';
import { testKeyPair } from '../keys.js';
import { watchedLog } from './log.js';
import { secrets } from './watch.js';

const key = Uint8Array.from({ length: 32 }, (_, n) => (n * 37 + 11) % 251);
const PASSPHRASE = 'open "sesame" 4';

afterEach(() => void secrets.found());

describe('the search for secrets in what tests log', () => {
  it.each([
    ['hex digits', Buffer.from(key).toString('hex')],
    ['hex digits with something around them', `ab${Buffer.from(key).toString('hex').toUpperCase()}cd`],
    ['base64', Buffer.from(key).toString('base64')],
    ['base64 of more than the key', Buffer.concat([Buffer.from('x'), key]).toString('base64')],
    ['base64 in URLs', Buffer.concat([Buffer.from('xy'), key]).toString('base64url')],
    ['an array', { about: [...key] }],
    ['octets', { about: { deep: key } }],
    ['a Buffer', { about: Buffer.from(key) }],
    ['the text of an error', { err: new Error(`no cipher for ${Buffer.from(key).toString('hex')}`) }],
    ['the cause of an error', { err: new SilcError('usage', 'x', { cause: [...key] }) }],
    ['what Node shows', Buffer.from(key).toString('hex').replaceAll(/(..)/g, '$1 ')],
  ])('finds a key of a cipher as %s', (_, told) => {
    createCipheriv('aes-256-ctr', key, new Uint8Array(16));
    const log = watchedLog();
    log.debug(
      { user: 'a@b', fingerprint: '00'.repeat(20), list: Array.from({ length: 20 }, (__, n) => n) },
      'x',
    );
    expect(secrets.found()).toEqual([]);
    createCipheriv('aes-256-ctr', key, new Uint8Array(16));
    if (typeof told === 'string') log.info({}, told);
    else log.warn(told, 'x');
    expect(secrets.found().join()).toContain('a key of a cipher');
  });

  it('finds what users have sent, and private keys that have signed', () => {
    const link = new FakeLink();
    link.deliver(parseStanza(`<presence><x><password>${PASSPHRASE}</password></x></presence>`));
    watchedLog().error({ err: new Error(`refused ${PASSPHRASE}`) }, 'x');
    const [found] = secrets.found();
    expect(found).toContain('password');
    expect(found).not.toContain('sesame');
    const { privateKey } = testKeyPair('k1024v1');
    nodeBackend.rsaSignBlock({ ...privateKey }, key);
    watchedLog().info({ p: Buffer.from(privateKey.p).toString('base64') }, 'x');
    expect(secrets.found().join()).toContain('a private key');
  });

  it('reads what the log of the process writes', async () => {
    const log = await createLog({ level: 'info' });
    secrets.text('a passphrase', PASSPHRASE);
    log.info({ about: PASSPHRASE }, 'only for this test');
    expect(secrets.found().join()).toContain('a passphrase');
  });
});
