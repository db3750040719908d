import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../src/silc/client/types.js';
import { FileTransfers } from '../../src/silc/transfer/file-transfers.js';
import { MemoryFile, nextOffer, sourceOf, transferOptions } from '../support/file-transfers.js';
import { keyPairNamed } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

// Servers let each client wait for itself: what takes long is done at the same time.
describe.concurrent('a file between two clients of a server', () => {
  let target: Target;
  const open: FileTransfers[] = [];
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(async () => {
    for (const files of open) files.close();
    await target.close();
  });

  async function user(name: string): Promise<{ session: SilcSession; files: FileTransfers }> {
    const nickname = target.unique(name);
    const session = await target.client(name, { nickname, keyPair: keyPairNamed(nickname) });
    const files = new FileTransfers(session, transferOptions(nickname, { listens: true }));
    open.push(files);
    return { session, files };
  }

  it.each([
    ['the sender', true],
    ['the receiver', false],
  ])('arrives whole where %s listens, and the server vouches for both keys', async (_who, listen) => {
    const [alice, bob] = [await user('sender'), await user('receiver')];
    const content = new Uint8Array(randomBytes(300_000));
    const offered = nextOffer(bob.files);
    const sent = alice.files.offer(bob.session.self.clientId, sourceOf(content, 'data.bin'), { listen });
    const offer = await offered;
    expect(offer.sender.nickname).toBe(alice.session.self.nickname);
    const file = new MemoryFile();
    const received = offer.accept(file.sink);
    await Promise.all([sent.done, received.done]);
    expect(sha256(file.content)).toBe(sha256(content));
    expect(received.peerFingerprint).toBe(alice.session.self.fingerprint);
    expect(sent.peerFingerprint).toBe(bob.session.self.fingerprint);
  });

  it('is not offered to somebody who has left', async () => {
    const [alice, bob] = [await user('sender'), await user('receiver')];
    const gone = bob.session.self.clientId;
    await target.quit(bob.session);
    const sent = alice.files.offer(gone, sourceOf(new Uint8Array(1), 'data.bin'));
    await expect(sent.done).rejects.toMatchObject({ reason: 'peer-gone' });
  });
});
