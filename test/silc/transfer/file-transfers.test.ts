import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/silc/bytes.js';
import { clientId } from '../../../src/silc/ids.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import type { TransferEvent } from '../../../src/silc/transfer/types.js';
import { FileTransfers } from '../../../src/silc/transfer/file-transfers.js';
import { nextEvent, startSilcWorld, type SilcWorld } from '../../support/silc-world.js';
import { MemoryFile, nextOffer, sourceOf, transferOptions } from '../../support/file-transfers.js';

let world: SilcWorld | undefined;
const open: FileTransfers[] = [];

afterEach(async () => {
  for (const files of open.splice(0)) files.close();
  await world?.close();
  world = undefined;
});

/** Two users with file transfers, on one server. Who does not listen has no address to listen on. */
async function twoUsers(listens: { alice: boolean; bob: boolean }) {
  world = await startSilcWorld();
  const start = async (name: 'alice' | 'bob') => {
    const session = await (world as SilcWorld).client(name);
    const files = new FileTransfers(session, transferOptions(name, { listens: listens[name] }));
    open.push(files);
    return { session, files };
  };
  return { alice: await start('alice'), bob: await start('bob') };
}

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

describe.each([
  { offers: 'alice', listens: 'alice' },
  { offers: 'alice', listens: 'bob' },
  { offers: 'bob', listens: 'alice' },
  { offers: 'bob', listens: 'bob' },
] as const)('$offers offers and $listens listens:', ({ offers, listens }) => {
  test.each([0, 1, 200_000, 5 * 2 ** 20])('a file of %i octets arrives whole', async (size) => {
    const users = await twoUsers({ alice: listens === 'alice', bob: listens === 'bob' });
    const receives = offers === 'alice' ? 'bob' : 'alice';
    const content = new Uint8Array(randomBytes(size));
    const offered = nextOffer(users[receives].files);
    const sent = users[offers].files.offer(
      users[receives].session.self.clientId,
      sourceOf(content, 'data.bin'),
    );
    const offer = await offered;
    expect(offer.sender.nickname).toBe(offers);
    expect(offer.listens).toBe(listens === offers);
    const file = new MemoryFile();
    const received = offer.accept(file.sink);
    await Promise.all([sent.done, received.done]);
    expect(file.told).toEqual({ name: 'data.bin', toldName: 'data.bin', size });
    expect(file.state).toBe('finished');
    expect(sha256(file.content)).toBe(sha256(content));
    expect([sent.transferred, received.transferred]).toEqual([size, size]);
    expect([sent.state, received.state]).toEqual(['finished', 'finished']);
    expect(received.peerFingerprint).toBe(users[offers].session.self.fingerprint);
    expect(sent.peerFingerprint).toBe(users[receives].session.self.fingerprint);
    expect([...users.alice.files.transfers, ...users.bob.files.transfers]).toEqual([]);
  });
});

test('both sides tell the course of a transfer, and its end last', async () => {
  const { alice, bob } = await twoUsers({ alice: true, bob: false });
  const offered = nextOffer(bob.files);
  const sent = alice.files.offer(bob.session.self.clientId, sourceOf(new Uint8Array(100_000), 'zeros'));
  const received = (await offered).accept(new MemoryFile().sink);
  const log = { sent: [] as TransferEvent[], received: [] as TransferEvent[] };
  sent.subscribe((event) => log.sent.push(event));
  received.subscribe((event) => log.received.push(event));
  received.subscribe((event) => {
    if (event.type === 'progress') throw new Error('a listener that fails');
  });
  await Promise.all([sent.done, received.done]);
  const progress = [63_488, 100_000].map((transferred) => ({ type: 'progress', transferred, size: 100_000 }));
  const end = [
    { type: 'state', state: 'finished' },
    { type: 'ended', error: undefined },
  ];
  expect(log.sent).toEqual([{ type: 'state', state: 'transferring' }, ...progress, ...end]);
  expect(log.received).toEqual([
    { type: 'state', state: 'transferring' },
    { type: 'file', file: { name: 'zeros', toldName: 'zeros', size: 100_000 } },
    ...progress,
    ...end,
  ]);
});

test('several files go between the same two at the same time, each by itself', async () => {
  const { alice, bob } = await twoUsers({ alice: true, bob: true });
  const contents = [1, 2, 3].map((i) => new Uint8Array(randomBytes(i * 70_000)));
  const files: MemoryFile[] = [];
  const done: Promise<void>[] = [];
  bob.files.subscribe((event) => {
    if (event.type !== 'offer') return;
    const file = new MemoryFile();
    files.push(file);
    done.push(event.offer.accept(file.sink).done);
  });
  // With and without a listener of their own.
  const sent = contents.map((content, i) =>
    alice.files.offer(bob.session.self.clientId, sourceOf(content, `file ${i}`), { listen: i !== 1 }),
  );
  await Promise.all(sent.map((transfer) => transfer.done));
  await Promise.all(done);
  const arrived = new Map(files.map((file) => [file.told?.name, sha256(file.content)]));
  expect(arrived).toEqual(new Map(contents.map((content, i) => [`file ${i}`, sha256(content)])));
});

test('a user who changes the nickname before the answer is still the one', async () => {
  const { alice, bob } = await twoUsers({ alice: false, bob: true });
  const room = await alice.session.join('room');
  await bob.session.join('room');
  expect(room.channel.name).toBe('room');
  const offered = nextOffer(bob.files);
  const content = new Uint8Array(randomBytes(1_000));
  const sent = alice.files.offer(bob.session.self.clientId, sourceOf(content, 'a'));
  const offer = await offered;
  const changed = new Promise<void>((resolve) => {
    alice.session.subscribe((event) => {
      if (event.type === 'nick-changed') resolve();
    });
  });
  await bob.session.nick('robert');
  await changed;
  const file = new MemoryFile();
  await Promise.all([sent.done, offer.accept(file.sink).done]);
  expect(sha256(file.content)).toBe(sha256(content));
});

test('a user who changes the nickname after an offer is still the one', async () => {
  const { alice, bob } = await twoUsers({ alice: true, bob: false });
  await alice.session.join('room');
  await bob.session.join('room');
  const offered = nextOffer(bob.files);
  const content = new Uint8Array(randomBytes(1_000));
  const sent = alice.files.offer(bob.session.self.clientId, sourceOf(content, 'a'));
  const offer = await offered;
  const changed = nextEvent(bob.session, 'nick-changed');
  await alice.session.nick('alicia');
  await changed;
  expect(offer.sender.nickname).toBe('alicia');
  const file = new MemoryFile();
  await Promise.all([sent.done, offer.accept(file.sink).done]);
  expect(sha256(file.content)).toBe(sha256(content));
});

test('an offer without a listener that is aborted at once ends at once', async () => {
  const { alice, bob } = await twoUsers({ alice: false, bob: true });
  const sent = alice.files.offer(bob.session.self.clientId, sourceOf(new Uint8Array(1), 'a'));
  sent.abort();
  await expect(sent.done).rejects.toMatchObject({ reason: 'aborted' });
  expect(alice.files.transfers).toEqual([]);
});

test('an offer to somebody who is not there ends at once', async () => {
  const { alice, bob } = await twoUsers({ alice: true, bob: true });
  const gone = bob.session.self.clientId;
  await bob.session.quit();
  const sent = alice.files.offer(gone, sourceOf(new Uint8Array(1), 'a'));
  await expect(sent.done).rejects.toMatchObject({ reason: 'peer-gone' });
});

test('the end of a session ends its offers, both ways', async () => {
  const { alice, bob } = await twoUsers({ alice: true, bob: true });
  const offered = nextOffer(bob.files);
  const sent = alice.files.offer(bob.session.self.clientId, sourceOf(new Uint8Array(1), 'a'));
  const offer = await offered;
  const expired = new Promise((resolve) => bob.files.subscribe(resolve));
  alice.session.destroy();
  bob.session.destroy();
  await expect(sent.done).rejects.toMatchObject({ reason: 'aborted', code: 'closed' });
  expect(await expired).toEqual({ type: 'offer-expired', offer });
  expect(() => offer.accept(new MemoryFile().sink)).toThrow(/answered or gone/);
});

test('a session hands over only what is a file transfer', async () => {
  const { bob } = await twoUsers({ alice: false, bob: false });
  const raw = await (world as SilcWorld).raw('mallory');
  const agreements: unknown[] = [];
  bob.session.subscribe((event) => {
    if (event.type === 'file-transfer') agreements.push(event.agreement);
  });
  const right = nextEvent(bob.session, 'file-transfer');
  // No payload, an unknown type, half a key agreement, octets too many, and then one that is right.
  for (const hex of ['', '02000000000000', '010009', '01000000000000ff', '01000000000000']) {
    await raw.send(PacketType.fileTransfer, fromHex(hex), clientId(bob.session.self.clientId));
  }
  expect((await right).sender.nickname).toBe('mallory');
  expect(agreements).toEqual([{ host: '', protocol: 0, port: 0 }]);
});
