declare module '@xmpp/client' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  /** The client entity of @xmpp/client 0.14, as far as the test user needs it. */
  export interface ClientEntity extends EventEmitter {
    readonly status: string;
    readonly jid: { toString(): string } | null;
    readonly socket: Socket | null;
    readonly reconnect: { stop(): void };
    start(): Promise<{ toString(): string }>;
    stop(): Promise<unknown>;
    send(stanza: { toString(): string }): Promise<void>;
  }

  export type Authenticate = (
    credentials: { readonly username: string; readonly password: string },
    mechanism: string,
  ) => Promise<void>;

  export function client(options: {
    readonly service: string;
    readonly domain: string;
    readonly resource: string;
    /** Chooses the mechanism itself. */
    readonly credentials: (authenticate: Authenticate, mechanisms: readonly string[]) => Promise<void>;
  }): ClientEntity;
}
