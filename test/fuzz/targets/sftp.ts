import { utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { SftpClient } from '../../../src/silc/sftp/client.js';
import { sftpPacket, type SftpPacket } from '../../../src/silc/sftp/packet.js';
import { SftpServer } from '../../../src/silc/sftp/server.js';
import { Choices } from '../support/choices.js';
import { changed, SeededRandom } from '../support/random.js';
import { outcomeOf, type Target } from '../support/target.js';

/** Longer than one part of it. */
const FILE = new Uint8Array(100_000).fill(7);
const NAME = 'a file.txt';
const MAX_STEPS = 20;

const encode = (packet: SftpPacket): Uint8Array => encodePayload(sftpPacket, packet);
const handle = Uint8Array.of(0, 0, 0, 0);
const file = Uint8Array.of(0, 0, 0, 1);

/** What a receiver and a sender say to each other, and may say at any other time. */
const requests: readonly Uint8Array[] = [
  encode({ type: 'init', version: 3 }),
  encode({ type: 'opendir', id: 0, path: new Uint8Array(0) }),
  encode({ type: 'readdir', id: 1, handle }),
  encode({ type: 'open', id: 2, path: utf8(NAME), flags: 1 }),
  encode({ type: 'read', id: 3, handle: file, offset: 0n, length: 63_488 }),
  encode({ type: 'read', id: 4, handle: file, offset: 63_488n, length: 63_488 }),
  encode({ type: 'read', id: 5, handle: file, offset: 100_000n, length: 1 }),
  encode({ type: 'close', id: 6, handle }),
  encode({ type: 'close', id: 7, handle: file }),
];
const answers: readonly Uint8Array[] = [
  encode({ type: 'version', version: 3 }),
  encode({ type: 'handle', id: 0, handle }),
  encode({
    ...{ type: 'name', id: 1 },
    names: [{ name: utf8(NAME), longName: 'x', attributes: { size: BigInt(FILE.length) } }],
  }),
  encode({ type: 'handle', id: 2, handle: file }),
  encode({ type: 'status', id: 3, status: 0, message: '' }),
  encode({ type: 'data', id: 4, data: FILE.subarray(0, 63_488) }),
  encode({ type: 'data', id: 5, data: FILE.subarray(63_488) }),
  encode({ type: 'status', id: 6, status: 1, message: '' }),
];

/** The next packet of a row: as it ought to be, changed, or another one. */
function next(choices: Choices, good: Uint8Array, pool: readonly Uint8Array[]): Uint8Array {
  const kind = choices.next(8);
  if (kind < 5) return good;
  if (kind === 5) return choices.of(pool);
  return changed(new SeededRandom(choices.next() * 256 + choices.next()), good, pool);
}

function refusal(run: () => string): string {
  try {
    return run();
  } catch (error) {
    if (error instanceof SilcError) return outcomeOf(error);
    throw error;
  }
}

/** A sender that a receiver asks for anything. */
function serve(choices: Choices): string {
  const server = new SftpServer({ name: NAME, size: FILE.length });
  return refusal(() => {
    for (let i = 0; i < MAX_STEPS && !choices.isOver; i++) {
      const step = server.receive(next(choices, requests[i % requests.length] ?? handle, requests));
      if (step.type === 'reply') {
        decodePayload(sftpPacket, step.packet);
        continue;
      }
      const { offset, length } = step.part;
      if (length === 0 || offset + length > FILE.length) throw new Error(`no part: ${offset}, ${length}`);
      server.data(step.part, FILE.subarray(offset, offset + length));
    }
    return `${server.delivered === FILE.length} ${server.complete} ${server.finished}`;
  });
}

/** A receiver that a sender answers with anything. */
function fetch(choices: Choices): string {
  const client = new SftpClient();
  client.start();
  return refusal(() => {
    for (let i = 0; i < MAX_STEPS && !choices.isOver; i++) {
      const step = client.receive(next(choices, answers[i % answers.length] ?? handle, answers));
      if (step.type === 'file') client.open();
      if (step.type === 'data') client.more();
      if (client.received > FILE.length * MAX_STEPS) throw new Error('more than was sent');
      if (step.type === 'end') return 'all of it';
    }
    return client.received === 0 ? 'nothing' : 'a part';
  });
}

const random = new SeededRandom(31);
const target = (name: string, play: (choices: Choices) => string): Target => ({
  name: `machine: ${name}`,
  seeds: [new Uint8Array(20), ...Array.from({ length: 20 }, () => random.octets(40))],
  cost: 5,
  run: (octets) => play(new Choices(octets)),
});

export const sftpTargets: readonly Target[] = [target('SFTP sender', serve), target('SFTP receiver', fetch)];
