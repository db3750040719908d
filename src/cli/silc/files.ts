import { constants } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { KeyPair, SilcSession, User } from '../../silc/client/types.js';
import { publicAddresses } from '../../silc/peer/addresses.js';
import type { ListenOptions } from '../../silc/peer/listener.js';
import { FileTransfers } from '../../silc/transfer/file-transfers.js';
import type { FileWriter, IncomingFile, IncomingOffer, Transfer } from '../../silc/transfer/types.js';
import { LineError } from './item.js';
import { type People, userReference } from './people.js';
import type { Printer } from './printer.js';
import { Deferred } from '../../util/deferred.js';
import { withDeadline } from '../../util/race.js';

/** Names that are tried when a file is there already: `notes.txt`, `notes (2).txt`, … */
const MAX_NAMES = 100;

/** Smallest file whose progress is told, in octets. */
const MIN_PROGRESS = 1024 * 1024;

export interface FilesOptions {
  readonly session: SilcSession;
  readonly keyPair: KeyPair;
  readonly people: People;
  readonly printer: Printer;
  /** Where accepted files go. */
  readonly directory: string;
  /** Address to listen on; undefined: the other side has to. */
  readonly listen: ListenOptions | undefined;
  /** Connect to private and loopback addresses too, where the other side names them. */
  readonly anyAddress: boolean;
  /** Commands wait for the end of their transfer; otherwise it goes on beside the next lines. */
  readonly waits: boolean;
  /** How long `accept` waits for an offer where commands wait. */
  readonly timeoutMs: number;
}

/** The file transfers of a run. */
export class Files {
  readonly #options: FilesOptions;
  readonly #transfers: FileTransfers;
  readonly #offers = new Map<number, IncomingOffer>();
  #awaited: Deferred<IncomingOffer> | undefined;

  /** @throws SilcError `usage` for an address that peers cannot connect to */
  constructor(options: FilesOptions) {
    this.#options = options;
    const { session, keyPair, listen, anyAddress, printer, people, waits, timeoutMs } = options;
    this.#transfers = new FileTransfers(session, {
      keyPair,
      mayConnect: anyAddress ? () => true : publicAddresses,
      ...(listen === undefined ? {} : { listen }),
      // A script is not to wait for longer than it was told to.
      ...(waits ? { offerTimeoutMs: timeoutMs } : {}),
    });
    this.#transfers.subscribe(({ type, offer }) => {
      const { id, sender, listens } = offer;
      const gone = type === 'offer-expired';
      if (gone) this.#offers.delete(id);
      else this.#offers.set(id, offer);
      const who = people.label(sender);
      printer.print({
        type: gone ? 'file-offer-expired' : 'file-offer',
        fields: { id, sender: userReference(sender), listens },
        lines: [
          gone
            ? `-!- the offer ${id} of ${who} is gone`
            : `-!- ${who} offers a file: /file accept ${id} or /file decline ${id}`,
        ],
        tone: gone ? 'quiet' : 'private',
      });
      if (!gone) this.#awaited?.resolve(offer);
    });
  }

  async send(user: User, path: string): Promise<void> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new LineError(`${path} is not a file`);
      const transfer = this.#transfers.offer(user.clientId, {
        name: basename(path),
        size: stats.size,
        modified: stats.mtimeMs,
        read: async (offset, length) => {
          const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, offset);
          return buffer.subarray(0, bytesRead);
        },
      });
      await this.#follow(transfer, () => handle.close());
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Takes an offer: the one with this number, or the only one. */
  async accept(id: number | undefined): Promise<void> {
    const offer = await this.#offer(id);
    this.#offers.delete(offer.id);
    await this.#follow(
      offer.accept((file) => this.#writer(file)),
      () => Promise.resolve(),
    );
  }

  decline(id: number): void {
    const offer = this.#offers.get(id);
    if (offer === undefined) throw new LineError(`there is no offer ${id}`);
    this.#offers.delete(id);
    offer.reject();
  }

  abort(id: number): void {
    const transfer = this.#transfers.transfers.find((one) => one.id === id);
    if (transfer === undefined) throw new LineError(`there is no transfer ${id}`);
    transfer.abort();
  }

  show(): void {
    const { printer, people } = this.#options;
    const offers = [...this.#offers.values()];
    const { transfers } = this.#transfers;
    printer.print({
      type: 'files',
      fields: {
        offers: offers.map(({ id, sender, listens }) => ({ id, sender: userReference(sender), listens })),
        transfers: transfers.map(transferFields),
      },
      lines: [
        ...offers.map(({ id, sender }) => `  ${id}  offer of ${people.label(sender)}`),
        ...transfers.map((transfer) => `  ${transfer.id}  ${transferText(transfer)}`),
        ...(offers.length + transfers.length === 0 ? ['no offers and no transfers'] : []),
      ],
    });
  }

  close(): void {
    this.#transfers.close();
  }

  async #offer(id: number | undefined): Promise<IncomingOffer> {
    const offers = [...this.#offers.values()];
    const found = id === undefined ? offers[0] : this.#offers.get(id);
    if (id === undefined && offers.length > 1)
      throw new LineError('several files are offered; say which one');
    if (found !== undefined) return found;
    const { waits, timeoutMs } = this.#options;
    if (id !== undefined || !waits) {
      throw new LineError(id === undefined ? 'no file is offered' : `there is no offer ${id}`);
    }
    this.#awaited = new Deferred();
    return withDeadline(this.#awaited.promise, timeoutMs, () => new LineError('nobody has offered a file'));
  }

  /** Tells the course of a transfer; its errors are those of the command where that waits. */
  async #follow(transfer: Transfer, release: () => Promise<void>): Promise<void> {
    const { printer, waits } = this.#options;
    const worthTelling = progressSteps();
    transfer.subscribe((event) => {
      if (event.type === 'progress' && worthTelling(event)) this.#tellProgress(transfer);
      if (event.type !== 'state' || event.state === 'failed') return;
      printer.print({
        type: 'file',
        fields: transferFields(transfer),
        lines: [`-!- file ${transfer.id}: ${transferText(transfer)}`],
        tone: event.state === 'finished' ? 'good' : 'quiet',
      });
    });
    const end = transfer.done.finally(release);
    if (waits) await end;
    else end.catch((error: unknown) => printer.fail(error, `/file (${transfer.id})`));
  }

  #tellProgress(transfer: Transfer): void {
    const { id, transferred, size = 0 } = transfer;
    this.#options.printer.print({
      type: 'file-progress',
      fields: transferFields(transfer),
      lines: [`-!- file ${id}: ${transferred} of ${size} octets`],
      tone: 'quiet',
    });
  }

  async #writer(file: IncomingFile): Promise<FileWriter> {
    const { directory, printer } = this.#options;
    const { path, handle } = await create(directory, file.name);
    return {
      write: async (octets) => {
        await handle.writeFile(octets);
      },
      finish: async () => {
        await handle.close();
        printer.print({
          type: 'file-saved',
          fields: { path, toldName: file.toldName, size: file.size },
          lines: [`-!- saved as ${path}`],
          tone: 'good',
        });
      },
      abort: async () => {
        await handle.close();
        await unlink(path);
      },
    };
  }
}

/** Tells every tenth of a file once, and of one that is small, or whose size is not known, nothing. */
function progressSteps(): (event: {
  readonly transferred: number;
  readonly size: number | undefined;
}) => boolean {
  let told = 0;
  return ({ transferred, size = 0 }) => {
    const step = size < MIN_PROGRESS ? 0 : Math.floor((transferred / size) * 10);
    if (step <= told) return false;
    told = step;
    return true;
  };
}

/** Makes a new file; none is ever overwritten. */
async function create(directory: string, name: string): Promise<{ path: string; handle: FileHandle }> {
  const ending = extname(name);
  for (let i = 1; i <= MAX_NAMES; i++) {
    const free = i === 1 ? name : `${name.slice(0, name.length - ending.length)} (${i})${ending}`;
    const path = join(directory, free);
    try {
      return { path, handle: await open(path, 'wx', 0o600) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  throw new LineError(`there are too many files called ${name}`);
}

function transferFields({ id, direction, peer, state, name, size, transferred, peerFingerprint }: Transfer) {
  return { id, direction, peer, state, name: name ?? null, size: size ?? null, transferred, peerFingerprint };
}

function transferText({ direction, state, name = 'a file', size }: Transfer): string {
  const octets = size === undefined ? '' : ` (${size} octets)`;
  return `${direction === 'send' ? 'sending' : 'receiving'} ${name}${octets}: ${state}`;
}
