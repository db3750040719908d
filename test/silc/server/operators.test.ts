import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { provePublicKey } from '../../../src/silc/authentication.js';
import { utf8 } from '../../../src/silc/bytes.js';
import type { KeyPair } from '../../../src/silc/client/types.js';
import { commands } from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import type { HashName } from '../../../src/silc/crypto/backend.js';
import type { ClientId, ServerId } from '../../../src/silc/ids.js';
import { UserMode } from '../../../src/silc/modes.js';
import { authenticationPayload } from '../../../src/silc/packets/authentication-payload.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { AuthMethod } from '../../../src/silc/packets/connection-auth-request.js';
import { Operators } from '../../../src/silc/server/operators.js';
import type { SilcServerEvent } from '../../../src/silc/server/index.js';
import { Status } from '../../../src/silc/status.js';
import type { RawClient } from '../../support/raw-client.js';
import { serverClient } from '../../support/server-client.js';
import { keyPairNamed, startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

const { serverOperator, routerOperator } = UserMode;
const nobody = '7f000001aabbccddeeff001122334455' as ClientId;

let world: SilcWorld;
let events: SilcServerEvent[];
let alice: RawClient;
beforeEach(async () => {
  events = [];
  world = await startSilcWorld({
    operators: new Map([
      ['root', { passphrase: 'let me in', router: true }],
      ['keeper', { publicKey: keyPairNamed('keeper').publicKey, router: true }],
      ['helper', { passphrase: 'me too' }],
      ['shadow', {}],
    ]),
    onEvent: (event) => events.push(event),
  });
  alice = await world.raw('alice');
});
afterEach(() => world.close());

const passphrase = (text: string): Uint8Array =>
  encodePayload(authenticationPayload, {
    method: AuthMethod.passphrase,
    random: new Uint8Array(0),
    data: utf8(text),
  });

function signed(client: RawClient, keyPair: KeyPair, hash?: HashName, id = client.id): Uint8Array {
  const own = client.connection.exchange.algorithms.hash;
  return encodePayload(authenticationPayload, provePublicKey(nodeBackend, keyPair, hash ?? own, id));
}

const modeOf = async (client: RawClient): Promise<number> =>
  (await client.must(commands.umode, { clientId: client.id })).mode;

describe('OPER and SILCOPER', () => {
  it('give the rank for the right passphrase', async () => {
    expect(await alice.must(commands.oper, { username: 'helper', auth: passphrase('me too') })).toEqual({});
    expect(await modeOf(alice)).toBe(serverOperator);
    await alice.must(commands.silcoper, { username: 'root', auth: passphrase('let me in') });
    expect(await modeOf(alice)).toBe(serverOperator | routerOperator);
    const { statistics } = await alice.must(commands.stats, { serverId: alice.serverId });
    expect(statistics).toMatchObject({
      myServerOperators: 1,
      myRouterOperators: 1,
      serverOperators: 1,
      routerOperators: 1,
    });
  });

  it('give it for a signature of the key, with the hash function of the key exchange and the own ID', async () => {
    const keeper = keyPairNamed('keeper');
    const { hash } = alice.connection.exchange.algorithms;
    const other = hash === 'sha1' ? 'sha256' : 'sha1';
    const status = (auth: Uint8Array) => alice.refusal(commands.oper, { username: 'keeper', auth });
    expect(await status(signed(alice, keeper, other))).toBe(Status.authFailed);
    expect(await status(signed(alice, keeper, hash, nobody))).toBe(Status.authFailed);
    expect(await status(signed(alice, keyPairNamed('alice')))).toBe(Status.authFailed);
    expect(await modeOf(alice)).toBe(0);
    expect(await status(signed(alice, keeper))).toBe(0);
    expect(await alice.refusal(commands.silcoper, { username: 'keeper', auth: signed(alice, keeper) })).toBe(
      0,
    );
    expect(await modeOf(alice)).toBe(serverOperator | routerOperator);
  });

  it('refuse wrong names, wrong passphrases, and what is none', async () => {
    const oper = (username: string, auth?: Uint8Array) => alice.refusal(commands.oper, { username, auth });
    for (const [username, auth] of [
      ['root', passphrase('let me out')],
      ['ROOT', passphrase('let me in')],
      ['constructor', passphrase('let me in')],
      ['shadow', passphrase('x')],
      ['keeper', passphrase('let me in')],
      ['root', signed(alice, keyPairNamed('keeper'))],
      ['root', Uint8Array.of(1, 2, 3)],
    ] as const) {
      expect(await oper(username, auth)).toBe(Status.authFailed);
    }
    expect(await oper('root')).toBe(Status.notEnoughParams);
    expect(await oper('x'.repeat(129), passphrase('y'))).toBe(Status.badUsername);
    // No router operator: for it this server is none.
    const silcoper = { username: 'helper', auth: passphrase('me too') };
    expect(await alice.refusal(commands.silcoper, silcoper)).toBe(Status.authFailed);
    expect(await modeOf(alice)).toBe(0);
  });

  it('believe nobody from a host any more after ten failures, whoever comes from there', async () => {
    for (let i = 0; i < 10; i++) {
      const wrong = { username: 'root', auth: passphrase(`guess ${i}`) };
      expect(await alice.refusal(commands.oper, wrong)).toBe(Status.authFailed);
    }
    const right = { username: 'root', auth: passphrase('let me in') };
    expect(await alice.refusal(commands.oper, right)).toBe(Status.authFailed);
    const bob = await world.raw('bob');
    expect(await bob.refusal(commands.oper, right)).toBe(Status.authFailed);
  });

  it('give a rank that can be given up, and not be taken back by UMODE', async () => {
    await alice.must(commands.oper, { username: 'helper', auth: passphrase('me too') });
    const own = { clientId: alice.id };
    await alice.must(commands.umode, { ...own, mode: serverOperator | UserMode.busy });
    expect(await alice.refusal(commands.umode, { ...own, mode: routerOperator })).toBe(Status.permDenied);
    await alice.must(commands.umode, { ...own, mode: 0 });
    expect(await alice.refusal(commands.umode, { ...own, mode: serverOperator })).toBe(Status.permDenied);
  });
});

describe('failures', () => {
  const operator = { passphrase: 'let me in' };
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('count for one host, and are forgotten when it has been quiet', () => {
    const operators = new Operators(nodeBackend, new Map([['root', operator]]));
    const [guesser, other] = [serverClient('guesser', { hostname: 'one' }), serverClient('other')];
    for (let i = 0; i < 10; i++) {
      expect(operators.named('root', guesser)).toBe(operator);
      expect(operators.proves(operator, guesser, passphrase('guess'))).toBe(false);
    }
    expect(operators.named('root', guesser)).toBeUndefined();
    expect(operators.named('root', other)).toBe(operator);
    vi.advanceTimersByTime(600_001);
    expect(operators.named('root', guesser)).toBe(operator);
  });
});

describe('KILL by an operator', () => {
  it('ends a client; whoever shares channels is told once, the client too', async () => {
    const [bob, carol, dave] = [await world.raw('bob'), await world.raw('carol'), await world.raw('dave')];
    for (const name of ['one', 'two']) {
      await bob.join(name);
      await carol.join(name);
    }
    await alice.must(commands.silcoper, { username: 'root', auth: passphrase('let me in') });
    await carol.sync();
    for (const client of [alice, bob, carol, dave]) client.clear();
    const reply = await alice.must(commands.kill, { clientId: bob.id, comment: 'go away' });
    expect(reply).toEqual({ clientId: bob.id });
    expect(await bob.ended()).toMatchObject({ code: 'disconnected', status: 0 });
    const by = { type: 2, id: alice.id };
    const killed = { type: 'killed', clientId: bob.id, comment: 'go away', by };
    expect(bob.notifies).toEqual([killed]);
    await carol.sync();
    expect(carol.notifies).toEqual([killed]);
    expect(carol.story).toEqual(['killed', 'key', 'key']);
    await dave.sync();
    expect(dave.notifies).toEqual([]);
    expect(await alice.refusal(commands.whois, { nickname: 'bob' })).toBe(Status.noSuchNick);
    expect(await alice.must(commands.whowas, { nickname: 'bob' })).toMatchObject({ clientId: bob.id });
  });

  it('is for router operators, and for clients that are there', async () => {
    const bob = await world.raw('bob');
    expect(await alice.refusal(commands.kill, { clientId: bob.id })).toBe(Status.noRouterPriv);
    await alice.must(commands.oper, { username: 'root', auth: passphrase('let me in') });
    expect(await alice.refusal(commands.kill, { clientId: bob.id })).toBe(Status.noRouterPriv);
    await alice.must(commands.silcoper, { username: 'root', auth: passphrase('let me in') });
    expect(await alice.refusal(commands.kill, { clientId: nobody })).toBe(Status.noSuchClientId);
    await bob.sync();
  });
});

describe('commands of server operators', () => {
  const links = [commands.connect, commands.close];

  it('are refused to everybody else', async () => {
    for (const command of links) {
      expect(await alice.refusal(command, { host: 'other.silc.test', port: 706 })).toBe(Status.noServerPriv);
    }
    expect(await alice.refusal(commands.shutdown, {})).toBe(Status.noServerPriv);
    await alice.sync();
  });

  it('make no links, because there are none', async () => {
    await alice.must(commands.oper, { username: 'helper', auth: passphrase('me too') });
    const statuses = [Status.operationNotAllowed, Status.noServerId];
    for (const [i, command] of links.entries()) {
      expect(await alice.refusal(command, { host: 'other.silc.test' })).toBe(statuses[i]);
    }
  });

  it('end the server', async () => {
    const bob = await world.raw('bob');
    await alice.must(commands.oper, { username: 'helper', auth: passphrase('me too') });
    await alice.must(commands.shutdown, {});
    for (const client of [alice, bob]) {
      expect(await client.ended()).toMatchObject({ code: 'disconnected', text: 'Server is shutting down' });
    }
    expect(events).toContainEqual({ type: 'shutdown', nickname: 'alice', address: '127.0.0.1' });
  });
});

describe('servers that are not this one', () => {
  it('are not known, by name and by ID', async () => {
    const other = '0a00000102c20001' as ServerId;
    const id = { type: 1, id: other } as const;
    expect(await alice.refusal(commands.stats, { serverId: other })).toBe(Status.noSuchServerId);
    expect(await alice.refusal(commands.ping, { serverId: other })).toBe(Status.noSuchServerId);
    expect(await alice.refusal(commands.info, { serverId: other })).toBe(Status.noSuchServerId);
    expect(await alice.refusal(commands.getkey, { id })).toBe(Status.noSuchServerId);
    expect(await alice.refusal(commands.identify, { ids: [id] })).toBe(Status.noSuchServerId);
    expect(await alice.refusal(commands.motd, { serverName: 'other' })).toBe(Status.noSuchServer);
    expect(await alice.must(commands.service, {})).toEqual({ parameters: [] });
  });
});
