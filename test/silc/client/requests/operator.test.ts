import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provesPublicKey } from '../../../../src/silc/authentication.js';
import { fromUtf8 } from '../../../../src/silc/bytes.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeErrorReply, encodeReply } from '../../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import type { ClientId } from '../../../../src/silc/ids.js';
import { UserMode } from '../../../../src/silc/modes.js';
import { authenticationPayload } from '../../../../src/silc/packets/authentication-payload.js';
import { decodePayload } from '../../../../src/silc/packets/codec.js';
import { AuthMethod } from '../../../../src/silc/packets/connection-auth-request.js';
import { Status } from '../../../../src/silc/status.js';
import { initiatorOptions } from '../../../support/connections.js';
import { scriptedSession, type ScriptedServer } from '../../../support/scripted-server.js';
import { refusedWith, withCode } from '../../../support/silc-error.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

const { serverOperator, routerOperator, busy } = UserMode;
const nobody = '7f000001aabbccddeeff001122334455' as ClientId;

describe('an operator of a server', () => {
  let world: SilcWorld;
  let root: SilcSession;
  let bob: SilcSession;
  beforeEach(async () => {
    world = await startSilcWorld({
      operators: new Map([
        ['root', { passphrase: 'let me in', publicKey: keyPairNamed('root').publicKey, router: true }],
        ['helper', { passphrase: 'me too' }],
      ]),
    });
    [root, bob] = [await world.client('root'), await world.client('bob')];
  });
  afterEach(() => world.close());

  it('is one by a passphrase, keeps the rank when modes change, and gives it up', async () => {
    await root.operator.oper('helper', { passphrase: 'me too' });
    expect(root.self.mode).toBe(serverOperator);
    await root.setUserMode({ set: busy });
    expect((await bob.whoisById(root.self.clientId))?.user.mode).toBe(serverOperator | busy);
    await root.operator.silcoper('root', { passphrase: 'let me in' });
    expect(root.self.mode).toBe(serverOperator | routerOperator | busy);
    await root.setUserMode({ clear: serverOperator | routerOperator });
    expect((await bob.whoisById(root.self.clientId))?.user.mode).toBe(busy);
  });

  it('is one by a key: its own or another, over the Client ID of the moment', async () => {
    await root.nick('admin');
    await root.operator.oper('root');
    expect(root.self.mode).toBe(serverOperator);
    await bob.operator.silcoper('root', { keyPair: keyPairNamed('root') });
    expect(bob.self.mode).toBe(routerOperator);
  });

  it('is none with a wrong name, passphrase or key', async () => {
    const { operator } = bob;
    const refused = refusedWith(Status.authFailed);
    await expect(operator.oper('root', { passphrase: 'let me out' })).rejects.toThrow(refused);
    await expect(operator.oper('toor', { passphrase: 'let me in' })).rejects.toThrow(refused);
    await expect(operator.oper('root')).rejects.toThrow(refused);
    await expect(operator.silcoper('helper', { passphrase: 'me too' })).rejects.toThrow(refused);
    expect(bob.self.mode ?? 0).toBe(0);
    await expect(operator.oper('')).rejects.toThrow(withCode('bad-string'));
    await expect(operator.oper('x'.repeat(129))).rejects.toThrow(withCode('limit'));
    await expect(operator.oper('root', { passphrase: '' })).rejects.toThrow(withCode('usage'));
    await expect(operator.oper('root', { passphrase: 'x'.repeat(1025) })).rejects.toThrow(withCode('limit'));
  });

  it('removes people: they and those around them are told who did it and why', async () => {
    const carol = await world.client('carol');
    await carol.join('channel');
    await bob.join('channel');
    const [there, gone] = [new EventLog(carol), new EventLog(bob)];
    const target = bob.self.clientId;
    await expect(root.operator.kill(target)).rejects.toThrow(refusedWith(Status.noRouterPriv));
    await root.operator.silcoper('root');
    await root.operator.kill(target, 'go away');
    const { error } = await gone.find('closed');
    expect(error).toMatchObject({ code: expect.stringMatching(/closed|disconnected/) as string });
    expect((await there.find('member-left')).cause).toMatchObject({ kind: 'killed', comment: 'go away' });
    await expect(root.operator.kill(target)).rejects.toMatchObject({
      status: Status.noSuchClientId,
      about: [{ kind: 'client', clientId: target }],
    });
    await expect(root.operator.kill(nobody, 'x'.repeat(129))).rejects.toThrow(withCode('limit'));
  });

  it('commands links and the server; others are refused', async () => {
    const link = { host: 'other.silc.test' };
    for (const command of [
      () => bob.operator.connect(link),
      () => bob.operator.close({ ...link, port: 1 }),
      () => bob.operator.shutdown(),
    ]) {
      await expect(command()).rejects.toThrow(refusedWith(Status.noServerPriv));
    }
    await root.operator.oper('root');
    await expect(root.operator.connect(link)).rejects.toThrow(refusedWith(Status.operationNotAllowed));
    await expect(root.operator.close(link)).rejects.toThrow(refusedWith(Status.noServerId));
    for (const port of [0, 65_536, 1.5]) {
      await expect(root.operator.connect({ ...link, port })).rejects.toThrow(withCode('usage'));
    }
    await expect(root.operator.connect({ host: '' })).rejects.toThrow(withCode('bad-string'));
    const log = new EventLog(bob);
    await root.operator.shutdown();
    expect((await log.find('closed')).error).toMatchObject({ text: 'Server is shutting down' });
    await expect(bob.operator.oper('root')).rejects.toThrow(withCode('closed'));
    await expect(bob.operator.kill(nobody)).rejects.toThrow(withCode('closed'));
    await expect(bob.operator.connect(link)).rejects.toThrow(withCode('closed'));
    await expect(bob.operator.shutdown()).rejects.toThrow(withCode('closed'));
  });
});

describe('what an operator sends', () => {
  let session: SilcSession;
  let server: ScriptedServer;
  beforeEach(async () => {
    ({ session, server } = await scriptedSession());
  });
  afterEach(() => session.destroy());

  const payloadOf = (auth: Uint8Array | undefined) =>
    decodePayload(authenticationPayload, auth ?? new Uint8Array(0));

  it('is the passphrase as it is, without random data', async () => {
    const asking = session.operator.oper('röot', { passphrase: 'schlüssel' });
    const { request, ident } = await server.next(commands.oper);
    const { method, random, data } = payloadOf(request.auth);
    expect([request.username, method, random.length, fromUtf8(data)]).toEqual(['röot', 1, 0, 'schlüssel']);
    expect(method).toBe(AuthMethod.passphrase);
    await server.reply(encodeReply(commands.oper, ident, {}));
    // Nothing tells the modes of somebody new: the server is asked.
    const asked = await server.next(commands.umode);
    expect(asked.request).toEqual({ clientId: server.clientId, mode: undefined });
    await server.reply(encodeReply(commands.umode, asked.ident, { mode: serverOperator | busy }));
    await asking;
    expect(session.self.mode).toBe(serverOperator | busy);
  });

  it('is a signature with the hash function of the key exchange', async () => {
    const asking = session.operator.silcoper('root');
    const { request, ident } = await server.next(commands.silcoper);
    const { publicKey } = initiatorOptions.keyPair;
    const { hash } = session.algorithms;
    const proves = (id: ClientId) =>
      provesPublicKey(nodeBackend, publicKey, hash, id, payloadOf(request.auth));
    expect([proves(server.clientId), proves(nobody)]).toEqual([true, false]);
    await server.reply(encodeErrorReply(23, ident, Status.authFailed));
    await expect(asking).rejects.toThrow(refusedWith(Status.authFailed));
  });

  it('has the port as a number where it is told, and KILL has no proof', async () => {
    void session.operator.connect({ host: 'other', port: 1706 }).catch(() => undefined);
    void session.operator.close({ host: 'other' }).catch(() => undefined);
    void session.operator.kill(nobody).catch(() => undefined);
    expect((await server.next(commands.connect)).request).toEqual({ host: 'other', port: 1706 });
    expect((await server.next(commands.close)).request).toEqual({ host: 'other', port: undefined });
    expect((await server.next(commands.kill)).request).toEqual({
      clientId: nobody,
      comment: undefined,
      auth: undefined,
    });
  });

  it('SHUTDOWN has succeeded also where the server is gone before it has answered', async () => {
    const ending = session.operator.shutdown();
    await server.next(commands.shutdown);
    server.connection.destroy();
    await ending;
    expect(session.state).toBe('closed');
  });
});
