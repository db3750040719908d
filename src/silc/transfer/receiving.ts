import { SftpClient, type OfferedFile } from '../sftp/client.js';
import { SilcTransferError } from './errors.js';
import { safeFileName } from './file-name.js';
import type { TransferJob } from './job.js';
import { Pace } from './limits.js';
import type { PeerLink } from './peer-link.js';
import type { FileSink, FileWriter, IncomingFile } from './types.js';
import { monotonicMs } from '../../util/clock.js';
import { delay } from '../../util/race.js';

/**
 * Fetches the file that the sender shows.
 * @throws SilcTransferError, SilcError of the packets and the connection; the writer is told before
 */
export async function receiveFile(link: PeerLink, sink: FileSink, job: TransferJob): Promise<void> {
  const output = new Output(job);
  try {
    await fetch(link, sink, output, job);
  } catch (error) {
    output.abort(job.failure(error));
    throw error;
  }
}

async function fetch(link: PeerLink, sink: FileSink, output: Output, job: TransferJob): Promise<void> {
  const { maxOctets } = job.limits;
  const client = new SftpClient();
  const pace = new Pace(job.limits, monotonicMs());
  await link.send(client.start());
  for (;;) {
    const octets = await link.receive();
    if (octets === undefined) {
      throw new SilcTransferError('peer-aborted', `the sender went after ${client.received} octets`);
    }
    const step = client.receive(octets);
    switch (step.type) {
      case 'none':
        break;
      case 'send':
        await link.send(step.packet);
        break;
      case 'file': {
        const file = incomingFile(step.file);
        if ((file.size ?? 0) > maxOctets) throw tooLarge(maxOctets);
        job.setFile(file);
        await output.open(sink, file);
        for (const packet of client.open()) await link.send(packet);
        break;
      }
      case 'data': {
        if (client.received > maxOctets) throw tooLarge(maxOctets);
        // A copy: the writer may keep it, the packet is not worth keeping.
        await output.write(step.data.slice());
        job.progress(client.received);
        if (pace.tooSlow(monotonicMs())) throw new SilcTransferError('timeout', 'the sender is too slow');
        await delay(pace.delay(step.data.length, monotonicMs()), job.signal);
        await link.send(client.more());
        break;
      }
      case 'end':
        await output.finish();
        await link.send(step.packet).catch(() => undefined);
        return;
    }
  }
}

function incomingFile({ name, size }: OfferedFile): IncomingFile {
  return { name: safeFileName(name), toldName: name, size };
}

function tooLarge(maxOctets: number): SilcTransferError {
  return new SilcTransferError('limit', `the file has more than the ${maxOctets} octets that are allowed`);
}

/** The application's writer: bounded in time, and told of the end exactly once. */
class Output {
  readonly #job: TransferJob;
  #writer: FileWriter | undefined;
  #ended = false;

  constructor(job: TransferJob) {
    this.#job = job;
  }

  async open(sink: FileSink, file: IncomingFile): Promise<void> {
    await this.#job.bounded('sink', async () => {
      const writer = await sink(file);
      // Too late: the transfer has ended meanwhile, and this writer was not told.
      if (this.#ended) await writer.abort(this.#job.failure(undefined));
      else this.#writer = writer;
    });
  }

  async write(octets: Uint8Array): Promise<void> {
    await this.#job.bounded('sink', async () => this.#writer?.write(octets));
  }

  async finish(): Promise<void> {
    await this.#job.bounded('sink', async () => this.#writer?.finish());
    this.#ended = true;
  }

  abort(error: SilcTransferError): void {
    if (this.#ended) return;
    this.#ended = true;
    const writer = this.#writer;
    if (writer === undefined) return;
    // What goes wrong here cannot be told to anybody.
    void Promise.resolve()
      .then(() => writer.abort(error))
      .catch(() => undefined);
  }
}
