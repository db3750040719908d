import { createHash, randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { attribute, StanzaScanner, type StanzaAt } from './scanner.js';

/** What the listener has to know of the component. */
export interface ComponentPeer {
  readonly secret: string;
  /**
   * The component leaves Nagle's algorithm on: it holds a small write back until the one before is acknowledged, and
   * the kernel delays acknowledgements. A space between two stanzas carries them.
   */
  readonly batchesSmallWrites: boolean;
}

/** Between two spaces: under load one of them is for many writes. */
const ACK_MS = 1;

const IQ = Buffer.from('<iq');

/**
 * The Jabber server's end of a component link (XEP-0114), which takes one component at a time. What the component asks itself
 * is brought back to it, as a Jabber server does.
 */
export class ComponentServer {
  readonly #server: Server;
  readonly #peer: ComponentPeer;
  readonly #onStanza: (stanza: StanzaAt, nowMs: number) => void;
  #socket: Socket | undefined;
  #pending: string[] = [];
  #acknowledgedMs = 0;
  #acknowledging = false;
  #attached: (() => void) | undefined;
  #error: Error | undefined;
  /** Between two reads, milliseconds. */
  #restMs = 0;

  private constructor(peer: ComponentPeer, onStanza: (stanza: StanzaAt, nowMs: number) => void) {
    this.#peer = peer;
    this.#onStanza = onStanza;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /**
   * @param onStanza gets every stanza with the `performance.now()` of the read that completed it
   * @param port 0: one that is free
   */
  static async listen(
    peer: ComponentPeer,
    onStanza: (stanza: StanzaAt, nowMs: number) => void,
    port = 0,
  ): Promise<ComponentServer> {
    const server = new ComponentServer(peer, onStanza);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(port, '127.0.0.1', resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What ended the stream of the component, if it was not asked to. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Resolves when the next component has done its handshake. Call it before the component starts. */
  attached(): Promise<void> {
    this.#error = undefined;
    return new Promise((resolve) => (this.#attached = resolve));
  }

  /** Keeps a stanza for the next {@link flush}. */
  send(stanza: string): void {
    this.#pending.push(stanza);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    this.#socket?.write(this.#pending.join(''));
    this.#pending = [];
  }

  /** From now on it rests so long after each read (64 KiB at most), as a server that has much to do. */
  restAfterReads(ms: number): void {
    this.#restMs = ms;
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#socket?.destroy();
    this.#socket = socket;
    const id = randomBytes(8).toString('hex');
    let now = 0;
    let handshake = false;
    let domain = '';
    const scanner = new StanzaScanner(
      (head) => {
        domain = attribute(head, 'to') ?? '';
        socket.write(
          "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' " +
            `xmlns:stream='http://etherx.jabber.org/streams' from='${domain}' id='${id}'>`,
        );
      },
      (stanza) => {
        if (handshake) {
          const own = toItself(stanza, domain);
          if (own === undefined) this.#onStanza(stanza, now);
          else this.#pending.push(own);
          return;
        }
        handshake = true;
        const digest = createHash('sha1').update(`${id}${this.#peer.secret}`).digest('hex');
        const text = stanza.bytes.toString('latin1', stanza.start, stanza.end);
        if (!text.includes(`>${digest}<`)) {
          socket.destroy(new Error('the component does not know the secret'));
          return;
        }
        socket.write('<handshake/>');
        this.#attached?.();
      },
    );
    socket.on('data', (chunk) => {
      now = performance.now();
      scanner.push(chunk);
      if (scanner.ended) socket.end('</stream:stream>');
      this.flush();
      if (this.#peer.batchesSmallWrites && handshake) this.#acknowledge(socket, now);
      if (this.#restMs === 0) return;
      socket.pause();
      setTimeout(() => socket.resume(), this.#restMs);
    });
    socket.on('error', (error) => (this.#error = error));
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#error ??= new Error('the component closed the stream');
      this.#socket = undefined;
    });
  }

  #acknowledge(socket: Socket, nowMs: number): void {
    if (this.#acknowledging) return;
    const wait = this.#acknowledgedMs + ACK_MS - nowMs;
    const write = (): void => {
      this.#acknowledging = false;
      this.#acknowledgedMs = performance.now();
      if (socket.writable) socket.write(' ');
    };
    if (wait <= 0) {
      write();
    } else {
      this.#acknowledging = true;
      setTimeout(write, wait);
    }
  }
}

/** The text of an iq that a component has sent to itself. */
function toItself({ bytes, start, headEnd, end }: StanzaAt, domain: string): string | undefined {
  if (bytes.compare(IQ, 0, IQ.length, start, start + IQ.length) !== 0) return undefined;
  const head = bytes.toString('latin1', start, headEnd);
  const isOwn = attribute(head, 'to') === domain && attribute(head, 'from') === domain;
  return isOwn ? bytes.toString('utf8', start, end) : undefined;
}
