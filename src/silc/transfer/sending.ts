import { SftpServer, type WantedPart } from '../sftp/server.js';
import { SilcTransferError } from './errors.js';
import type { TransferJob } from './job.js';
import { Pace } from './limits.js';
import type { PeerLink } from './peer-link.js';
import type { FileSource } from './types.js';
import { monotonicMs } from '../../util/clock.js';
import { delay } from '../../util/race.js';

/** What the receiver gets to close the file once it has everything. */
const CLOSE_WAIT_MS = 3_000;

/**
 * Answers the receiver of a file until it has everything.
 * @throws SilcTransferError, SilcError of the packets and the connection
 */
export async function sendFile(link: PeerLink, source: FileSource, job: TransferJob): Promise<void> {
  const server = new SftpServer(source);
  const pace = new Pace(job.limits, monotonicMs());
  while (!server.finished) {
    const octets = await nextRequest(link, server);
    if (octets === undefined) break;
    const step = server.receive(octets);
    if (step.type === 'reply') {
      await link.send(step.packet);
    } else {
      const before = server.delivered;
      await link.send(await readPart(link, server, source, step.part, job));
      await delay(pace.delay(server.delivered - before, monotonicMs()), job.signal);
      job.progress(server.delivered);
    }
    if (!server.complete && pace.tooSlow(monotonicMs())) {
      throw new SilcTransferError('timeout', 'the receiver is too slow');
    }
  }
  if (!server.complete) {
    throw new SilcTransferError('peer-aborted', `the receiver went after ${server.delivered} octets`);
  }
}

/** Whoever has everything may go at any time, in any way. */
async function nextRequest(link: PeerLink, server: SftpServer): Promise<Uint8Array | undefined> {
  if (!server.complete) return link.receive();
  return link.receive(CLOSE_WAIT_MS).catch(() => undefined);
}

async function readPart(
  link: PeerLink,
  server: SftpServer,
  source: FileSource,
  part: WantedPart,
  job: TransferJob,
): Promise<Uint8Array> {
  const { offset, length } = part;
  try {
    const octets = await job.bounded('source', async () => source.read(offset, length));
    return server.data(part, octets);
  } catch (error) {
    if (job.signal.aborted) throw error;
    // The receiver learns that it is the file, not the connection.
    await link.send(server.failure(part)).catch(() => undefined);
    if (error instanceof SilcTransferError) throw error;
    throw new SilcTransferError('source', `the file cannot be read at ${offset}`, { cause: error });
  }
}
