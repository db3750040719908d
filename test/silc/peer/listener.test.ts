import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { SilcConnection } from '../../../src/silc/connection.js';
import { PeerListener } from '../../../src/silc/peer/listener.js';
import { initiate, respond } from '../../../src/silc/ke/driver.js';
import { streamOfSocket } from '../../../src/silc/tcp.js';
import { keyPairNamed } from '../../support/silc-world.js';

const stop = new AbortController();
const open: (Socket | PeerListener | SilcConnection)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) {
    if (one instanceof PeerListener) one.close();
    else one.destroy();
  }
});

async function listening(): Promise<PeerListener> {
  const listener = await PeerListener.open({ host: '127.0.0.1' }, stop.signal);
  open.push(listener);
  return listener;
}

/** A connection that the listener has got. */
async function arrived({ port }: PeerListener): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  open.push(socket);
  await once(socket, 'connect');
  // The listening side hears of it in the same turn of the event loop, or in the next one.
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  return socket;
}

test('a peer that connects before it is waited for is taken', async () => {
  const listener = await listening();
  const socket = await arrived(listener);
  const accepted = listener.accept(
    (stream, signal) => respond(stream, { keyPair: keyPairNamed('alice'), signal, timeoutMs: 5_000 }),
    AbortSignal.timeout(5_000),
  );
  const options = { keyPair: keyPairNamed('bob'), verifyPeerKey: () => true };
  const [ours, theirs] = await Promise.all([accepted, initiate(streamOfSocket(socket), options)]);
  open.push(ours, theirs);
  expect(ours.exchange.hash).toEqual(theirs.exchange.hash);
});

test('a connection that is reset before anybody is waited for harms nobody', async () => {
  const listener = await listening();
  const socket = await arrived(listener);
  socket.resetAndDestroy();
  await once(socket, 'close');
  for (let turn = 0; turn < 3; turn++) await setImmediate();
});

test('connections that nobody has taken end with the listener', async () => {
  const listener = await listening();
  const socket = await arrived(listener);
  const closed = once(socket.resume(), 'close');
  listener.close();
  await closed;
});
