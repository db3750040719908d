import { randomUUID } from 'node:crypto';
import type { Element } from '../../component/stanza.js';
import { asksForReceipt, receipt } from '../../mapping/receipts.js';
import type { MessageOptions } from '../../silc/client/types.js';
import { LruMap } from '../../util/lru-map.js';
import type { GatewayContext } from '../context.js';
import { handleEvent } from '../failures.js';
import type { ChatSession } from './chat-session.js';

/** Receipts that are awaited, in either direction. */
const MAX_AWAITED = 256;
/** So long the receiver of a message may be away. */
const ACKNOWLEDGE: MessageOptions['acknowledge'] = { timeoutMs: 3_600_000 };

/** What a receipt needs of a message. */
interface Envelope {
  readonly from: string;
  readonly to: string;
  readonly id: string;
  readonly viaRoom: boolean;
}

/**
 * Receipts of private messages of one user: on SILC they are acknowledgements, which only messages under a key of the two can have.
 * None is ever made up.
 */
export class Receipts {
  readonly #context: GatewayContext;
  /** Envelopes of the user's messages, by the digest of what went to SILC. */
  readonly #sent = new LruMap<string, Envelope>(MAX_AWAITED);
  /** Acknowledges messages of SILC users, by the `id` that the user's clients have of them. */
  readonly #received = new LruMap<string, () => void>(MAX_AWAITED);
  #silc: ChatSession | undefined;

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  /** What SILC is asked for. */
  asked(stanza: Element): MessageOptions['acknowledge'] {
    return asksForReceipt(stanza) ? ACKNOWLEDGE : false;
  }

  /** A message that asks for it goes to SILC. */
  sending(silc: ChatSession, { attrs }: Element, digest: string, viaRoom: boolean): void {
    const { from = '', to = '', id = '' } = attrs;
    this.#sent.set(digest, { from, to, id, viaRoom });
    if (this.#silc === silc) return;
    this.#silc = silc;
    silc.subscribe((event) => {
      if (event.type === 'acknowledged') {
        handleEvent(this.#context, event, () => this.#tell(event.digest));
      } else if (event.type === 'unacknowledged') this.#sent.delete(event.digest);
    });
  }

  /** A message that asks for it is shown to the user's clients. */
  shown(id: string, acknowledge: () => void): void {
    this.#received.set(id, acknowledge);
  }

  /** Whether a receipt of this message goes to SILC. */
  isAwaited(id: string): boolean {
    return this.#received.has(id);
  }

  /** A client of the user has it. */
  confirm(id: string): void {
    const acknowledge = this.#received.get(id);
    this.#received.delete(id);
    acknowledge?.();
  }

  #tell(digest: string): void {
    const message = this.#sent.get(digest);
    if (message === undefined) return;
    this.#sent.delete(digest);
    const { from: to, to: from, id: of, viaRoom } = message;
    this.#context.send(receipt({ from, to, id: randomUUID(), of, viaRoom }));
  }
}
