import { tryParseJid } from '../../component/jid.js';
import type { Loss } from '../../component/types.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { SessionRegistry } from '../sessions/session-registry.js';

/** How long a loss while the link is up may go untold: the queue to the Jabber server is full at that moment. */
const PAUSE_MS = 5_000;

/**
 * Clients that did not get what their room sent: it waited too long for the Jabber server. What they show is not what
 * is, and nothing would ever correct it, so each is told that it is out of the room; clients join again then. SILC sees it
 * only when the user does not come back soon.
 */
export class DesyncedClients {
  readonly #sessions: SessionRegistry;
  readonly #isOnline: () => boolean;
  /** Full JID → rooms. */
  readonly #clients = new Map<string, Set<UserRoom>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(sessions: SessionRegistry, isOnline: () => boolean) {
    this.#sessions = sessions;
    this.#isOnline = isOnline;
  }

  /** A stanza was not sent. One that cannot be sent at all is a loss of its own and leaves nobody behind. */
  note({ name, from, to, type, reason }: Loss): void {
    const hadNoRoom = reason === 'overflow' || reason === 'expired';
    if (!hadNoRoom || name === 'iq' || type === 'error') return;
    const client = tryParseJid(to);
    const [jid] = from.split('/', 1);
    if (client === undefined) return;
    for (const room of this.#sessions.roomsWith(client)) {
      if (room.jid !== jid || !room.has(client.full)) continue;
      const rooms = this.#clients.get(client.full) ?? new Set();
      this.#clients.set(client.full, rooms.add(room));
      // While the link is down nobody can be told; `tellAll` is called when it is back.
      if (this.#isOnline()) this.#timer ??= setTimeout(() => this.tellAll(), PAUSE_MS);
    }
  }

  /** Takes all of them out of the rooms whose stanzas they have missed. */
  tellAll(): void {
    this.stop();
    const clients = [...this.#clients];
    this.#clients.clear();
    const text = 'What happened in this room could not be delivered to you. Join again.';
    const codes = [StatusCode.technical, StatusCode.self];
    for (const [full, rooms] of clients) {
      for (const room of rooms) {
        if (room.has(full)) room.evictClient(full, { codes, status: text, reason: text }, true);
      }
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
