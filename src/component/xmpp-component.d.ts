declare module '@xmpp/component' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  /** What an entity demands of its parser: events `start`, `element`, `end`, `error`. */
  export interface StreamParser extends EventEmitter {
    write(data: string): void;
  }

  /** The component entity of @xmpp/component 0.13, as far as the link uses it. */
  export interface ComponentEntity extends EventEmitter {
    readonly status: string;
    readonly socket: Socket | null;
    /** Milliseconds that the handshake may take. */
    timeout: number;
    Parser: new () => StreamParser;
    readonly reconnect: { stop(): void };
    /** Takes a socket that is connected already, in place of `connect()`. */
    _attachSocket(socket: Socket): void;
    /** Sends the handshake and waits for its answer; called when the server's header has come. */
    authenticate: (id: string | undefined, password: string) => Promise<void>;
    open(options: { domain: string; timeout?: number }): Promise<unknown>;
    /** Hands text to the socket; resolves when it was written out. */
    write(text: string): Promise<void>;
  }

  export function component(options: {
    readonly service: string;
    readonly domain: string;
    readonly password: string;
  }): ComponentEntity;
}
