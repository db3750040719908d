import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSession } from '../../../src/silc/client/connect.js';
import type { ConnectOptions } from '../../../src/silc/client/types.js';
import { streamPair } from '../../../src/silc/memory-stream.js';
import { streamOfSocket } from '../../../src/silc/tcp.js';
import { cheapProposal, initiatorOptions } from '../../support/connections.js';
import { accept } from '../../support/scripted-server.js';
import { withCode } from '../../support/silc-error.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(onConnection: (socket: Socket, count: number) => void): Promise<number> {
  let count = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket, ++count);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const connect = (port: number, more: Partial<ConnectOptions> = {}) =>
  connectSession({
    host: '127.0.0.1',
    port,
    keyPair: initiatorOptions.keyPair,
    proposal: cheapProposal,
    auth: { method: 'none' },
    nickname: 'me',
    username: 'user',
    verifyServerKey: () => true,
    ...more,
  });

describe('connecting', () => {
  it('tries once more when the server drops the connection at once', async () => {
    let connections = 0;
    const port = await listen((socket, count) => {
      connections = count;
      if (count === 1) socket.destroy();
      else void accept(streamOfSocket(socket)).catch(() => undefined);
    });
    const session = await connect(port);
    expect(connections).toBe(2);
    expect(session.state).toBe('ready');
    session.destroy();
  });

  it('gives up when the server drops it again', async () => {
    let connections = 0;
    const port = await listen((socket, count) => {
      connections = count;
      socket.destroy();
    });
    await expect(connect(port)).rejects.toMatchObject({ code: 'closed', name: 'SilcConnectionDroppedError' });
    expect(connections).toBe(2);
  });

  it('ends at its deadline with a server that says nothing', async () => {
    const sockets: Socket[] = [];
    const port = await listen((socket) => sockets.push(socket));
    await expect(connect(port, { timeoutMs: 100 })).rejects.toThrow(withCode('timeout'));
    for (const socket of sockets) socket.destroy();
  });

  it('ends when it is aborted, also during the registration', async () => {
    const controller = new AbortController();
    const port = await listen((socket) => {
      void accept(streamOfSocket(socket)).then(
        () => undefined,
        () => undefined,
      );
    });
    const connecting = connect(port, {
      signal: controller.signal,
      verifyServerKey: () => {
        controller.abort();
        return true;
      },
    });
    await expect(connecting).rejects.toThrow(withCode('closed'));
  });

  it('does not repeat on a stream that it was given', async () => {
    const [near, far] = streamPair();
    const connecting = connect(0, { stream: near });
    far.destroy();
    await expect(connecting).rejects.toThrow(withCode('closed'));
  });

  it('fails at once where nobody listens', async () => {
    const port = await listen(() => undefined);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    await expect(connect(port)).rejects.toMatchObject({ code: 'closed', name: 'SilcError' });
  });
});
