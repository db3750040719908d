import type { Element } from 'ltx';

/** A stanza or a child of one. Built only by `stanza.ts`. */
export type { Element } from 'ltx';

/**
 * The link to the Jabber server as the gateway sees it (XEP-0114): one component stream that reconnects by itself.
 * Every stanza sent passes the sanitiser and the check that its `from` lies in the component's domain.
 */
export interface ComponentLink {
  readonly domain: string;
  readonly online: boolean;
  /** Connects and keeps connected until `stop()`. Rejects only on errors that no retry mends (bad secret, unknown host) when `failFast`. */
  start(): Promise<void>;
  /** Handler of presence and message stanzas and of iq get/set. Errors it throws are logged and answered, never thrown into the stream. */
  onStanza(handler: (stanza: Element) => void): void;
  /** Called at each attachment; `first` on the first one. */
  onOnline(handler: (first: boolean) => void): void;
  onOffline(handler: (reason: Error | undefined) => void): void;
  /**
   * Queues and sends. Resolves when handed to the socket.
   * @throws ComponentError `overflow` when the bounded outbox is full, `stopped` after stop(), `invalid-stanza` for a foreign `from`.
   */
  send(stanza: Element): Promise<void>;
  /** Sends an iq get/set and waits for its result, matched by (from, id). @throws ComponentError `timeout`; StanzaError for type='error'. */
  request(iq: Element, timeoutMs?: number): Promise<Element>;
  /** Flushes within `timeoutMs`, closes the stream. */
  stop(timeoutMs?: number): Promise<void>;
}
