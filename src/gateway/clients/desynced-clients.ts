import { tryParseJid } from '../../component/jid.js';
import type { Loss } from '../../component/types.js';
import { notAnOccupant } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import { LruMap } from '../../util/lru-map.js';
import type { GatewayContext } from '../context.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { isMissed } from './missed.js';
import type { PacedEvictions } from './paced-evictions.js';
import { text } from '../../text/text.js';

/** How long a loss while the link is up may go untold: the queue to the Jabber server is full at that moment. */
const PAUSE_MS = 5_000;
/** Farewells that are said again. */
const MAX_FAREWELLS = 10_000;

const TEXT = text(({ rooms }) => rooms.notDelivered);

/**
 * Clients that did not get, or may not have got, what their room sent: it waited too long for the Jabber server, or was on its way
 * when the link broke. What they show is not what is, and nothing would ever correct it, so each is told that it is out of
 * the room; clients join again then. SILC sees it only when the user does not come back soon. Who was out already and was
 * not told is told once more.
 */
export class DesyncedClients {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #evictions: PacedEvictions;
  readonly #isOnline: () => boolean;
  /** Full JID → rooms. */
  readonly #clients = new Map<string, Set<UserRoom>>();
  /** Addresses in rooms, with the client that is in the room no longer. */
  readonly #farewells = new LruMap<string, { readonly from: string; readonly full: string }>(MAX_FAREWELLS);
  #timer: NodeJS.Timeout | undefined;

  constructor(
    context: GatewayContext,
    sessions: SessionRegistry,
    evictions: PacedEvictions,
    isOnline: () => boolean,
  ) {
    this.#context = context;
    this.#sessions = sessions;
    this.#evictions = evictions;
    this.#isOnline = isOnline;
  }

  /** A stanza was not sent, or nobody knows. @returns whether it concerns a client of a room */
  note(loss: Loss): boolean {
    const { name, from, to, type } = loss;
    if (!isMissed(loss) || name === 'iq' || type === 'error') return false;
    const client = tryParseJid(to);
    const [jid] = from.split('/', 1);
    if (client === undefined) return false;
    for (const room of this.#sessions.roomsWith(client)) {
      if (room.jid !== jid || !room.has(client.full)) continue;
      const rooms = this.#clients.get(client.full) ?? new Set();
      this.#clients.set(client.full, rooms.add(room));
      this.#tellSoon();
      return true;
    }
    if (name !== 'presence' || type !== 'unavailable' || client.resource === '') return false;
    this.#farewells.set(`${from} ${client.full}`, { from, full: client.full });
    this.#tellSoon();
    return true;
  }

  /** Takes all of them out of the rooms whose stanzas they have missed. */
  tellAll(): void {
    this.stop();
    const clients = [...this.#clients];
    this.#clients.clear();
    for (const [full, rooms] of clients) for (const room of rooms) this.#evictions.add(full, room, TEXT);
    const farewells = [...this.#farewells];
    for (const [key, { from, full }] of farewells) {
      this.#farewells.delete(key);
      this.#sayFarewell(from, full);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tellSoon(): void {
    // While the link is down nobody can be told; `tellAll` is called when it is back.
    if (this.#isOnline()) this.#timer ??= setTimeout(() => this.tellAll(), PAUSE_MS);
  }

  #sayFarewell(from: string, full: string): void {
    const client = tryParseJid(full);
    const [jid] = from.split('/', 1);
    // Who is back meanwhile is shown what is so.
    if (client === undefined || [...this.#sessions.roomsWith(client)].some((room) => room.jid === jid))
      return;
    this.#evictions.putOut.told(full, jid ?? '');
    const codes = [StatusCode.technical, StatusCode.self];
    this.#context.send(notAnOccupant(from, full, { codes, status: TEXT, reason: TEXT }));
  }
}
