import { tryParseJid } from '../../component/jid.js';
import type { Element } from '../../component/types.js';
import { StatusCode } from '../../mapping/status-codes.js';
import { type Rate, TokenBucket } from '../../util/token-bucket.js';
import type { UserRoom } from '../rooms/user-room.js';
import { isJoin } from './evidence.js';
import { PutOutClients } from './put-out-clients.js';
import type { AnyText } from '../../text/text.js';

/**
 * Who is taken out of a room joins again, and is shown all occupants: in stanzas, so many at once and a second. The outbox takes
 * several times as much, so everybody else goes on being served.
 */
const RATE: Rate = { burst: 20_000, perSecond: 10_000 };

/** Tells clients that they are out of a room (333), at a pace at which they can all come back. SILC sees only who does not. */
export class PacedEvictions {
  readonly putOut = new PutOutClients();
  /** Full JID → rooms, with the text for the user. */
  readonly #waiting = new Map<string, Map<UserRoom, AnyText>>();
  readonly #bucket = new TokenBucket(RATE);
  #timer: NodeJS.Timeout | undefined;
  #isHeld = false;

  add(full: string, room: UserRoom, text: AnyText): void {
    const rooms = this.#waiting.get(full) ?? new Map<UserRoom, AnyText>();
    this.#waiting.set(full, rooms.set(room, text));
    this.#go();
  }

  /** A stanza has come: a client that joins again by itself needs not be told. */
  heard(stanza: Element): void {
    if (this.#waiting.size === 0 || !isJoin(stanza)) return;
    const full = tryParseJid(stanza.attrs.from ?? '')?.full ?? '';
    const jid = tryParseJid(stanza.attrs.to ?? '')?.bare;
    for (const room of this.#waiting.get(full)?.keys() ?? [])
      if (room.jid === jid) this.#withdraw(full, room);
  }

  /** Nobody is told until `resume`: who joined again would not be heard. */
  hold(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.#go();
  }

  #go(): void {
    if (this.#timer !== undefined) return;
    for (const [full, rooms] of this.#waiting) {
      if (this.#isHeld) return;
      const { waitMs } = this.#bucket;
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#go();
        }, waitMs);
        return;
      }
      this.#waiting.delete(full);
      for (const [room, text] of rooms) {
        this.#bucket.spend(room.channel.occupants.size);
        this.evict(full, room, text);
      }
    }
  }

  /** At once: for a client that is not there to join again. */
  evict(full: string, room: UserRoom, text: AnyText): void {
    this.#withdraw(full, room);
    if (!room.concerns(full)) return;
    this.putOut.told(full, room.jid);
    const codes = [StatusCode.technical, StatusCode.self];
    room.evictClient(full, { codes, status: text, reason: text }, true);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #withdraw(full: string, room: UserRoom): void {
    const rooms = this.#waiting.get(full);
    if (rooms?.delete(room) === true && rooms.size === 0) this.#waiting.delete(full);
  }
}
