declare module '@xmpp/client' {
  import type { EventEmitter } from 'node:events';
  import type { Element } from 'ltx';

  /** The client entity of @xmpp/client 0.14, as far as it is used here. */
  export interface ClientEntity extends EventEmitter {
    readonly jid: { toString(): string } | null;
    readonly reconnect: { stop(): void };
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(stanza: Element): Promise<void>;
  }

  export function client(options: {
    readonly service: string;
    readonly domain: string;
    readonly resource?: string;
    readonly username: string;
    readonly password: string;
  }): ClientEntity;

  export function xml(
    name: string,
    attrs?: Record<string, string>,
    ...children: (Element | string)[]
  ): Element;
}
