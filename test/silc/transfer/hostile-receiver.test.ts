import { setTimeout as pause } from 'node:timers/promises';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import type { ClientId } from '../../../src/silc/ids.js';
import { OPEN_READ } from '../../../src/silc/sftp/packet.js';
import { MAX_DATA } from '../../../src/silc/sftp/server.js';
import { SftpStatus } from '../../../src/silc/sftp/status.js';
import { connectTcp } from '../../../src/silc/tcp.js';
import { FileTransfers, type OfferOptions } from '../../../src/silc/transfer/file-transfers.js';
import type {
  FileSource,
  FileTransferOptions,
  OfferEvent,
  Transfer,
} from '../../../src/silc/transfer/types.js';
import {
  FakeTransferSession,
  fingerprintOf,
  HandListener,
  HandPeer,
  MemoryFile,
  sourceOf,
  transferOptions,
} from '../../support/file-transfers.js';
import { keyPairNamed } from '../../support/silc-world.js';

const bob = 'bb'.repeat(16) as ClientId;
const mallory = 'aa'.repeat(16) as ClientId;
const bobsKeys = keyPairNamed('bob');
const content = Uint8Array.from({ length: 3 * MAX_DATA }, (_, i) => i * 13);

const open: FileTransfers[] = [];
const listeners: HandListener[] = [];

afterEach(() => {
  for (const files of open.splice(0)) files.close();
  for (const listener of listeners.splice(0)) listener.close();
});

function sender(options: Partial<FileTransferOptions> = {}) {
  const session = new FakeTransferSession();
  session.fingerprints.set(bob, fingerprintOf(bobsKeys));
  const files = new FileTransfers(session, transferOptions('victim', { listens: true, ...options }));
  open.push(files);
  return { session, files };
}

/** An offer that bob, by hand, has taken up. */
async function taken(
  source: FileSource = sourceOf(content, 'data'),
  options: OfferOptions = {},
): Promise<{ transfer: Transfer; peer: HandPeer }> {
  const { session, files } = sender();
  const transfer = files.offer(bob, source, options);
  return { transfer, peer: await HandPeer.connect(await session.agreement(), bobsKeys) };
}

/** Opens the file; the handle. */
async function openFile(peer: HandPeer): Promise<Uint8Array> {
  await peer.send({ type: 'init', version: 3 });
  await peer.receive();
  await peer.send({ type: 'open', id: 1, path: utf8('data'), flags: OPEN_READ });
  const answer = await peer.receive();
  if (answer?.type !== 'handle') throw new Error(`no handle but ${answer?.type}`);
  return answer.handle.slice();
}

const read = (handle: Uint8Array, offset: number, length = MAX_DATA) =>
  ({ type: 'read', id: 9, handle, offset: BigInt(offset), length }) as const;

describe('a receiver', () => {
  test('that stops reading once it has the last octet, and closes the file, has it', async () => {
    const { transfer, peer } = await taken();
    const handle = await openFile(peer);
    for (let offset = 0; offset < content.length; offset += MAX_DATA) {
      await peer.send(read(handle, offset));
      expect(await peer.receive()).toMatchObject({ type: 'data' });
    }
    await peer.send({ type: 'close', id: 10, handle });
    await transfer.done;
    expect(transfer.transferred).toBe(content.length);
  });

  test('that has asked for more than there is, and goes without a word, has it', async () => {
    const { transfer, peer } = await taken(sourceOf(utf8('x'), 'data'));
    const handle = await openFile(peer);
    await peer.send(read(handle, 0), read(handle, 1));
    expect(await peer.receive()).toMatchObject({ type: 'data', data: utf8('x') });
    expect(await peer.receive()).toMatchObject({ type: 'status', status: SftpStatus.endOfFile });
    peer.connection.destroy();
    await transfer.done;
  });

  test('that goes before that has not', async () => {
    const { transfer, peer } = await taken();
    const handle = await openFile(peer);
    await peer.send(read(handle, 0));
    await peer.receive();
    peer.connection.destroy();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-aborted', code: 'closed' });
  });

  test('that skips to the end has not either', async () => {
    const { transfer, peer } = await taken();
    const handle = await openFile(peer);
    await peer.send(read(handle, content.length));
    expect(await peer.receive()).toMatchObject({ status: SftpStatus.endOfFile });
    await peer.send({ type: 'close', id: 2, handle });
    await peer.receive();
    peer.connection.destroy();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-aborted' });
  });

  test('that reads the file again and again is left', async () => {
    const { transfer, peer } = await taken();
    const handle = await openFile(peer);
    const answers: unknown[] = [];
    for (;;) {
      await peer.send(read(handle, 0)).catch(() => undefined);
      const answer = await peer.receive();
      if (answer === undefined) break;
      answers.push(answer.type);
    }
    expect(answers).toEqual(Array.from({ length: 7 }, () => 'data'));
    await expect(transfer.done).rejects.toMatchObject({ reason: 'limit' });
  });

  test('that says nothing, or reads too slowly, is left', async () => {
    const silent = await taken(undefined, { limits: { stallTimeoutMs: 300 } });
    await expect(silent.transfer.done).rejects.toMatchObject({ reason: 'timeout' });
    await silent.peer.gone();
    const limits = { stallTimeoutMs: 500, minOctetsPerSecond: 1_000_000_000 };
    const slow = await taken(undefined, { limits });
    const handle = await openFile(slow.peer);
    for (let offset = 0; ; offset++) {
      await slow.peer.send(read(handle, offset, 1)).catch(() => undefined);
      if ((await slow.peer.receive()) === undefined) break;
      // The slowness itself: without it a fast machine meets the bound on requests first.
      await pause(20);
    }
    await expect(slow.transfer.done).rejects.toMatchObject({ reason: 'timeout' });
  });

  test('that does not speak SFTP is left', async () => {
    const { transfer, peer } = await taken();
    await peer.sendOctets(Uint8Array.of(1, 2, 3));
    await expect(transfer.done).rejects.toMatchObject({ reason: 'protocol', code: 'malformed' });
    await peer.gone();
  });

  test('sees the connection end when the sender aborts', async () => {
    const { transfer, peer } = await taken();
    await openFile(peer);
    transfer.abort();
    await peer.gone();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'aborted' });
  });
});

describe('a file that cannot be read', () => {
  test.each([
    ['fails', () => Promise.reject(new Error('bad sector'))],
    ['has become shorter', () => new Uint8Array(0)],
    ['gives more than was asked for', () => new Uint8Array(MAX_DATA + 1)],
  ] as const)('because it %s is told as that, not as data', async (_what, reading) => {
    const { transfer, peer } = await taken({ name: 'data', size: 2 * MAX_DATA, read: reading });
    const handle = await openFile(peer);
    await peer.send(read(handle, 0));
    expect(await peer.receive()).toMatchObject({ type: 'status', status: SftpStatus.failure });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'source' });
  });
});

describe('a port that is open for one peer', () => {
  test('takes the peer although strangers were there before', async () => {
    const { session, files } = sender();
    const transfer = files.offer(bob, sourceOf(utf8('x'), 'data'));
    const agreement = await session.agreement();
    // One who has another key, one who speaks otherwise, and two who say nothing.
    const stranger = await HandPeer.connect(agreement, keyPairNamed('mallory')).catch(() => undefined);
    const garbage = await connectTcp(agreement.host, agreement.port);
    await garbage.write(utf8('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20)));
    while ((await garbage.read()) !== undefined);
    const silent = [1, 2].map(() => connectTcp(agreement.host, agreement.port));
    await Promise.all(silent);
    const peer = await HandPeer.connect(agreement, bobsKeys);
    const handle = await openFile(peer);
    await peer.send(read(handle, 0), { type: 'close', id: 2, handle });
    await transfer.done;
    expect(stranger).toBeUndefined();
    expect(transfer.peerFingerprint).toBe(fingerprintOf(bobsKeys));
    for (const stream of silent) (await stream).destroy();
  });

  test('takes the peer although very many say nothing there, or only look whether it is open', async () => {
    const { session, files } = sender();
    const transfer = files.offer(bob, sourceOf(utf8('x'), 'data'));
    const agreement = await session.agreement();
    const connect = () => connectTcp(agreement.host, agreement.port);
    const silent = await Promise.all(Array.from({ length: 20 }, connect));
    for (let n = 0; n < 40; n++) (await connect()).destroy();
    const peer = await HandPeer.connect(agreement, bobsKeys);
    const handle = await openFile(peer);
    await peer.send(read(handle, 0), { type: 'close', id: 2, handle });
    await transfer.done;
    for (const stream of silent) stream.destroy();
  });

  test('is closed as soon as the peer is there', async () => {
    const { session, files } = sender();
    files.offer(bob, sourceOf(content, 'data'));
    const agreement = await session.agreement();
    await openFile(await HandPeer.connect(agreement, bobsKeys));
    await expect(connectTcp(agreement.host, agreement.port)).rejects.toMatchObject({ code: 'closed' });
  });

  test('is given up after many strangers', async () => {
    const { session, files } = sender();
    const transfer = files.offer(bob, sourceOf(content, 'data'));
    const { host, port } = await session.agreement();
    for (let i = 0; i < 32; i++) {
      const stream = await connectTcp(host, port).catch(() => undefined);
      try {
        await stream?.write(new Uint8Array(64).fill(0xff));
        await stream?.read();
      } catch {
        // The sender has had enough of them.
      }
      stream?.destroy();
    }
    await expect(transfer.done).rejects.toMatchObject({ reason: 'limit' });
  });

  test('tells of a wrong key when nobody else came', async () => {
    const { session, files } = sender({ offerTimeoutMs: 2_000 });
    const transfer = files.offer(bob, sourceOf(content, 'data'));
    const stranger = HandPeer.connect(await session.agreement(), keyPairNamed('mallory'));
    await expect(stranger.then((peer) => peer.receive())).rejects.toThrow();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-key' });
  });

  test('is in the range that was given, and is not opened where that is full', async () => {
    const occupied = createServer();
    const port = await new Promise<number>((resolve) => {
      occupied.listen(0, '127.0.0.1', () => {
        const address = occupied.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const listen = { host: '127.0.0.1', ports: { first: port, last: port }, publicHost: 'files.example.org' };
    const full = sender({ listen });
    const refused = full.files.offer(bob, sourceOf(content, 'data'));
    await expect(refused.done).rejects.toMatchObject({ reason: 'no-listener', code: 'unsupported' });
    expect(full.session.sent).toEqual([]);
    await new Promise((resolve) => occupied.close(resolve));
    const free = sender({ listen });
    free.files.offer(bob, sourceOf(content, 'data'));
    expect(await free.session.agreement()).toEqual({ host: 'files.example.org', protocol: 0, port });
  });

  test('is closed when the offer is aborted, or nobody came in time', async () => {
    const { session, files } = sender({ offerTimeoutMs: 300 });
    const expired = files.offer(bob, sourceOf(content, 'data'));
    const { host, port } = await session.agreement();
    await expect(expired.done).rejects.toMatchObject({ reason: 'not-answered', code: 'timeout' });
    await expect(connectTcp(host, port)).rejects.toMatchObject({ code: 'closed' });
    session.sent.length = 0;
    const aborted = files.offer(bob, sourceOf(content, 'data'));
    const again = await session.agreement();
    aborted.abort();
    await expect(aborted.done).rejects.toMatchObject({ reason: 'aborted' });
    await expect(connectTcp(again.host, again.port)).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('an offer to nobody', () => {
  test.each([true, false])('ends when the server does not know the user (listening: %s)', async (listen) => {
    const { session, files } = sender();
    session.gone.add(mallory);
    const transfer = files.offer(mallory, sourceOf(content, 'data'), { listen });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-gone', code: 'closed' });
  });

  test('ends when the server cannot deliver it', async () => {
    const { session, files } = sender();
    const transfer = files.offer(bob, sourceOf(content, 'data'));
    await session.agreement();
    session.emit({ type: 'delivery-failed', clientId: bob, channelId: undefined });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-gone' });
  });
});

describe('an offer without a listener', () => {
  test('is answered by the one it was made to, and by nobody else', async () => {
    const { session, files } = sender();
    const events: OfferEvent[] = [];
    files.subscribe((event) => events.push(event));
    const transfer = files.offer(bob, sourceOf(utf8('x'), 'data'), { listen: false });
    expect(await session.agreement()).toEqual({ host: '', protocol: 0, port: 0 });
    const listener = await HandListener.open();
    listeners.push(listener);
    // Somebody else's address, one without a port, and one for UDP: none is the answer.
    session.receive(mallory, '127.0.0.1', listener.port);
    session.receive(bob, '127.0.0.1', 0);
    session.receive(bob, '127.0.0.1', listener.port, 1);
    expect(events.map((event) => [event.type, event.offer.sender.clientId, event.offer.listens])).toEqual([
      ['offer', mallory, true],
      ['offer', bob, false],
    ]);
    session.receive(bob, '127.0.0.1', listener.port);
    const peer = await listener.peer(bobsKeys);
    const handle = await openFile(peer);
    await peer.send(read(handle, 0), { type: 'close', id: 2, handle });
    await transfer.done;
    expect(events).toHaveLength(2);
  });

  test('does not lead to where it must not', async () => {
    const { session, files } = sender({ mayConnect: () => false });
    const transfer = files.offer(bob, sourceOf(content, 'data'), { listen: false });
    await session.agreement();
    session.receive(bob, '127.0.0.1', 6_379);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'address-refused' });
  });

  test('follows a user to another nickname', async () => {
    const { session, files } = sender();
    const transfer = files.offer(bob, sourceOf(content, 'data'), { listen: false });
    await session.agreement();
    const renamed = 'cc'.repeat(16) as ClientId;
    const user = session.user(renamed);
    session.emit({ type: 'nick-changed', user, oldClientId: bob, oldNickname: 'bob', self: false });
    session.receive(renamed, '127.0.0.1', 1);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'not-connected' });
  });
});

describe('what others offer', () => {
  test('is bounded, for one user and for all', () => {
    const { session, files } = sender({ maxOffers: 6, maxOffersPerUser: 4 });
    const events: OfferEvent[] = [];
    files.subscribe((event) => events.push(event));
    for (let i = 0; i < 10; i++) session.receive(mallory, '127.0.0.1', 2_000 + i);
    for (let i = 0; i < 10; i++) session.receive(bob, '', 0);
    expect(events.map((event) => event.offer.sender.clientId)).toEqual([
      ...Array.from({ length: 4 }, () => mallory),
      ...Array.from({ length: 2 }, () => bob),
    ]);
    events[0]?.offer.reject();
    events[1]?.offer.reject();
    for (let i = 0; i < 10; i++) session.receive(bob, '', 0);
    expect(events).toHaveLength(8);
  });

  test('is gone after its time, and cannot be taken twice', async () => {
    const { session, files } = sender({ offerTimeoutMs: 200 });
    const expired = new Promise<OfferEvent>((resolve) => {
      files.subscribe((event) => {
        if (event.type === 'offer-expired') resolve(event);
      });
    });
    session.receive(bob, '', 0);
    const { offer } = await expired;
    const { sink } = new MemoryFile();
    expect(() => offer.accept(sink)).toThrow(/answered or gone/);
    offer.reject();
  });

  test('cannot be taken where neither side listens, and stays', () => {
    const session = new FakeTransferSession();
    const files = new FileTransfers(session, transferOptions('victim', { listens: false }));
    open.push(files);
    const events: OfferEvent[] = [];
    files.subscribe((event) => events.push(event));
    session.receive(bob, '', 0);
    const { sink } = new MemoryFile();
    for (let i = 0; i < 2; i++) {
      expect(() => events[0]?.offer.accept(sink)).toThrow(expect.objectContaining({ reason: 'no-listener' }));
    }
    expect(() => files.offer(bob, sourceOf(content, 'a'), { listen: true })).toThrow(
      expect.objectContaining({ reason: 'no-listener' }),
    );
  });
});

describe('file transfers', () => {
  test('go on up to a number of them', async () => {
    const { files } = sender({ maxTransfers: 2 });
    const first = files.offer(bob, sourceOf(content, 'a'));
    files.offer(bob, sourceOf(content, 'b'));
    const third = (): Transfer => files.offer(bob, sourceOf(content, 'c'));
    expect(third).toThrow(expect.objectContaining({ code: 'overflow' }));
    first.abort();
    await first.done.catch(() => undefined);
    expect(third().state).toBe('offered');
  });

  test.each(['', '.', '..', 'a/b', 'a\\b', 'a\u0000', 'ä'.repeat(128)])('have no file named %j', (name) => {
    const { files } = sender();
    expect(() => files.offer(bob, sourceOf(content, name))).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('have no file of %d octets', (size) => {
    const { files } = sender();
    const source = { name: 'a', size, read: () => new Uint8Array(1) };
    expect(() => files.offer(bob, source)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test.each([
    { host: '0.0.0.0' },
    { host: '::' },
    { host: '127.0.0.1', ports: { first: 10, last: 9 } },
    { host: '127.0.0.1', ports: { first: 0, last: 9 } },
    { host: '127.0.0.1', ports: { first: 1, last: 65_536 } },
  ])('cannot listen at %o', (listen) => {
    expect(() => sender({ listen })).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('end all at once, and are over then', async () => {
    const { session, files } = sender();
    const transfer = files.offer(bob, sourceOf(content, 'a'));
    const events: OfferEvent[] = [];
    files.subscribe((event) => events.push(event));
    files.close();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'aborted' });
    session.receive(bob, '', 0);
    expect(events).toEqual([]);
    expect(() => files.offer(bob, sourceOf(content, 'a'))).toThrow(
      expect.objectContaining({ code: 'closed' }),
    );
  });
});
