import type { Element } from './element.js';
import type { Loss } from './outgoing.js';

export type { Element } from './element.js';
export type { Loss } from './outgoing.js';

/** How a stanza is queued. */
export interface SendOptions {
  /** What shares of the outbox are counted by; default is the bare `from`, so each room and each conversation is one. */
  readonly flow?: string;
}

/** How an attachment to the Jabber server ended. */
export interface LinkEnd {
  /** Undefined: it was stopped. */
  readonly reason: Error | undefined;
  /**
   * The server has ended the stream itself and everything that it sent before was handled; what was sent to it and may not have
   * arrived is told to the handler of `onUndelivered`. Otherwise anything may be missing that it sent since it was heard last.
   */
  readonly isOrderly: boolean;
  /** How long before the end the server was heard last, milliseconds. */
  readonly silentMs: number;
}

/**
 * The link to the Jabber server as the gateway sees it (XEP-0114): one component stream that reconnects by itself.
 * Elements are safe to send by their making; what is checked of each stanza is its envelope: `from` is a canonical address in the
 * component's domain, there is a `to`, an iq has type and id.
 */
export interface ComponentLink {
  readonly domain: string;
  readonly online: boolean;
  /** Connects and keeps connected until `stop()`. Rejects only on errors that no retry mends (bad secret, unknown host) when `failFast`. */
  start(): Promise<void>;
  /** Handler of every stanza that is no answer to an own request. Errors it throws are logged, never thrown into the stream. */
  onStanza(handler: (stanza: Element) => void): void;
  /** Called at each attachment; `first` on the first one. */
  onOnline(handler: (first: boolean) => void): void;
  onOffline(handler: (end: LinkEnd) => void): void;
  /** Queues; never throws. What cannot be sent, or may not have arrived, is told to the handler of `onUndelivered`, once, now or later. */
  send(stanza: Element, options?: SendOptions): void;
  /** The same stanza, without `to` and with the same id, to several addressees: rendered once, each costs its `to`. */
  sendToEach(stanza: Element, addressees: Iterable<string>, options?: SendOptions): void;
  /** Hears of every stanza that was given up, and of those in doubt when a stream broke (before `onOffline`). Those of `request` are told by its promise instead. */
  onUndelivered(handler: (loss: Loss) => void): void;
  /** A flow has more waiting than its high-water mark (`congested`), or is below its low-water mark again. */
  onPressure(handler: (flow: string, congested: boolean) => void): void;
  /** Sends an iq get/set and waits for its result, matched by (from, id). @throws ComponentError `timeout`; StanzaError for type='error'. */
  request(iq: Element, timeoutMs?: number): Promise<Element>;
  /** Flushes within `timeoutMs`, closes the stream. */
  stop(timeoutMs?: number): Promise<void>;
}
