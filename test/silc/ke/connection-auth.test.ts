import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import type { SilcConnection } from '../../../src/silc/connection.js';
import { nobleBackend } from '../../../src/silc/crypto/backend-noble.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcDisconnectError } from '../../../src/silc/errors.js';
import {
  authenticateAsClient,
  authenticateAsServer,
  type ClientAuth,
  type ServerAuthPolicy,
} from '../../../src/silc/ke/connection-auth.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { connectionAuthPayload } from '../../../src/silc/packets/connection-auth.js';
import { connectionAuthRequestPayload } from '../../../src/silc/packets/connection-auth-request.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { statusPayload } from '../../../src/silc/packets/status-payload.js';
import type { InitiateOptions } from '../../../src/silc/ke/driver.js';
import { connectedPair, responderOptions } from '../../support/connections.js';
import { testKeyPair } from '../../support/keys.js';

const keyPair = testKeyPair('k1024v1');

interface Result {
  readonly client: PromiseSettledResult<void>;
  readonly server: PromiseSettledResult<unknown>;
  readonly connections: readonly [SilcConnection, SilcConnection];
}

async function run(
  auth: ClientAuth,
  policy: ServerAuthPolicy,
  options: Partial<InitiateOptions> = {},
): Promise<Result> {
  const connections = await connectedPair(options);
  const [client, server] = await Promise.allSettled([
    authenticateAsClient(connections[0], auth, { keyPair: options.keyPair ?? keyPair }),
    authenticateAsServer(connections[1], policy),
  ]);
  return { client, server, connections };
}

function close({ connections }: Result): void {
  for (const connection of connections) connection.destroy();
}

const ours = (key: { encoded: Uint8Array }): boolean =>
  key.encoded.length === keyPair.publicKey.encoded.length;

describe.each([nodeBackend, nobleBackend])('connection authentication with the $name backend', (backend) => {
  const accepted: [string, ClientAuth, ServerAuthPolicy, string][] = [
    ['none', { method: 'none' }, {}, 'none'],
    ['none, asked for', { method: 'auto' }, {}, 'none'],
    [
      'a passphrase',
      { method: 'passphrase', passphrase: 'pässphrase' },
      { passphrase: 'pässphrase' },
      'passphrase',
    ],
    ['a public key', { method: 'publickey' }, { authorizedKey: ours }, 'publickey'],
    [
      'a public key, asked for',
      { method: 'auto' },
      { authorizedKey: async (key) => Promise.resolve(ours(key)) },
      'publickey',
    ],
    [
      'a public key before a passphrase',
      { method: 'publickey' },
      { authorizedKey: ours, passphrase: 'x' },
      'publickey',
    ],
  ];
  test.each(accepted)('lets in by %s', async (_what, auth, policy, method) => {
    const result = await run(auth, { ...policy, backend }, { backend });
    expect(result.client.status).toBe('fulfilled');
    expect(result.server).toMatchObject({ value: { connectionType: 1, method } });
    const [client, server] = result.connections;
    await client.send({ type: PacketType.newClient, payload: utf8('goes on') });
    expect((await server.receive())?.payload).toEqual(utf8('goes on'));
    close(result);
  });

  const refused: [string, ClientAuth, ServerAuthPolicy][] = [
    ['a wrong passphrase', { method: 'passphrase', passphrase: 'wrong' }, { passphrase: 'right' }],
    ['part of the passphrase', { method: 'passphrase', passphrase: 'righ' }, { passphrase: 'right' }],
    ['none where a passphrase is wanted', { method: 'none' }, { passphrase: 'right' }],
    ['none where an empty passphrase would not do', { method: 'none' }, { passphrase: ' ' }],
    ['a key that is not among the known', { method: 'publickey' }, { authorizedKey: () => false }],
    ['none where a key is wanted', { method: 'none' }, { authorizedKey: () => true }],
    [
      'a passphrase where a key is wanted',
      { method: 'passphrase', passphrase: 'x' },
      { authorizedKey: () => true },
    ],
  ];
  test.each(refused)('refuses %s', async (_what, auth, policy) => {
    const result = await run(auth, { ...policy, backend }, { backend });
    expect(result.client).toMatchObject({ reason: { code: 'auth-failed' } });
    expect(result.server).toMatchObject({ reason: { code: 'auth-failed' } });
    expect(result.connections.map(({ open }) => open)).toEqual([false, false]);
    close(result);
  });

  test('takes a signature only by the key of the key exchange', async () => {
    const connections = await connectedPair({ backend });
    const results = await Promise.allSettled([
      authenticateAsClient(connections[0], { method: 'publickey' }, { keyPair: testKeyPair('k2048v1') }),
      authenticateAsServer(connections[1], { authorizedKey: () => true, backend }),
    ]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'auth-failed' } });
    for (const connection of connections) connection.destroy();
  });

  test('takes keys of version 2', async () => {
    const options = { keyPair: testKeyPair('k1024v2'), backend };
    const result = await run({ method: 'publickey' }, { authorizedKey: () => true, backend }, options);
    expect(result.client.status).toBe('fulfilled');
    close(result);
  });
});

describe('a client', () => {
  test('that asks and learns that a passphrase is wanted fails without guessing', async () => {
    const result = await run({ method: 'auto' }, { passphrase: 'secret' });
    expect(result.client).toMatchObject({ reason: { code: 'auth-failed' } });
    expect(result.server).toMatchObject({ reason: { code: 'disconnected' } });
    close(result);
  });

  test('that gets no answer to its question takes it that nothing is wanted, and minds no late answer', async () => {
    const [client, server] = await connectedPair();
    const running = authenticateAsClient(client, { method: 'auto' }, { keyPair, discoveryMs: 10 });
    expect((await server.receive())?.type).toBe(PacketType.connectionAuthRequest);
    const proof = await server.receive();
    expect(proof?.type).toBe(PacketType.connectionAuth);
    expect(proof?.payload).toHaveLength(4);
    const late = encodePayload(connectionAuthRequestPayload, { connectionType: 1, method: 0 });
    await server.send({ type: PacketType.connectionAuthRequest, payload: late });
    await server.send({ type: PacketType.success, payload: new Uint8Array(4) });
    await running;
    client.destroy();
    server.destroy();
  });

  test('hides the length of its passphrase within a block', async () => {
    for (const cipher of ['aes-256-ctr', 'aes-256-cbc']) {
      const lengths = new Set<number>();
      for (const passphrase of ['a', 'abcdefghi']) {
        const [client, server] = await connectedPair({
          proposal: { groups: ['diffie-hellman-group1'], ciphers: [cipher] },
        });
        // What waits in the queue is what goes onto the wire.
        const running = authenticateAsClient(client, { method: 'passphrase', passphrase }, { keyPair });
        lengths.add(client.pendingOctets);
        const proof = await server.receive();
        expect(new TextDecoder().decode(proof?.payload.subarray(4))).toBe(passphrase);
        await server.send({ type: PacketType.success, payload: new Uint8Array(4) });
        await running;
        client.destroy();
        server.destroy();
      }
      expect(lengths.size).toBe(1);
      expect([...lengths][0]).toBeGreaterThan(128);
    }
  });

  test('that is disconnected instead of answered gets the reason', async () => {
    const [client, server] = await connectedPair();
    const running = authenticateAsClient(client, { method: 'none' }, { keyPair });
    await Promise.all([
      expect(running).rejects.toBeInstanceOf(SilcDisconnectError),
      expect(running).rejects.toMatchObject({ status: 48, text: 'Too many connections' }),
      server.close(48, 'Too many connections'),
    ]);
  });

  test('that is disconnected right after SUCCESS learns it with its next packet', async () => {
    const [client, server] = await connectedPair();
    const running = authenticateAsClient(client, { method: 'none' }, { keyPair });
    await server.receive();
    await server.send({ type: PacketType.success, payload: new Uint8Array(4) });
    const closing = server.close(53, 'too old');
    await running;
    await expect(client.receive()).rejects.toMatchObject({ code: 'disconnected', status: 53 });
    await closing;
  });

  test('that gets no answer fails at its deadline', async () => {
    const [client, server] = await connectedPair();
    const running = authenticateAsClient(client, { method: 'none' }, { keyPair, timeoutMs: 20 });
    await expect(running).rejects.toMatchObject({ code: 'timeout' });
    expect(client.open).toBe(false);
    server.destroy();
  });

  test('takes nothing else for an answer', async () => {
    const [client, server] = await connectedPair();
    const running = authenticateAsClient(client, { method: 'none' }, { keyPair });
    await server.send({ type: PacketType.newId, payload: utf8('here is your ID') });
    await expect(running).rejects.toMatchObject({ code: 'malformed' });
    server.destroy();
  });
});

describe('a server', () => {
  test('ends with a silent client at its deadline, or when told', async () => {
    const [client, server] = await connectedPair();
    await expect(authenticateAsServer(server, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(client.receive()).resolves.toBeUndefined();
    const [again, other] = await connectedPair();
    const controller = new AbortController();
    const running = authenticateAsServer(other, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'closed' });
    again.destroy();
  });

  test('does not answer questions without end', async () => {
    const [client, server] = await connectedPair();
    const running = authenticateAsServer(server, {});
    const payload = encodePayload(connectionAuthRequestPayload, { connectionType: 1, method: 0 });
    for (let i = 0; i < 5; i++) await client.send({ type: PacketType.connectionAuthRequest, payload });
    await expect(running).rejects.toMatchObject({ code: 'malformed' });
    client.destroy();
  });

  test.each([
    ['a command before it', PacketType.command, utf8('x')],
    ['an empty proof', PacketType.connectionAuth, new Uint8Array(0)],
    ['a proof whose length lies', PacketType.connectionAuth, Uint8Array.of(0, 9, 0, 1)],
    ['an unknown connection type', PacketType.connectionAuth, Uint8Array.of(0, 4, 0, 9)],
  ])('refuses %s', async (_what, type, payload) => {
    const [client, server] = await connectedPair();
    const running = authenticateAsServer(server, {});
    await client.send({ type, payload });
    await expect(running).rejects.toMatchObject({ code: 'malformed' });
    await expect(client.receive()).rejects.toBeInstanceOf(SilcDisconnectError);
  });

  test('tells which kind of peer has come in', async () => {
    const [client, server] = await connectedPair({}, responderOptions);
    const running = authenticateAsServer(server, {});
    const payload = encodePayload(connectionAuthPayload, { connectionType: 2, data: new Uint8Array(0) });
    await client.send({ type: PacketType.connectionAuth, payload });
    expect(await running).toEqual({ connectionType: 2, method: 'none' });
    expect((await client.receive())?.payload).toEqual(encodePayload(statusPayload, 0));
    client.destroy();
    server.destroy();
  });
});
