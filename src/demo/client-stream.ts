import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../component/parser.js';
import { xml, type Element } from '../component/stanza.js';
import { Mailbox } from './mailbox.js';

const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const NS_BIND = 'urn:ietf:params:xml:ns:xmpp-bind';

export interface Login {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly resource: string;
}

/**
 * A client stream (RFC 6120) to a server on this machine: without TLS, with SASL PLAIN. Enough for the private Prosody of
 * the demonstration and for nothing beyond it.
 */
export class ClientStream {
  /** Everything that came in below the stream's root, in order. */
  readonly received = new Mailbox<Element>();
  readonly #socket: Socket;
  #parser: GuardedParser;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#parser = this.#newParser();
    socket.setEncoding('utf8').setNoDelay(true);
    socket.on('data', (text: string) => this.#parser.write(text));
    // Whoever waits for a stanza tells of the loss.
    socket.on('error', () => undefined);
  }

  /** Connects, authenticates and binds the resource. @throws Error when the server refuses or does not answer */
  static async login({ port, username, password, resource }: Login): Promise<ClientStream> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const stream = new ClientStream(socket);
    try {
      await stream.#open();
      const plain = Buffer.from(`\0${username}\0${password}`).toString('base64');
      stream.send(xml('auth', { xmlns: NS_SASL, mechanism: 'PLAIN' }, plain));
      await stream.#accepted('the login', (element) => element.is('success', NS_SASL));
      stream.#parser = stream.#newParser();
      await stream.#open();
      const bind = xml('bind', { xmlns: NS_BIND }, xml('resource', {}, resource));
      stream.send(xml('iq', { type: 'set', id: 'bind' }, bind));
      await stream.#accepted('the binding of the resource', (element) => element.attrs['type'] === 'result');
      return stream;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  send(stanza: Element): void {
    this.#socket.write(stanza.toString());
  }

  /** Closes the stream, and resolves when the server has closed it too. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.end('</stream:stream>');
    await closed;
  }

  /** Sends the stream header and waits for the server's features. */
  async #open(): Promise<void> {
    this.#socket.write(
      `<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' ` +
        `xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
    await this.received.take('the features of the stream', (element) => element.getName() === 'features');
  }

  async #accepted(what: string, isGood: (element: Element) => boolean): Promise<void> {
    const answer = await this.received.take(`an answer to ${what}`, () => true);
    if (!isGood(answer)) throw new Error(`Prosody refused ${what}: ${answer.toString()}`);
  }

  /** A stream has a parser of its own, and authentication begins a new stream (RFC 6120, 6.4.6). */
  #newParser(): GuardedParser {
    return new GuardedParser(DEFAULT_PARSER_LIMITS, {
      onElement: (element) => this.received.put(element),
      onEnd: () => void this.#socket.end(),
      onViolation: (error) => void this.#socket.destroy(error),
    });
  }
}
