import type { BareJid } from '../../component/jid.js';
import type { WaitingMessage } from '../../mapping/waiting-message.js';
import { monotonicMs } from '../../util/clock.js';

/** How long a message can come back. */
const RETURN_MS = 300_000;
const MAX_MESSAGES = 5_000;
/** Characters of all of them, roughly. */
const MAX_CHARACTERS = 8 << 20;

interface Sent {
  readonly message: WaitingMessage;
  readonly size: number;
  readonly at: number;
  /** Addresses of the user that it went to and has not come back from. */
  addressees: number;
}

/** Private messages that were sent to users lately, by user and id, the oldest first. */
export class SentMessages {
  readonly #sent = new Map<string, Sent>();
  #characters = 0;

  add(user: BareJid, message: WaitingMessage, addressees: number): void {
    const size = message.payload.reduce((sum, part) => sum + part.getText().length + 200, 0);
    this.#drop(`${user} ${message.id}`);
    this.#sent.set(`${user} ${message.id}`, { message, size, at: monotonicMs(), addressees });
    this.#characters += size;
    for (const [key, { at }] of this.#sent) {
      const isFull = this.#sent.size > MAX_MESSAGES || this.#characters > MAX_CHARACTERS;
      if (!isFull && monotonicMs() - at < RETURN_MS) break;
      this.#drop(key);
    }
  }

  /** The message that has come back from the last address that it went to. */
  take(user: BareJid, id: string): WaitingMessage | undefined {
    const key = `${user} ${id}`;
    const sent = this.#sent.get(key);
    if (sent === undefined || --sent.addressees > 0) return undefined;
    this.#drop(key);
    return monotonicMs() - sent.at < RETURN_MS ? sent.message : undefined;
  }

  #drop(key: string): void {
    const sent = this.#sent.get(key);
    if (sent === undefined) return;
    this.#characters -= sent.size;
    this.#sent.delete(key);
  }
}
