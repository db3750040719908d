import { type BareJid, type Jid, tryParseJid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import { type Availability, availabilityOf } from '../../mapping/availability.js';
import { whereIs } from '../clients/still-there.js';
import type { GatewayContext } from '../context.js';

/** Clients of one user that are known; one more, and the one heard of first is forgotten. */
const MAX_CLIENTS = 20;
/** Clients are pinged so often whose end nobody would tell; and how many at the same time. */
const CHECK_EACH_MS = 600_000;
const MAX_ASKING = 50;

interface Client {
  /**
   * Addresses at which its presence was seen: who takes one contact from the list is gone for that one only. None: it was heard of by
   * a probe, and whether it has gone is not told.
   */
  readonly seenAt: Set<string>;
  availability: Availability | undefined;
}

/**
 * Which clients of users with contacts are online: what their servers tell the gateway and the contacts. A client that was only heard
 * of by a probe, since its user shows no presence to the contact, is asked from time to time whether it is still there.
 */
export class OnlineClients {
  readonly #context: Pick<GatewayContext, 'request' | 'domain'>;
  readonly #onChanged: (user: BareJid) => void;
  /** By user and full JID, the one with the newest presence last. */
  readonly #users = new Map<BareJid, Map<string, Client>>();
  readonly #heard = new Set<BareJid>();
  #remembersHeard = true;
  #timer: NodeJS.Timeout | undefined;

  /** @param onChanged - a user has come online, gone offline, or says to be available in another way */
  constructor(context: Pick<GatewayContext, 'request' | 'domain'>, onChanged: (user: BareJid) => void) {
    this.#context = context;
    this.#onChanged = onChanged;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#check(({ seenAt }) => seenAt.size === 0), CHECK_EACH_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Whether a server has told of a user since the process has begun. */
  isHeardOf(user: BareJid): boolean {
    return this.#heard.has(user);
  }

  /** It is not asked any more who was heard of. */
  forgetHeard(): void {
    this.#heard.clear();
    this.#remembersHeard = false;
  }

  isOnline(user: BareJid): boolean {
    return this.#users.has(user);
  }

  /** What the newest presence of a client says. */
  availabilityOf(user: BareJid): Availability | undefined {
    return [...(this.#users.get(user)?.values() ?? [])].at(-1)?.availability;
  }

  /** A client is there, as its presence says. The same presence comes once for each contact. @param at - bare address that it came to */
  available(from: Jid, presence: Element, at: string): void {
    if (from.resource === '') return;
    const availability = availabilityOf(presence);
    const known = this.#users.get(from.bare)?.get(from.full);
    const seenAt = (known?.seenAt ?? new Set<string>()).add(at);
    if (seenAt.size > 1 && known?.availability?.text === availability?.text) return;
    this.#put(from, { seenAt, availability });
  }

  /** A client has just logged in. */
  probed(from: Jid): void {
    if (from.resource === '' || this.#users.get(from.bare)?.has(from.full) === true) return;
    this.#put(from, { seenAt: new Set(), availability: undefined });
  }

  /** A client is gone, or with the bare address all of a user. @param at - bare address at which it is gone; without it everywhere */
  gone({ bare, full, resource }: Jid, at?: string): void {
    if (this.#remembersHeard) this.#heard.add(bare);
    const clients = this.#users.get(bare);
    const client = clients?.get(full);
    if (clients === undefined) return;
    if (resource === '') clients.clear();
    else if (client === undefined) return;
    else {
      if (at !== undefined) client.seenAt.delete(at);
      if (at === undefined || client.seenAt.size === 0) clients.delete(full);
    }
    if (clients.size === 0) this.#users.delete(bare);
    this.#onChanged(bare);
  }

  /** Nobody has told of those who went lately: the link to the Jabber server was away. */
  recheck(): Promise<void> {
    return this.#check(() => true);
  }

  #put(from: Jid, client: Client): void {
    const clients = this.#users.get(from.bare) ?? new Map<string, Client>();
    clients.delete(from.full);
    clients.set(from.full, client);
    for (const oldest of clients.keys()) {
      if (clients.size <= MAX_CLIENTS) break;
      clients.delete(oldest);
    }
    this.#users.set(from.bare, clients);
    this.#onChanged(from.bare);
  }

  async #check(isMeant: (client: Client) => boolean): Promise<void> {
    const asked = [...this.#users.values()].flatMap((clients) =>
      [...clients].filter(([, client]) => isMeant(client)).map(([full]) => full),
    );
    const queue = asked.values();
    const worker = async (): Promise<void> => {
      for (const full of queue) await this.#ask(full);
    };
    await Promise.all(Array.from({ length: MAX_ASKING }, worker));
  }

  async #ask(full: string): Promise<void> {
    const where = await whereIs(this.#context, this.#context.domain, full);
    const jid = where === 'gone' ? tryParseJid(full) : undefined;
    if (jid !== undefined) this.gone(jid);
  }
}
