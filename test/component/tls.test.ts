import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createComponentLink, type ComponentLinkOptions } from '../../src/component/link.js';
import type { SupervisedLink } from '../../src/component/link-options.js';
import { isLoopback } from '../../src/component/socket.js';
import { FakeServer } from '../support/xmpp/fake-server.js';
import { TlsFront } from '../support/tls/front.js';
import { TLS_CERTIFICATE, TLS_FINGERPRINT } from '../support/tls/localhost.js';

const FEATURES = `<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>`;
const fingerprint = TLS_FINGERPRINT.replaceAll(':', '').toLowerCase();
const ca = TLS_CERTIFICATE;

let server: FakeServer;
const undo: (() => Promise<void>)[] = [];

beforeEach(async () => {
  server = await FakeServer.listen();
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await server.close();
});

async function front(
  ...options: Parameters<typeof TlsFront.listen> extends [number, ...infer Rest] ? Rest : never
) {
  const made = await TlsFront.listen(server.port, ...options);
  undo.push(() => made.close());
  return made;
}

function link(options: Partial<ComponentLinkOptions>): SupervisedLink {
  const made = createComponentLink({
    domain: 'gw.example',
    host: '127.0.0.1',
    port: server.port,
    secret: 'secret',
    failFast: true,
    backoff: { minMs: 1, maxMs: 4, conflictMs: 2, refusedMs: 4, stableMs: 60_000 },
    ...options,
  });
  undo.push(() => made.stop(50));
  return made;
}

describe('direct', () => {
  test.each([
    ['a certificate of its file, for the address', { ca }],
    ['a certificate of its file, for a name that is told', { ca, serverName: 'localhost' }],
    ['a pinned certificate, whatever its name', { fingerprint, serverName: 'other.example' }],
  ])('attaches to %s, and shows nothing before', async (_, tls) => {
    const made = link({ port: (await front()).port, tls: { mode: 'direct', ...tls } });
    const started = made.start();
    const peer = await server.accept();
    await peer.handshake();
    await started;
    expect(made.online).toBe(true);
  });

  test.each([
    ['nobody has signed', {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['is for another name', { ca, serverName: 'other.example' }, 'ALTNAME'],
    ['is not the pinned one', { fingerprint: '0'.repeat(64) }, '0000'],
  ])('a certificate that %s is refused, and the secret is not shown', async (_, tls, why) => {
    const started = link({ port: (await front()).port, tls: { mode: 'direct', ...tls } }).start();
    await expect(started).rejects.toMatchObject({ code: 'certificate' });
    await expect(started).rejects.toThrow(why);
    await expect(started).rejects.toThrow(fingerprint);
    const peer = await server.accept();
    await peer.closed();
    expect(peer.received).toBe('');
  });

  test('a port without TLS is told as such, and tried again', async () => {
    const warned = new Promise<string>((resolve) => {
      const log = { debug: none, info: none, error: none, warn: (_: object, text: string) => resolve(text) };
      void link({ tls: { mode: 'direct', ca }, log })
        .start()
        .catch(none);
    });
    (await server.accept()).send('<?xml version="1.0"?><stream:stream>');
    expect(await warned).toContain(`does port ${server.port} speak it?`);
  });
});

describe('StartTLS', () => {
  test('attaches inside, by a stream of its own', async () => {
    const outside = await front({ features: FEATURES });
    const started = link({ port: outside.port, tls: { mode: 'starttls', ca } }).start();
    const peer = await server.accept();
    await peer.handshake();
    await started;
    expect(peer.received).toContain('to="gw.example"');
    expect(outside.plain).not.toContain('handshake');
  });

  test('what is said in clear behind the consent never gets into the stream', async () => {
    const injected = `<message from='mallory@example' to='gw.example'><body>x</body></message>`;
    const outside = await front({ features: FEATURES, injected });
    const warned = new Promise<string>((resolve) => {
      const log = { debug: none, info: none, error: none, warn: (_: object, text: string) => resolve(text) };
      void link({ port: outside.port, tls: { mode: 'starttls', ca }, log })
        .start()
        .catch(none);
    });
    expect(await warned).toContain('is followed by <message/> in clear');
    expect(server.connections).toBe(0);
  });

  test.each([
    ['features without it', '<stream:features/>', 'offers no StartTLS'],
    ['a stanza instead', `<presence from='a@b' to='gw.example'/>`, 'answered StartTLS with <presence/>'],
    [
      'an error',
      `<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`,
      'host-unknown',
    ],
    ['the end', '</stream:stream>', 'closed the stream before TLS'],
    ['no XML', '<!DOCTYPE x>', 'a document type'],
  ])('is never done without: %s', async (_, features, why) => {
    const outside = await front({ features });
    const told = new Promise<string>((resolve) => {
      const tell = (_fields: object, text: string) => resolve(text);
      void link({
        port: outside.port,
        tls: { mode: 'starttls', ca },
        log: { debug: none, info: none, error: tell, warn: tell },
        failFast: false,
      })
        .start()
        .catch(none);
    });
    expect(await told).toContain(why);
    expect(outside.plain).not.toContain('handshake');
  });
});

test('a link that leaves the machine without encryption is warned of', () => {
  const warnings: string[] = [];
  const log = {
    debug: none,
    info: none,
    error: none,
    warn: (_: object, text: string) => warnings.push(text),
  };
  void link({ host: '192.0.2.1', log }).start().catch(none);
  expect(warnings).toEqual([expect.stringContaining('not encrypted')]);
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['127.evil.example', false],
  ['10.0.0.1', false],
  ['xmpp.example.org', false],
])('whether %s is this machine: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});

function none(): void {
  // Nobody is interested.
}
