import { component, type ComponentEntity } from '@xmpp/component';
import type { Element } from './element.js';
import { ComponentError } from './errors.js';
import { GuardedParser, NS_STREAM, type ParserLimits } from './parser.js';
import { ReadingTurns } from './reading-turns.js';
import { type OpeningStage, refusalAt } from './refusal.js';
import { describe, type LinkTls, openSocket } from './socket.js';
import { parseStreamError, streamErrorText } from './stream-error.js';

export interface StreamOptions {
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  /** Absent: the link is not encrypted. */
  readonly tls?: LinkTls | undefined;
  readonly secret: string;
  /** For the whole attempt: TCP, stream header, handshake. Milliseconds. */
  readonly deadlineMs: number;
  readonly limits: ParserLimits;
  /** Every stanza after the handshake. Errors it throws are the link's own; they end the stream, never the process. */
  readonly onStanza: (stanza: Element) => void;
  /** A stanza that was over a limit of the parser, or could not be read: only its name, addresses, id and type. */
  readonly onDropped: (envelope: Element, reason: ComponentError) => void;
  /** A stanza comes next in which characters that XML does not have were replaced. */
  readonly onRepaired: (stanza: Element) => void;
}

/** How long a socket may take to close after our last word, milliseconds. */
const LINGER_MS = 1_000;

// Sent in the stream header of ours; the end of it is the same for all.
const END = '</stream:stream>';

/**
 * One component stream from TCP to its end (XEP-0114), over one entity of @xmpp/component that is used once and thrown
 * away. The entity connects, opens and does the handshake; parser, errors, stanzas and closing are ours.
 */
export class ComponentStream {
  /** Resolves with the reason when the stream is over; never rejects. */
  readonly closed: Promise<ComponentError>;
  readonly #entity: ComponentEntity;
  readonly #options: StreamOptions;
  /** How far the server has let us in. */
  #stage: OpeningStage = 'connecting';
  /** Ends the attempt to connect. */
  readonly #connecting = new AbortController();
  #online = false;
  /** The first reason to end; later ones are consequences. */
  #reason: ComponentError | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #resolveClosed: (reason: ComponentError) => void = () => undefined;
  #lastHeard = performance.now();
  #lastRoom = -Infinity;
  #isOrderly = false;
  readonly #turns: ReadingTurns;

  /** Begins to connect. Await {@link opened} for the outcome. */
  constructor(options: StreamOptions) {
    this.#options = options;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    const { domain, secret, limits } = options;
    const entity = component({ service: 'xmpp://unused', domain, password: secret });
    this.#entity = entity;
    const turns = (this.#turns = new ReadingTurns(() => entity.socket));
    entity.reconnect.stop();
    // The packages for iq would answer requests by themselves and match answers by their id alone.
    entity.removeAllListeners('element');
    entity.timeout = options.deadlineMs;
    const authenticate = entity.authenticate.bind(entity);
    entity.authenticate = (id, password) => this.#authenticate(id, password, authenticate);
    const events = {
      onElement: (element: Element) => this.#onElement(element),
      onDropped: (envelope: Element, reason: ComponentError) => {
        if (this.#online && this.#reason === undefined && isStanza(envelope)) {
          this.#guarded(() => options.onDropped(envelope, reason));
        }
      },
      onRepaired: (stanza: Element) => {
        if (this.#online && this.#reason === undefined) this.#guarded(() => options.onRepaired(stanza));
      },
      onEnd: () => {
        this.#isOrderly ||= this.#reason === undefined;
        this.end(this.#refusal ?? new ComponentError('closed', 'the Jabber server closed the stream'), END);
      },
      onViolation: (error: ComponentError) => this.end(error, streamErrorText(error)),
    };
    entity.Parser = class extends GuardedParser {
      constructor() {
        super(limits, events);
      }

      override write(text: string): void {
        turns.take(text, (piece) => super.write(piece));
      }
    };
    entity.on('error', (error: unknown) => this.#onError(error));
    entity.on('input', () => (this.#lastHeard = performance.now()));
    entity.on('disconnect', () => this.#onDisconnect());
  }

  /**
   * Resolves when the handshake is done.
   * @throws ComponentError the reason why it failed; the stream is over then.
   */
  async opened(): Promise<void> {
    const entity = this.#entity;
    const online = new Promise<void>((resolve) => entity.once('online', () => resolve()));
    const { deadlineMs } = this.#options;
    this.#deadline = setTimeout(() => {
      this.abort(new ComponentError('timeout', 'the Jabber server did not answer in time'));
    }, deadlineMs);
    this.#connect().catch((error: unknown) => this.#onError(error));
    const failed = await Promise.race([online, this.closed]);
    clearTimeout(this.#deadline);
    if (failed !== undefined) throw failed;
  }

  /** Milliseconds since the peer's last sign of life. */
  get silentMs(): number {
    return performance.now() - this.#lastHeard;
  }

  /** The peer has ended the stream itself: all that it had sent before was handled. */
  get isOrderly(): boolean {
    return this.#isOrderly;
  }

  /** Milliseconds since the kernel has taken something that it had no room for at first: the peer's TCP has acknowledged what was before. */
  get stalledMs(): number {
    return performance.now() - this.#lastRoom;
  }

  /** Resolves when the socket has passed the text on; rejects when the stream breaks. Undefined when it is ending already. */
  write(text: string): Promise<void> | undefined {
    if (this.#reason !== undefined) return undefined;
    const written = this.#entity.write(text);
    // What the kernel has room for is taken at once.
    const hasToWait = (this.#entity.socket?.writableLength ?? 0) > 0;
    if (hasToWait) {
      const onRoom = (): void => {
        this.#lastRoom = performance.now();
      };
      written.then(onRoom, () => undefined);
    }
    return written;
  }

  /** Closes in order and resolves when the socket is closed, by force after `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    this.end(new ComponentError('stopped', 'the link was stopped'), END, timeoutMs);
    await this.closed;
  }

  /** Ends with a last word, and drops the socket when it lingers. */
  end(reason: ComponentError, lastWord: string, lingerMs = LINGER_MS): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    clearTimeout(this.#deadline);
    const socket = this.#entity.socket;
    if (socket === null) {
      this.#connecting.abort();
      this.#resolveClosed(reason);
      return;
    }
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer));
    socket.end(lastWord);
  }

  /** Drops the connection at once. */
  abort(reason: ComponentError): void {
    this.#reason ??= reason;
    clearTimeout(this.#deadline);
    const socket = this.#entity.socket;
    if (socket === null) {
      this.#connecting.abort();
      this.#resolveClosed(this.#reason);
    } else socket.destroy();
  }

  async #connect(): Promise<void> {
    const { domain, deadlineMs } = this.#options;
    const socket = await openSocket(this.#options, this.#connecting.signal);
    if (this.#reason !== undefined) {
      socket.destroy();
      return;
    }
    // Without it a character cut by TCP would be lost.
    socket.setEncoding('utf8');
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    // The entity's own connect() knows neither TLS nor IPv6 addresses but one.
    this.#entity._attachSocket(socket);
    this.#stage = 'opening';
    await this.#entity.open({ domain, timeout: deadlineMs });
  }

  /** The server's header has come. One without an id is followed by the end, and no digest could be made of it. */
  async #authenticate(
    id: string | undefined,
    secret: string,
    authenticate: ComponentEntity['authenticate'],
  ): Promise<void> {
    const isOpen = id !== undefined && id !== '';
    this.#stage = isOpen ? 'proving' : 'unopened';
    if (isOpen) await authenticate(id, secret);
  }

  #onElement(element: Element): void {
    if (this.#reason !== undefined) return;
    if (element.getName() === 'error' && element.getNS() === NS_STREAM) {
      this.#isOrderly = true;
      this.end(parseStreamError(element), END);
    } else if (!this.#online) {
      if (element.getName() !== 'handshake') return;
      // Stanzas may follow in the same piece of text, before whoever waits for opened() can run.
      this.#online = true;
      this.#stage = 'online';
      // @xmpp/component waits for the handshake's answer.
      this.#entity.emit('element', element);
    } else if (isStanza(element)) {
      this.#guarded(() => this.#options.onStanza(element));
    }
  }

  #guarded(handler: () => void): void {
    try {
      handler();
    } catch (cause) {
      this.abort(new ComponentError('stream-error', 'a stanza handler failed', { cause }));
    }
  }

  #onError(error: unknown): void {
    if (this.#reason !== undefined) return;
    if (error instanceof ComponentError) {
      this.abort(error);
      return;
    }
    const text = `no connection to the Jabber server: ${describe(error)}`;
    this.abort(this.#refusal ?? new ComponentError('connect', text, { cause: error }));
  }

  /** What it means that the server ends the connection now without a word. */
  get #refusal(): ComponentError | undefined {
    return refusalAt(this.#stage, this.#options.domain);
  }

  #onDisconnect(): void {
    clearTimeout(this.#deadline);
    this.#turns.flush();
    const reason = (this.#reason ??=
      this.#refusal ?? new ComponentError('closed', 'the Jabber server dropped the connection'));
    // Whoever inside the entity still waits gives up now instead of at its own deadline.
    this.#entity.emit('error', reason);
    this.#resolveClosed(reason);
  }
}

const STANZAS: ReadonlySet<string> = new Set(['iq', 'message', 'presence']);
const STANZA_NAMESPACES: ReadonlySet<string | undefined> = new Set([
  undefined,
  'jabber:component:accept',
  'jabber:client',
]);

/** A stanza of the stream's namespace, or of none where the peer left the declaration out. */
function isStanza(element: Element): boolean {
  return STANZAS.has(element.name) && STANZA_NAMESPACES.has(element.getNS());
}
