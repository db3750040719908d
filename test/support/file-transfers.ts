import { createServer, type Server } from 'node:net';
import type { KeyPair, SessionEvent, User, WhoisResult } from '../../src/silc/client/types.js';
import { concat } from '../../src/silc/bytes.js';
import type { SilcConnection } from '../../src/silc/connection.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../src/silc/crypto/fingerprint.js';
import type { SilcPublicKey } from '../../src/silc/crypto/public-key.js';
import { SilcCommandError } from '../../src/silc/errors.js';
import type { ClientId } from '../../src/silc/ids.js';
import { initiate, respond } from '../../src/silc/ke/driver.js';
import { decodePayload, encodePayload } from '../../src/silc/packets/codec.js';
import { fileTransferPayload } from '../../src/silc/packets/file-transfer.js';
import type { KeyAgreement } from '../../src/silc/packets/key-agreement.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { sftpPacket, type SftpPacket } from '../../src/silc/sftp/packet.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { connectTcp, streamOfSocket } from '../../src/silc/tcp.js';
import type { SilcTransferError } from '../../src/silc/transfer/errors.js';
import type { FileTransfers } from '../../src/silc/transfer/file-transfers.js';
import type {
  FileSink,
  FileSource,
  FileTransferOptions,
  IncomingFile,
  IncomingOffer,
  TransferSession,
} from '../../src/silc/transfer/types.js';
import { cheapProposal } from './connections.js';
import { keyPairNamed } from './silc-world.js';

/** Options of a user of the tests: cheap keys, loopback, no listener unless told. */
export function transferOptions(
  name: string,
  { listens, ...options }: Partial<FileTransferOptions> & { readonly listens: boolean },
): FileTransferOptions {
  return {
    keyPair: keyPairNamed(name),
    proposal: cheapProposal,
    mayConnect: (address) => address === '127.0.0.1',
    ...(listens ? { listen: { host: '127.0.0.1' } } : {}),
    ...options,
  };
}

/** A file in memory that is to be sent. */
export function sourceOf(content: Uint8Array, name: string): FileSource {
  return { name, size: content.length, read: (offset, length) => content.subarray(offset, offset + length) };
}

/** A file in memory that is received. */
export class MemoryFile {
  readonly #parts: Uint8Array[] = [];
  told: IncomingFile | undefined;
  state: 'waiting' | 'open' | 'finished' | 'aborted' = 'waiting';
  error: SilcTransferError | undefined;

  get content(): Uint8Array {
    return concat(...this.#parts);
  }

  readonly sink: FileSink = (file) => {
    this.told = file;
    this.state = 'open';
    return {
      write: (octets) => {
        this.#parts.push(octets);
      },
      finish: () => {
        this.state = 'finished';
      },
      abort: (error) => {
        this.state = 'aborted';
        this.error = error;
      },
    };
  };
}

/** The next offer that comes: to be called before what causes it. */
export function nextOffer(files: FileTransfers): Promise<IncomingOffer> {
  return new Promise((resolve) => {
    const unsubscribe = files.subscribe((event) => {
      if (event.type !== 'offer') return;
      unsubscribe();
      resolve(event.offer);
    });
  });
}

const nobody: Omit<User, 'clientId' | 'nickname' | 'fingerprint'> = {
  server: undefined,
  username: undefined,
  hostname: undefined,
  realName: undefined,
  mode: undefined,
  idleSeconds: undefined,
};

/** A session of which only the file transfers work: what it sends is kept, what it gets is given by hand. */
export class FakeTransferSession implements TransferSession {
  readonly sent: { readonly to: ClientId; readonly agreement: KeyAgreement }[] = [];
  /** What the server says of a user's key. */
  readonly fingerprints = new Map<ClientId, string>();
  readonly keys = new Map<ClientId, SilcPublicKey>();
  /** Users that the server does not know. */
  readonly gone = new Set<ClientId>();
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  #onSent: (() => void)[] = [];

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: SessionEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** A file transfer packet from a user. */
  receive(from: ClientId, host: string, port: number, protocol = 0): void {
    this.emit({ type: 'file-transfer', sender: this.user(from), agreement: { host, protocol, port } });
  }

  sendFileTransfer(to: ClientId, agreement: KeyAgreement): Promise<void> {
    this.sent.push({ to, agreement });
    for (const resolve of this.#onSent.splice(0)) resolve();
    return Promise.resolve();
  }

  /** The agreement of the last packet, or of the next one where there is none. */
  async agreement(): Promise<KeyAgreement> {
    for (;;) {
      const last = this.sent.at(-1);
      if (last !== undefined) return last.agreement;
      await new Promise<void>((resolve) => this.#onSent.push(resolve));
    }
  }

  whoisById(user: ClientId): Promise<WhoisResult | undefined> {
    if (this.gone.has(user)) return Promise.resolve(undefined);
    return Promise.resolve({ user: this.user(user), channels: [] });
  }

  getKey(user: ClientId): Promise<SilcPublicKey | undefined> {
    if (this.gone.has(user)) return Promise.reject(new SilcCommandError(27, 23, 'no such client ID'));
    return Promise.resolve(this.keys.get(user));
  }

  user(id: ClientId): User {
    return { ...nobody, clientId: id, nickname: id, fingerprint: this.fingerprints.get(id) };
  }
}

export const fingerprintOf = ({ publicKey }: KeyPair): string => fingerprint(nodeBackend, publicKey);

/** One end of the connection between two peers, by hand: SFTP packets out, SFTP packets in. */
export class HandPeer {
  readonly connection: SilcConnection;

  constructor(connection: SilcConnection) {
    this.connection = connection;
  }

  /** Connects as the peer that does not listen. */
  static async connect({ host, port }: KeyAgreement, keyPair: KeyPair): Promise<HandPeer> {
    const stream = await connectTcp(host, port);
    const options = { keyPair, proposal: cheapProposal, verifyPeerKey: () => true };
    return new HandPeer(await initiate(stream, options));
  }

  async send(...packets: readonly SftpPacket[]): Promise<void> {
    for (const packet of packets) await this.sendOctets(encodePayload(sftpPacket, packet));
  }

  async sendOctets(data: Uint8Array, type = 1): Promise<void> {
    const payload = encodePayload(fileTransferPayload, { type, data });
    await this.connection.send({ type: PacketType.fileTransfer, payload });
  }

  /** The next packet; undefined when the other one has gone. */
  async receive(): Promise<SftpPacket | undefined> {
    const packet = await this.connection.receive().catch(() => undefined);
    if (packet === undefined) return undefined;
    return decodePayload(sftpPacket, decodePayload(fileTransferPayload, packet.payload).data);
  }

  /** Resolves when the other one has gone. */
  async gone(): Promise<void> {
    while ((await this.receive()) !== undefined);
  }
}

/** A port on which a peer by hand listens. */
export class HandListener {
  readonly port: number;
  readonly #server: Server;
  readonly #streams: ByteStream[] = [];
  #taken: ((stream: ByteStream) => void)[] = [];

  static async open(): Promise<HandListener> {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (typeof address === 'object' && address !== null) resolve(address.port);
      });
    });
    return new HandListener(server, port);
  }

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (socket) => {
      const stream = streamOfSocket(socket);
      const take = this.#taken.shift();
      if (take === undefined) this.#streams.push(stream);
      else take(stream);
    });
  }

  /** The next connection. */
  stream(): Promise<ByteStream> {
    const stream = this.#streams.shift();
    if (stream !== undefined) return Promise.resolve(stream);
    return new Promise((resolve) => this.#taken.push(resolve));
  }

  async peer(keyPair: KeyPair): Promise<HandPeer> {
    return new HandPeer(await respond(await this.stream(), { keyPair, proposal: cheapProposal }));
  }

  close(): void {
    this.#server.close();
    for (const stream of this.#streams) stream.destroy();
  }
}
