import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/component/link-options.js';
import { ComponentStream } from '../../src/component/stream.js';
import { ComponentError } from '../../src/component/errors.js';
import { FakeServer } from '../support/xmpp/fake-server.js';

/** More than the kernel keeps at both ends together. */
const MUCH = 64 << 20;

test('a peer makes room where a full socket empties, and not by what the kernel takes at once', async () => {
  const server = await FakeServer.listen();
  const stream = new ComponentStream({
    ...{ domain: 'gw.example', host: '127.0.0.1', port: server.port, secret: 'secret', deadlineMs: 60_000 },
    limits: DEFAULT_LIMITS.parser,
    onStanza: () => undefined,
    onDropped: () => undefined,
    onRepaired: () => undefined,
  });
  const opened = stream.opened();
  const peer = await server.accept();
  await peer.handshake();
  await opened;
  await stream.write('<presence/>');
  expect(stream.stalledMs).toBe(Infinity);
  peer.socket.removeAllListeners('data').resume();
  await stream.write(' '.repeat(MUCH));
  expect(stream.stalledMs).toBeLessThan(Infinity);
  stream.abort(new ComponentError('stopped', 'over'));
  await stream.closed;
  await server.close();
});
