import { parseJid } from '../../component/jid.js';
import { xml } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { GatewayContext } from '../context.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { meansGone } from './bounce.js';

/** Clients that are asked at the same time. */
const MAX_ASKING = 20;
/** How long an answer is waited for. */
const ANSWER_MS = 30_000;

/**
 * After the link to the Jabber server was away, nobody knows which clients are still there: their unavailable presence is lost.
 * Each one is pinged; who is gone leaves the room, which SILC sees only when the user does not come back soon.
 */
export class ClientProber {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  #round = 0;
  #running = 0;

  constructor(context: GatewayContext, sessions: SessionRegistry) {
    this.#context = context;
    this.#sessions = sessions;
  }

  /** True while the clients are being asked: who turns out to be gone may be coming back as well. */
  get isAsking(): boolean {
    return this.#running > 0;
  }

  /** Asks every client in every room. A newer call takes over. */
  async probeAll(): Promise<void> {
    const round = ++this.#round;
    // One question a client, from any of its rooms.
    const clients = new Map<string, UserRoom>();
    for (const session of this.#sessions.all()) {
      for (const room of session.rooms.values()) for (const full of room.clients) clients.set(full, room);
    }
    const queue = clients.entries();
    const worker = async (): Promise<void> => {
      for (const [full, room] of queue) {
        if (round !== this.#round) return;
        if (room.has(full) && !(await this.#isThere(room.jid, full))) this.#remove(full);
      }
    };
    this.#running++;
    try {
      await Promise.all(Array.from({ length: MAX_ASKING }, worker));
    } finally {
      this.#running--;
    }
  }

  async #isThere(room: string, full: string): Promise<boolean> {
    const ping = xml('iq', { type: 'get', from: room, to: full }, xml('ping', { xmlns: Namespace.ping }));
    try {
      await this.#context.request(ping, ANSWER_MS);
      return true;
    } catch (error) {
      // Silence is no answer: a sleeping telephone is there. A server tells at once of clients that are not.
      return !meansGone(error);
    }
  }

  #remove(full: string): void {
    const text = 'You were away when the gateway came back. Join again.';
    const codes = [StatusCode.technical, StatusCode.self];
    for (const room of this.#sessions.roomsWith(parseJid(full))) {
      room.evictClient(full, { codes, status: text, reason: text }, true);
    }
  }
}
