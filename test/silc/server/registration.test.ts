import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { SilcDisconnectError } from '../../../src/silc/errors.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { newClientPayload } from '../../../src/silc/packets/new-client.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import type { SilcServerEvent } from '../../../src/silc/server/index.js';
import { commands } from '../../../src/silc/commands/index.js';
import { FailureStatus } from '../../../src/silc/ke/failure.js';
import { Status } from '../../../src/silc/status.js';
import { rawConnection, register } from '../../support/raw-client.js';
import { withCode } from '../../support/silc-error.js';
import {
  keyPairNamed,
  startSilcWorld,
  type SilcWorld,
  type SilcWorldOptions,
} from '../../support/silc-world.js';

let world: SilcWorld;
let events: SilcServerEvent[];
async function start(options: SilcWorldOptions = {}): Promise<void> {
  world = await startSilcWorld({ onEvent: (event) => events.push(event), ...options });
}
beforeEach(() => {
  events = [];
});
afterEach(() => world.close());

const disconnected = (status: number, text?: string): Error =>
  expect.toSatisfy(
    (error: unknown) =>
      error instanceof SilcDisconnectError &&
      error.status === status &&
      (text === undefined || error.text === text),
  ) as Error;

describe('registration', () => {
  it('gives a Client ID and the welcome of the server, and tells the operator', async () => {
    await start({ motd: 'Be nice' });
    const client = await world.client('Alice');
    const notices: string[] = [];
    client.subscribe((event) => {
      if (event.type === 'server-notice' || event.type === 'motd') notices.push(event.text);
    });
    await client.ping();
    expect(notices.at(-2)).toBe('Your current nickname is Alice');
    expect(notices.at(-1)).toBe('Be nice');
    expect(world.server.clientCount).toBe(1);
    expect(events).toEqual([{ type: 'registered', nickname: 'Alice', address: '127.0.0.1' }]);
    await client.quit();
    const again = await world.client('Alice');
    expect(again.state).toBe('ready');
    expect(events[1]).toEqual({ type: 'signed-off', nickname: 'Alice', address: '127.0.0.1' });
  });

  it('takes the user name for the nickname where none is told', async () => {
    await start();
    const connection = await rawConnection(world.port);
    const { id } = await register(connection, { username: 'somebody@elsewhere', realName: '' });
    const other = await world.client('other');
    const [found] = await other.whois('somebody');
    expect(found?.user).toMatchObject({ clientId: id, username: 'somebody', hostname: '127.0.0.1' });
    connection.destroy();
  });

  it.each(['bad nick', 'semi,colon', 'what?', 'tab\tnick', 'emoji😀', 'a'.repeat(129), '@home'])(
    'refuses the nickname %j with status 13',
    async (nickname) => {
      await start();
      const connection = await rawConnection(world.port);
      await expect(register(connection, { username: 'user', realName: '', nickname })).rejects.toThrow(
        disconnected(Status.incompleteInformation),
      );
      expect(world.server.clientCount).toBe(0);
    },
  );

  it.each([
    ['an empty payload', new Uint8Array(0)],
    ['a user name that lies about its length', Uint8Array.of(0, 9, 65)],
    ['no user name', Uint8Array.of(0, 0, 0, 0)],
    ['octets behind the end', Uint8Array.of(0, 1, 65, 0, 0, 0, 1, 65, 7)],
  ])('refuses %s with status 13', async (_what, payload) => {
    await start();
    const connection = await rawConnection(world.port);
    await connection.send({ type: PacketType.newClient, payload });
    await expect(connection.receive()).rejects.toThrow(disconnected(Status.incompleteInformation));
  });

  it('ignores a few other packets before it and gives up on many', async () => {
    await start();
    const stray = { type: PacketType.command, payload: Uint8Array.of(0, 6, 12, 0, 0, 1) };
    const patient = await rawConnection(world.port);
    for (let i = 0; i < 10; i++) await patient.send(stray);
    await register(patient, { username: 'patient', realName: '' });
    patient.destroy();
    const noisy = await rawConnection(world.port);
    for (let i = 0; i < 20; i++) await noisy.send(stray);
    await expect(noisy.receive()).rejects.toThrow(disconnected(Status.notRegistered));
  });

  it('happens once: a second NEW_CLIENT changes nothing', async () => {
    await start();
    const alice = await world.raw('alice');
    await alice.send(
      PacketType.newClient,
      encodePayload(newClientPayload, { username: 'x', realName: '', nickname: 'eve' }),
    );
    await alice.sync();
    expect(alice.story).toEqual([]);
    expect(world.server.clientCount).toBe(1);
  });

  it('gives every holder of a nickname an own ID', async () => {
    await start();
    const twins = [await world.raw('twin'), await world.raw('Twin'), await world.raw('TWIN')];
    expect(new Set(twins.map(({ id }) => id)).size).toBe(3);
    // Same address, same hash of the prepared nickname; the octet between them differs.
    expect(new Set(twins.map(({ id }) => id.slice(0, 8) + id.slice(10))).size).toBe(1);
  });
});

describe('connection authentication', () => {
  it('with a passphrase lets in who knows it and nobody else', async () => {
    await start({ passphrase: 'sésame' });
    const session = await world.client('alice', { auth: { method: 'passphrase', passphrase: 'sésame' } });
    expect(session.state).toBe('ready');
    for (const auth of [
      { method: 'passphrase', passphrase: 'sesame' },
      { method: 'passphrase', passphrase: 'sésame ' },
      { method: 'passphrase', passphrase: '' },
      { method: 'none' },
      { method: 'publickey' },
    ] as const) {
      await expect(world.client('eve', { auth })).rejects.toThrow(withCode('auth-failed'));
    }
    expect(world.server.clientCount).toBe(1);
    expect(events.filter(({ type }) => type === 'refused')).toHaveLength(5);
    expect(JSON.stringify(events)).not.toContain('same');
  });

  it('with public keys lets in who can sign with one of them and nobody else', async () => {
    const alice = keyPairNamed('alice');
    const authorizedKeys = new Set([fingerprint(nodeBackend, alice.publicKey)]);
    await start({ authorizedKeys });
    expect((await world.client('alice', { auth: { method: 'publickey' } })).state).toBe('ready');
    await expect(world.client('eve', { auth: { method: 'publickey' } })).rejects.toThrow(
      withCode('auth-failed'),
    );
    await expect(world.client('alice', { auth: { method: 'none' } })).rejects.toThrow(
      withCode('auth-failed'),
    );
  });

  it('refuses a command instead of it', async () => {
    await start({ passphrase: 'secret' });
    const attempt = world.client('eve', { auth: { method: 'none' } });
    await expect(attempt).rejects.toThrow(withCode('auth-failed'));
    expect(world.server.clientCount).toBe(0);
  });
});

describe('algorithms', () => {
  const md5 = { hashes: ['md5'], hmacs: ['hmac-md5'] };

  it('that are weak are refused where nobody named them', async () => {
    await start();
    for (const [proposal, status] of [
      [{ hashes: ['md5'] }, FailureStatus.unsupportedHash],
      [{ hmacs: ['hmac-md5-96'] }, FailureStatus.unsupportedHmac],
    ] as const) {
      await expect(world.client('old', { proposal })).rejects.toMatchObject({ status });
    }
    const both = await rawConnection(world.port, { proposal: { hashes: ['md5', 'sha1'] } });
    expect(both.exchange.algorithms.hash).toBe('sha1');
    both.destroy();
  });

  it('are those that were named', async () => {
    await start({ algorithms: { ...md5, ciphers: ['twofish-128-cbc'] } });
    const connection = await rawConnection(world.port, { proposal: md5 });
    expect(connection.exchange.algorithms).toMatchObject({ hash: 'md5', cipher: 'twofish-128-cbc' });
    connection.destroy();
    await expect(world.client('new')).rejects.toMatchObject({ status: FailureStatus.unsupportedHash });
  });

  it('that there are not are told when the server starts', async () => {
    await start();
    await expect(startSilcWorld({ algorithms: { hashes: ['sha512'] } })).rejects.toThrow(withCode('usage'));
  });
});

describe('limits of connections', () => {
  it('per host are told after authentication, and free again when somebody leaves', async () => {
    await start({ limits: { connectionsPerHost: 2 } });
    const first = await world.client('first');
    await world.client('second');
    await expect(world.client('third')).rejects.toThrow(
      disconnected(Status.resourceLimit, 'Too many connections from your host'),
    );
    await first.quit();
    expect((await world.client('third')).state).toBe('ready');
  });

  it('of the whole server are kept without a word', async () => {
    await start({ limits: { connections: 1 } });
    const first = await world.client('first');
    await expect(rawConnection(world.port)).rejects.toThrow(withCode('closed'));
    expect(events).toContainEqual({ type: 'refused', address: '127.0.0.1', reason: 'too many connections' });
    expect(await first.ping()).toBeGreaterThanOrEqual(0);
  });

  it('bound the time until a client has registered', async () => {
    await start({ limits: { handshakeMs: 300 } });
    const connection = await rawConnection(world.port);
    expect(await connection.receive()).toBeUndefined();
    expect(world.server.clientCount).toBe(0);
  });
});

describe('the end of the server', () => {
  it('is told to everybody, and a connection in its handshake is dropped', async () => {
    await start();
    const alice = await world.raw('alice');
    const unfinished = await rawConnection(world.port);
    await world.server.close('Maintenance');
    expect(await alice.ended()).toEqual(disconnected(0, 'Maintenance'));
    expect(await unfinished.receive().catch(() => undefined)).toBeUndefined();
    await world.server.close();
    await expect(rawConnection(world.port)).rejects.toThrow(withCode('closed'));
  });

  it('comes without a word when connections are dropped, and the server goes on', async () => {
    await start();
    const alice = await world.raw('alice');
    world.server.dropConnections();
    expect(await alice.ended()).not.toBeInstanceOf(SilcDisconnectError);
    const bob = await world.raw('bob');
    expect(await bob.refusal(commands.ping, { serverId: bob.serverId })).toBe(0);
  });

  it('lets a new one listen on the same port', async () => {
    await start();
    await world.client('alice');
    await world.stopServer();
    await world.startServer();
    expect((await world.client('alice')).state).toBe('ready');
  });
});
