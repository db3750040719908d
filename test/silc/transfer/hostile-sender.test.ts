import { afterEach, describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import type { ClientId } from '../../../src/silc/ids.js';
import { SftpStatus } from '../../../src/silc/sftp/status.js';
import type { TransferLimits } from '../../../src/silc/transfer/limits.js';
import { FileTransfers } from '../../../src/silc/transfer/file-transfers.js';
import type { FileSink, FileTransferOptions, Transfer } from '../../../src/silc/transfer/types.js';
import {
  FakeTransferSession,
  fingerprintOf,
  HandListener,
  MemoryFile,
  nextOffer,
  transferOptions,
  type HandPeer,
} from '../../support/file-transfers.js';
import { keyPairNamed } from '../../support/silc-world.js';

const mallory = 'aa'.repeat(16) as ClientId;
const keyPair = keyPairNamed('mallory');

let files: FileTransfers | undefined;
let listener: HandListener | undefined;

afterEach(() => {
  files?.close();
  listener?.close();
});

/** Somebody who gets offers; the server knows the sender's key. */
function receiver(options: Partial<FileTransferOptions> = {}): FakeTransferSession {
  const session = new FakeTransferSession();
  session.fingerprints.set(mallory, fingerprintOf(keyPair));
  files = new FileTransfers(session, transferOptions('victim', { listens: false, ...options }));
  return session;
}

/** A transfer that was accepted, and the sender of it, by hand, when the two have met. */
async function met(
  sink: FileSink,
  limits: Partial<TransferLimits> = {},
): Promise<{ transfer: Transfer; peer: HandPeer }> {
  const session = receiver();
  listener = await HandListener.open();
  const offered = nextOffer(files as FileTransfers);
  session.receive(mallory, '127.0.0.1', listener.port);
  const transfer = (await offered).accept(sink, limits);
  return { transfer, peer: await listener.peer(keyPair) };
}

interface Told {
  readonly name?: string;
  readonly size?: bigint;
}

/** Answers up to the point where the file is read; resolves with the id of the first READ, if one comes. */
async function show(peer: HandPeer, { name = 'data', size }: Told): Promise<number | undefined> {
  for (;;) {
    const request = await peer.receive();
    switch (request?.type) {
      case undefined:
        return undefined;
      case 'init':
        await peer.send({ type: 'version', version: 3 });
        break;
      case 'opendir':
      case 'open':
        await peer.send({ type: 'handle', id: request.id, handle: utf8(request.type) });
        break;
      case 'readdir': {
        const entry = { name: utf8(name), longName: '', attributes: { size } };
        await peer.send({ type: 'name', id: request.id, names: [entry] });
        break;
      }
      case 'close':
        await peer.send({ type: 'status', id: request.id, status: SftpStatus.ok, message: '' });
        break;
      case 'read':
        return request.id;
      default:
        throw new Error(`a receiver asked ${request?.type}`);
    }
  }
}

/** Answers each READ with so many octets, until the receiver goes; the number of octets sent. */
async function feed(peer: HandPeer, first: number, octets: number): Promise<number> {
  let sent = 0;
  let id: number | undefined = first;
  while (id !== undefined) {
    await peer.send({ type: 'data', id, data: new Uint8Array(octets) });
    sent += octets;
    const request = await peer.receive();
    id = request?.type === 'read' ? request.id : undefined;
  }
  return sent;
}

describe('a file that is not what it seems', () => {
  test('has a name that leads nowhere else', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink);
    const id = await show(peer, { name: '../../../etc/cron.d/evil', size: 0n });
    expect(file.told).toEqual({ name: 'evil', toldName: '../../../etc/cron.d/evil', size: 0 });
    await peer.send({ type: 'status', id: id ?? 0, status: SftpStatus.endOfFile, message: '' });
    await transfer.done;
    expect(file.state).toBe('finished');
  });

  test('is refused before anything is opened when it is told to be too large', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink, { maxOctets: 1_000 });
    expect(await show(peer, { size: 1_001n })).toBeUndefined();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'limit', code: 'limit' });
    expect(file.state).toBe('waiting');
  });

  test('is given up as soon as it is longer than was told', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink);
    const sent = await feed(peer, (await show(peer, { size: 2_000n })) ?? 0, 1_500);
    expect(sent).toBe(3_000);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'protocol', code: 'malformed' });
    expect(file.state).toBe('aborted');
    expect(file.error).toMatchObject({ reason: 'protocol' });
    expect(file.content.length).toBe(1_500);
  });

  test('is given up when it is shorter than was told', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink);
    const id = await show(peer, { size: 2_000n });
    await peer.send({ type: 'status', id: id ?? 0, status: SftpStatus.endOfFile, message: '' });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'protocol' });
    expect(file.state).toBe('aborted');
  });

  test('without a size does not grow beyond what is allowed', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink, { maxOctets: 100_000 });
    await feed(peer, (await show(peer, {})) ?? 0, 30_000);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'limit' });
    expect(file.content.length).toBe(90_000);
    expect(file.state).toBe('aborted');
  });
});

describe('a sender that does not follow the protocol', () => {
  test.each([
    ['data for another request', { type: 'data', id: 77, data: utf8('x') }],
    ['a handle instead of data', { type: 'handle', id: 4, handle: utf8('x') }],
    ['a request of its own', { type: 'init', version: 3 }],
    ['no data at all', { type: 'data', id: 4, data: new Uint8Array(0) }],
  ] as const)('is left: %s', async (_what, packet) => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink);
    expect(await show(peer, { size: 10n })).toBe(4);
    await peer.send(packet);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'protocol' });
    await peer.gone();
    expect(file.state).toBe('aborted');
  });

  test('is left when it sends garbage, or another kind of file transfer', async () => {
    for (const [type, octets] of [
      [1, Uint8Array.of(0, 0, 0, 9, 101, 0)],
      [2, Uint8Array.of(0, 0, 0, 4, 2, 0, 0, 0, 3)],
    ] as const) {
      const { transfer, peer } = await met(new MemoryFile().sink);
      await peer.sendOctets(octets, type);
      await expect(transfer.done).rejects.toMatchObject({ reason: 'protocol' });
      files?.close();
    }
  });

  test('is left after many packets that are no business of anybody', async () => {
    const { transfer, peer } = await met(new MemoryFile().sink);
    for (let i = 0; i < 65; i++) await peer.connection.send({ type: 2, payload: new Uint8Array(4) });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'limit' });
  });

  test('says no with a status', async () => {
    const { transfer, peer } = await met(new MemoryFile().sink);
    await peer.receive();
    await peer.send({ type: 'version', version: 3 });
    await peer.receive();
    await peer.send({ type: 'status', id: 0, status: SftpStatus.permissionDenied, message: '' });
    const expected = { reason: 'refused', cause: { status: SftpStatus.permissionDenied } };
    await expect(transfer.done).rejects.toMatchObject(expected);
  });
});

describe('a sender that is slow', () => {
  test('is left when it says nothing', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink, { stallTimeoutMs: 1_000 });
    await show(peer, { size: 10n });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'timeout', code: 'timeout' });
    await peer.gone();
    expect(file.state).toBe('aborted');
  });

  test('is left when it keeps the line busy with a file that comes too slowly', async () => {
    const file = new MemoryFile();
    const limits = { stallTimeoutMs: 500, minOctetsPerSecond: 1_000_000_000 };
    const { transfer, peer } = await met(file.sink, limits);
    await feed(peer, (await show(peer, {})) ?? 0, 1);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'timeout' });
    expect(file.state).toBe('aborted');
  });

  test('is left when the time of the whole transfer is over', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink, { maxDurationMs: 1_000 });
    await feed(peer, (await show(peer, {})) ?? 0, 1);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'timeout' });
    expect(file.state).toBe('aborted');
  });
});

describe('a transfer that ends early', () => {
  test('because the sender goes, tells the writer', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink);
    const id = await show(peer, { size: 100n });
    await peer.send({ type: 'data', id: id ?? 0, data: new Uint8Array(50) });
    peer.connection.destroy();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-aborted' });
    expect(file.state).toBe('aborted');
    expect(files?.transfers).toEqual([]);
  });

  test('because the application aborts it, ends the connection, and tells it once', async () => {
    const file = new MemoryFile();
    const { transfer, peer } = await met(file.sink);
    await show(peer, { size: 100n });
    transfer.abort();
    transfer.abort();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'aborted' });
    await peer.gone();
    expect(file.error).toMatchObject({ reason: 'aborted' });
    transfer.abort();
    expect(transfer.state).toBe('failed');
  });

  test('because the application does not want the file', async () => {
    const { transfer, peer } = await met(() => {
      throw new Error('no room for it');
    });
    expect(await show(peer, { size: 100n })).toBeUndefined();
    await expect(transfer.done).rejects.toMatchObject({
      reason: 'sink',
      cause: { message: 'no room for it' },
    });
  });

  test('because the application cannot store it, now or at the end', async () => {
    for (const failing of ['write', 'finish'] as const) {
      const ended: unknown[] = [];
      const fail = (): Promise<void> => Promise.reject(new Error('disk full'));
      const { transfer, peer } = await met(() => ({
        write: failing === 'write' ? fail : () => undefined,
        finish: failing === 'finish' ? fail : () => undefined,
        abort: (error) => void ended.push(error.reason),
      }));
      const id = (await show(peer, { size: 1n })) ?? 0;
      await peer.send({ type: 'data', id, data: utf8('x') });
      const read = await peer.receive();
      if (read?.type === 'read') {
        await peer.send({ type: 'status', id: read.id, status: SftpStatus.endOfFile, message: '' });
      }
      await expect(transfer.done).rejects.toMatchObject({ reason: 'sink' });
      await peer.gone();
      expect(ended).toEqual(['sink']);
    }
  });

  test('because the application takes for ever to store it', async () => {
    const { transfer, peer } = await met(
      () => ({ write: () => new Promise(() => {}), finish: () => {}, abort: () => {} }),
      { stallTimeoutMs: 1_000 },
    );
    const id = (await show(peer, { size: 1n })) ?? 0;
    await peer.send({ type: 'data', id, data: utf8('x') });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'sink' });
  });

  test('because it is aborted while the application opens the file, ends what is opened then', async () => {
    let open: (() => void) | undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    let told: ((reason: string) => void) | undefined;
    const aborted = new Promise<string>((resolve) => (told = resolve));
    const { transfer, peer } = await met(async () => {
      transfer.abort();
      await opened;
      return { write: () => {}, finish: () => {}, abort: (error) => told?.(error.reason) };
    });
    expect(await show(peer, { size: 1n })).toBeUndefined();
    await expect(transfer.done).rejects.toMatchObject({ reason: 'aborted' });
    open?.();
    expect(await aborted).toBe('aborted');
  });
});

describe('a sender that names an address', () => {
  test('is not followed to where it must not lead', async () => {
    const session = receiver({ mayConnect: (_address, port) => port === 1 });
    listener = await HandListener.open();
    const offered = nextOffer(files as FileTransfers);
    session.receive(mallory, '127.0.0.1', listener.port);
    const transfer = (await offered).accept(new MemoryFile().sink);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'address-refused', code: 'unsupported' });
  });

  test('where nobody listens, or where somebody speaks otherwise', async () => {
    const session = receiver();
    listener = await HandListener.open();
    let offered = nextOffer(files as FileTransfers);
    session.receive(mallory, '127.0.0.1', listener.port);
    const garbled = (await offered).accept(new MemoryFile().sink);
    const stream = await listener.stream();
    await stream.write(utf8('220 mail.example.org ESMTP\r\n'.repeat(50)));
    await expect(garbled.done).rejects.toMatchObject({
      reason: expect.stringMatching(/protocol|key-exchange|limit/) as string,
    });
    stream.destroy();
    listener.close();
    offered = nextOffer(files as FileTransfers);
    session.receive(mallory, '127.0.0.1', listener.port);
    const transfer = (await offered).accept(new MemoryFile().sink);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'not-connected' });
  });

  test('and stays silent there', async () => {
    const session = receiver();
    listener = await HandListener.open();
    const offered = nextOffer(files as FileTransfers);
    session.receive(mallory, '127.0.0.1', listener.port);
    const transfer = (await offered).accept(new MemoryFile().sink, { connectTimeoutMs: 300 });
    await expect(transfer.done).rejects.toMatchObject({ reason: 'timeout' });
  });
});

describe('the key of a sender', () => {
  async function meet(
    options: Partial<FileTransferOptions>,
    prepare: (session: FakeTransferSession) => void,
  ): Promise<Transfer> {
    const session = receiver(options);
    prepare(session);
    listener = await HandListener.open();
    const offered = nextOffer(files as FileTransfers);
    session.receive(mallory, '127.0.0.1', listener.port);
    const transfer = (await offered).accept(new MemoryFile().sink);
    void listener.peer(keyPair).then(
      (peer) => show(peer, {}).then((id) => feed(peer, id ?? 0, 1)),
      () => undefined,
    );
    return transfer;
  }
  const begun = (transfer: Transfer): Promise<unknown> =>
    new Promise((resolve, reject: (error: unknown) => void) => {
      transfer.subscribe((event) => {
        if (event.type === 'progress') resolve(transfer.peerFingerprint);
      });
      transfer.done.catch(reject);
    });

  test('has to be the one that the server knows', async () => {
    const ask = (): boolean => true;
    const transfer = await meet({ verifyPeer: ask }, (session) =>
      session.fingerprints.set(mallory, fingerprintOf(keyPairNamed('bob'))),
    );
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-key', code: 'server-key' });
  });

  test('is compared with GETKEY where WHOIS tells nothing', async () => {
    const refused = await meet({}, (session) => {
      session.fingerprints.clear();
      session.keys.set(mallory, keyPairNamed('bob').publicKey);
    });
    await expect(refused.done).rejects.toMatchObject({ reason: 'peer-key' });
    files?.close();
    const taken = await meet({}, (session) => {
      session.fingerprints.clear();
      session.keys.set(mallory, keyPair.publicKey);
    });
    expect(await begun(taken)).toBe(fingerprintOf(keyPair));
  });

  test('that the server does not know is refused, unless the application takes it', async () => {
    const forget = (session: FakeTransferSession): void => session.fingerprints.clear();
    await expect((await meet({}, forget)).done).rejects.toMatchObject({ reason: 'peer-key' });
    files?.close();
    const asked: unknown[] = [];
    const taken = await meet({ verifyPeer: (peer) => asked.push(peer) > 0 }, forget);
    await begun(taken);
    expect(asked).toMatchObject([
      { user: mallory, fingerprint: fingerprintOf(keyPair), expected: undefined, key: keyPair.publicKey },
    ]);
  });

  test('can be refused by the application although the server knows it', async () => {
    const transfer = await meet({ verifyPeer: () => Promise.resolve(false) }, () => undefined);
    await expect(transfer.done).rejects.toMatchObject({ reason: 'peer-key' });
  });
});
