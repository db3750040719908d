import type { Element, LinkEnd, Loss } from '../../component/types.js';
import type { GatewayContext } from '../context.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { ClientProber } from './client-prober.js';
import { DesyncedClients } from './desynced-clients.js';
import { ghostGone } from './ghost-connection.js';
import { MissedMessages } from './missed-messages.js';
import type { PacedEvictions } from './paced-evictions.js';

/** A gateway that was away so long is thought of as a broken link, milliseconds. */
const LONG_MS = 60_000;

/**
 * What becomes of clients and users when the link to the Jabber server breaks. Three things are to be mended when it is back:
 * what was on its way to clients (told by the link, stanza by stanza), what was on its way from them (unless the server ended the
 * stream itself, nobody knows of whom), and who has gone or logged in anew meanwhile.
 */
export class JabberBreaks {
  readonly #context: GatewayContext;
  readonly #prober: ClientProber;
  readonly #evictions: PacedEvictions;
  readonly #desynced: DesyncedClients;
  readonly #missed: MissedMessages;
  /** What users said may be lost from then on. */
  #lostSince: Date | undefined;
  #waiting = new AbortController();

  constructor(
    context: GatewayContext,
    sessions: SessionRegistry,
    parts: {
      readonly prober: ClientProber;
      readonly evictions: PacedEvictions;
      readonly isOnline: () => boolean;
    },
  ) {
    this.#context = context;
    this.#prober = parts.prober;
    this.#evictions = parts.evictions;
    this.#desynced = new DesyncedClients(context, sessions, parts.evictions, parts.isOnline);
    this.#missed = new MissedMessages(context, sessions, parts.isOnline);
  }

  /** A stanza was not sent, or nobody knows whether it came. */
  undelivered(loss: Loss): void {
    if (!this.#desynced.note(loss)) this.#missed.note(loss);
  }

  /** A stanza has come, and is not handled yet. */
  heard(stanza: Element): void {
    this.#evictions.heard(stanza);
    this.#prober.heard(stanza);
  }

  linkLost({ isOrderly, silentMs }: LinkEnd): void {
    this.#waiting.abort();
    this.#evictions.hold();
    this.#prober.expect();
    if (!isOrderly) this.#lostSince ??= new Date(Date.now() - silentMs);
  }

  linkBack(): void {
    this.#waiting.abort();
    this.#waiting = new AbortController();
    this.#mend(this.#waiting.signal).catch((error: unknown) => {
      this.#context.log.error({ err: error }, 'looking for lost clients failed');
    });
  }

  /** The rooms of an earlier process are back. @param awayMs how long nobody answered for them */
  restored(awayMs: number): void {
    // A restart is no reason to put anybody out; after a longer time a client may well have logged in anew.
    const asking = awayMs < LONG_MS ? this.#prober.probeGone() : this.#prober.probeAll(false);
    asking.catch((error: unknown) => {
      this.#context.log.error({ err: error }, 'looking for lost clients failed');
    });
  }

  async #mend(signal: AbortSignal): Promise<void> {
    const since = this.#lostSince;
    if (since !== undefined) {
      // Until then more of it is lost.
      await ghostGone(this.#context, signal);
      if (signal.aborted) return;
      this.#lostSince = undefined;
      this.#missed.tellWriters({ since, until: new Date() });
    }
    this.#evictions.resume();
    this.#desynced.tellAll();
    this.#missed.tellAll();
    await this.#prober.probeAll(since !== undefined);
  }

  stop(): void {
    this.#waiting.abort();
    this.#desynced.stop();
    this.#missed.stop();
    this.#prober.stop();
    this.#evictions.stop();
  }
}
