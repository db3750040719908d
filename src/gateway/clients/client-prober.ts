import { parseJid, tryParseJid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import type { GatewayContext } from '../context.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { isJoin, isLeaving, isOfOccupant } from './evidence.js';
import type { PacedEvictions } from './paced-evictions.js';
import { whereIs } from './still-there.js';
import { text } from '../../text/text.js';

/** Clients that are asked at the same time. */
const MAX_ASKING = 200;

/**
 * What is not known of a client in a room after the link was away. `presence`: it may have logged in anew, so that it is in no
 * room any more. `lines`: what it said, too, may have been lost on the way.
 */
type Doubt = 'presence' | 'lines';

interface Suspect {
  readonly rooms: Map<UserRoom, Doubt>;
  /** Runs from the client's first sign of life on. */
  timer: NodeJS.Timeout | undefined;
}

const TEXT = {
  presence: text(({ rooms }) => rooms.mayHaveLeft),
  lines: text(({ rooms }) => rooms.linesMayBeLost),
  gone: text(({ rooms }) => rooms.wereAwayJoin),
} as const;

/**
 * After the link to the Jabber server was away, nobody knows which clients are still in their rooms: their unavailable presence is
 * lost, and one that has logged in anew under the same address answers like the old one. Each is pinged. Who is gone leaves.
 * Who answers shows by what it does that it is in the room, or is told that it is out (333): a client that was in joins
 * again, and one that was not takes no notice. Who sleeps is left alone until it is heard.
 */
export class ClientProber {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #evictions: PacedEvictions;
  /** By full JID. */
  readonly #suspects = new Map<string, Suspect>();
  /** Joins by which clients were heard of again. */
  readonly #returns = new WeakSet<Element>();
  #round = 0;
  #running = 0;
  #isExpected = false;

  constructor(context: GatewayContext, sessions: SessionRegistry, evictions: PacedEvictions) {
    this.#context = context;
    this.#sessions = sessions;
    this.#evictions = evictions;
  }

  /** True while the clients are being asked, or will be: who turns out to be gone may be coming back as well. */
  get isAsking(): boolean {
    return this.#running > 0 || this.#isExpected;
  }

  /** The clients will be asked soon. */
  expect(): void {
    this.#isExpected = true;
  }

  /**
   * Asks every client in every room. A newer call takes over.
   * @param areLinesInDoubt - what clients sent before the break may not have come
   */
  async probeAll(areLinesInDoubt: boolean): Promise<void> {
    const round = ++this.#round;
    const queue = this.#suspectAll(areLinesInDoubt ? 'lines' : 'presence').entries();
    const worker = async (): Promise<void> => {
      for (const [full, room] of queue) {
        if (round !== this.#round) return;
        if (this.#suspects.has(full)) await this.#ask(full, room);
      }
    };
    this.#running++;
    this.#isExpected = false;
    try {
      await Promise.all(Array.from({ length: MAX_ASKING }, worker));
    } finally {
      this.#running--;
    }
  }

  /** Asks every client in every room, and takes only those out that are gone. */
  async probeGone(): Promise<void> {
    const round = ++this.#round;
    const asked = new Map<string, UserRoom>();
    for (const session of this.#sessions.all()) {
      for (const room of session.rooms.values()) for (const full of room.clients) asked.set(full, room);
    }
    const queue = asked.entries();
    const worker = async (): Promise<void> => {
      for (const [full, room] of queue) if (round === this.#round) await this.#ask(full, room);
    };
    this.#running++;
    try {
      await Promise.all(Array.from({ length: MAX_ASKING }, worker));
    } finally {
      this.#running--;
    }
  }

  /** Whether a join is by a client that may have logged in anew, or been told to be out: it shows nothing of the room that it is in for us. */
  isReturn(stanza: Element): boolean {
    if (this.#isExpected || this.#returns.has(stanza)) return true;
    const [full = '', room = ''] = [
      tryParseJid(stanza.attrs.from ?? '')?.full,
      tryParseJid(stanza.attrs.to ?? '')?.bare,
    ];
    return this.#evictions.putOut.mayThinkItIsOut(full, room);
  }

  /** A stanza has come, and is not handled yet. */
  heard(stanza: Element): void {
    if (this.#suspects.size === 0) return;
    const full = tryParseJid(stanza.attrs.from ?? '')?.full ?? '';
    const suspect = this.#suspects.get(full);
    if (suspect === undefined) return;
    const to = tryParseJid(stanza.attrs.to ?? '');
    for (const [room, doubt] of suspect.rooms) {
      const isProof = isJoin(stanza) || isLeaving(stanza) || (doubt === 'presence' && isOfOccupant(stanza));
      if (!isProof || to?.bare !== room.jid) continue;
      suspect.rooms.delete(room);
      if (isJoin(stanza)) this.#returns.add(stanza);
    }
    if (suspect.rooms.size === 0) this.#acquit(full);
    else if (stanza.attrs.type !== 'unavailable') this.#isAwake(full);
  }

  stop(): void {
    this.#round++;
    for (const full of [...this.#suspects.keys()]) this.#acquit(full);
  }

  /** @returns one room of each client, from which it is asked */
  #suspectAll(doubt: Doubt): Map<string, UserRoom> {
    const before = new Map(this.#suspects);
    for (const full of before.keys()) this.#acquit(full);
    const asked = new Map<string, UserRoom>();
    for (const session of this.#sessions.all()) {
      for (const room of session.rooms.values()) {
        for (const full of room.concerned) {
          asked.set(full, room);
          const suspect = this.#suspects.get(full) ?? { rooms: new Map<UserRoom, Doubt>(), timer: undefined };
          // What was in doubt already still is.
          const known = before.get(full)?.rooms.get(room);
          // Who is on the way in has said nothing there.
          const now = room.has(full) ? doubt : 'presence';
          suspect.rooms.set(room, known === 'lines' ? known : now);
          this.#suspects.set(full, suspect);
        }
      }
    }
    return asked;
  }

  async #ask(full: string, room: UserRoom): Promise<void> {
    const where = await whereIs(this.#context, room.jid, full);
    if (where === 'gone') this.#remove(full);
    else if (where === 'there') this.#isAwake(full);
  }

  /** The client is there; in the room it may be or not. */
  #isAwake(full: string): void {
    const suspect = this.#suspects.get(full);
    if (suspect === undefined || suspect.timer !== undefined) return;
    this.#evict(full, suspect, 'lines');
    if (suspect.rooms.size === 0) this.#acquit(full);
    else {
      suspect.timer = setTimeout(() => {
        this.#evict(full, suspect, 'presence');
        this.#acquit(full);
      }, this.#context.confirmMs);
    }
  }

  #evict(full: string, { rooms }: Suspect, doubt: Doubt): void {
    for (const [room, its] of rooms) {
      if (its !== doubt) continue;
      this.#evictions.add(full, room, TEXT[doubt]);
      rooms.delete(room);
    }
  }

  #acquit(full: string): void {
    clearTimeout(this.#suspects.get(full)?.timer);
    this.#suspects.delete(full);
  }

  #remove(full: string): void {
    this.#acquit(full);
    for (const room of this.#sessions.roomsWith(parseJid(full))) this.#evictions.evict(full, room, TEXT.gone);
  }
}
