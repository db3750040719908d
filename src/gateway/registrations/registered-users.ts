import { randomUUID } from 'node:crypto';
import { type BareJid, tryParseJid } from '../../component/jid.js';
import { xml } from '../../component/stanza.js';
import { invitation } from '../../mapping/invite.js';
import type { Bookmarks } from '../bookmarks/bookmarks.js';
import { text, textIn } from '../../text/text.js';
import type { GatewayContext } from '../context.js';
import { errorFor } from '../failures.js';
import type { SessionRegistry } from '../sessions/session-registry.js';

/** Invitations at one login. */
const MAX_INVITATIONS = 50;

/** What it needs. */
export interface RegisteredUserPorts {
  readonly context: GatewayContext;
  readonly sessions: SessionRegistry;
  readonly bookmarks: Pick<Bookmarks, 'read'>;
  readonly isOnline: (user: BareJid) => boolean;
}

/** Connects registered users when they come online, and lets them go when they go offline. */
export class RegisteredUsers {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #bookmarks: RegisteredUserPorts['bookmarks'];
  readonly #isOnline: RegisteredUserPorts['isOnline'];
  /** Who was online when this was asked last. */
  readonly #online = new Set<string>();

  constructor({ context, sessions, bookmarks, isOnline }: RegisteredUserPorts) {
    this.#context = context;
    this.#sessions = sessions;
    this.#bookmarks = bookmarks;
    this.#isOnline = isOnline;
  }

  /** There is a link to the Jabber server for the first time: who is online is asked for. */
  askAll(): void {
    const { registrations, domain } = this.#context;
    for (const user of registrations.users) {
      this.#context.send(xml('presence', { from: domain, to: user, type: 'probe' }), user);
    }
  }

  /** A user may have come online or gone offline, or has registered. */
  changed(user: BareJid): void {
    const isNew = !this.#online.has(user);
    if (!this.#isOnline(user)) {
      if (this.#online.delete(user)) this.#goneOffline(user);
    } else if (isNew && this.#context.registrations.users.has(user)) {
      this.#online.add(user);
      void this.#connect(user);
      void this.#invite(user);
    }
  }

  /** There is another network: whoever is online is connected to it, as the registration says. */
  networkAdded(network: string): void {
    for (const user of this.#online) void this.#connect(user as BareJid, network);
  }

  /** A user is registered no more. */
  removed(user: BareJid): void {
    this.#online.delete(user);
    this.#release(user);
  }

  #goneOffline(user: BareJid): void {
    if (!this.#context.preferences.get(user, 'stay-connected')) this.#release(user);
  }

  #release(user: BareJid): void {
    for (const network of this.#sessions.networks.keys()) {
      const session = this.#sessions.find({ bare: user }, network);
      if (session !== undefined) this.#context.wanted.ended(session);
    }
  }

  /** @param only - this network, of those that the registration is for */
  async #connect(user: BareJid, only?: string): Promise<void> {
    const jid = tryParseJid(user);
    const registration = await this.#context.registrations.find(user).catch(() => undefined);
    if (jid === undefined || registration === undefined || !this.#context.access.allows(jid)) return;
    // Who is gone meanwhile wants nothing any more.
    if (!this.#online.has(user)) return;
    const all = [...this.#sessions.networks.keys()];
    const wanted = registration.network === undefined ? all : [registration.network];
    for (const network of only === undefined ? wanted : wanted.filter((name) => name === only)) {
      try {
        const session = this.#sessions.session(jid, network);
        this.#context.wanted.online(session);
        await session.open(this.#sessions.nicknameOf(jid));
      } catch (error) {
        const why = errorFor(error, 'join').text;
        const body = text((words, language) => words.registration.failed(network, textIn(language, why)));
        this.#context.send(
          xml(
            'message',
            { from: this.#context.domain, to: user, type: 'chat', id: randomUUID() },
            xml('body', {}, body),
          ),
        );
      }
    }
  }

  /** Rooms that the user wants to be in at each login: the client does the joining. */
  async #invite(user: BareJid): Promise<void> {
    const { preferences, addressing, access } = this.#context;
    const jid = tryParseJid(user);
    if (jid === undefined || !access.allows(jid)) return;
    const joined = await this.#bookmarks.read(jid);
    const rooms = preferences
      .roomsWith(user, 'autojoin', true)
      .filter(({ network }) => this.#sessions.networks.has(network));
    for (const { network, name } of rooms.slice(0, MAX_INVITATIONS)) {
      const room = addressing.channelToJid(network, name);
      // Who has a bookmark of it joins without being asked.
      if (joined.has(room)) continue;
      this.#context.send(invitation({ room, to: user, inviter: this.#context.domain }));
    }
  }
}
