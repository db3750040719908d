import type { BareJid, Jid } from '../../component/jid.js';
import { type Element, StanzaError, xml } from '../../component/stanza.js';
import { type Bookmark, bookmarkSet, bookmarksGet, bookmarksIn } from '../../mapping/bookmarks.js';
import { privilegedAnswer, privilegedIq } from '../../mapping/privileged-iq.js';
import type { ChannelAddress } from '../../mapping/address.js';
import { LruMap } from '../../util/lru-map.js';
import { SerialQueue } from '../../util/serial-queue.js';
import type { StayRoom } from '../always-on/stays.js';
import type { ServerPrivileges } from '../contacts/server-privileges.js';
import type { GatewayContext } from '../context.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { BookmarkedRooms } from './bookmarked-rooms.js';

const ANSWER_MS = 10_000;
/** Users whose requests are kept in their order, and requests of one user that wait. */
const MAX_USERS = 1_000;
const MAX_WAITING = 20;

type OwnBookmark = Bookmark & { readonly address: ChannelAddress };

/**
 * Bookmarks of users (XEP-0402) in step with the rooms that they stay in, for who wants it, where the server lets the gateway
 * read and write them (XEP-0356): a room that is bookmarked to be joined is one that the user stays in.
 */
export class Bookmarks {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #privileges: ServerPrivileges;
  readonly #taken: BookmarkedRooms;
  readonly #turns = new LruMap<string, SerialQueue>(MAX_USERS);

  constructor(context: GatewayContext, sessions: SessionRegistry, privileges: ServerPrivileges) {
    this.#context = context;
    this.#sessions = sessions;
    this.#privileges = privileges;
    this.#taken = new BookmarkedRooms(context.store.userRecords, context.log);
  }

  /** Whether a user wants it. */
  isWanted(user: BareJid): boolean {
    return this.#context.preferences.get(user, 'bookmarks');
  }

  /** Whether the server of a user lets it be so. */
  isGranted(user: BareJid): boolean {
    return this.#privileges.mayPubsub(user);
  }

  /**
   * The user stays in the rooms that are bookmarked to be joined, and not any more in those that were so before. Never rejects.
   * @returns addresses of the rooms that the user's clients join by themselves
   */
  async read(user: Jid): Promise<ReadonlySet<string>> {
    if (!this.isWanted(user.bare) || !this.isGranted(user.bare)) return new Set();
    try {
      return await this.#inTurn(user.bare, () => this.#read(user));
    } catch (error) {
      this.#context.log.debug({ user: user.bare, err: error }, 'the bookmarks of a user could not be read');
      return new Set();
    }
  }

  /**
   * A user has said whether to stay in a room: the bookmark says it too. Never rejects.
   * @returns false where it does not, although the user wants it
   */
  async write(user: Jid, room: ChannelAddress, isWanted: boolean): Promise<boolean> {
    if (!this.isWanted(user.bare)) return true;
    if (!this.isGranted(user.bare)) return false;
    try {
      await this.#inTurn(user.bare, () => this.#write(user.bare, room, isWanted));
      return true;
    } catch (error) {
      this.#context.log.debug({ user: user.bare, err: error }, 'a bookmark of a user could not be written');
      return false;
    }
  }

  /** Nothing of it is kept. @throws StoreError */
  forget(user: BareJid): Promise<void> {
    return this.#taken.set(user, []);
  }

  async #read(user: Jid): Promise<ReadonlySet<string>> {
    const all = (await this.#own(user.bare)).filter(({ isAutojoined }) => isAutojoined);
    const now = all.slice(0, this.#context.config.limits.rooms_per_user);
    const before = await this.#taken.of(user.bare);
    for (const { network, name } of before) {
      if (now.some(({ address }) => address.network === network && address.name === name)) continue;
      await this.#stay({ user: user.bare, network, channel: name }, false);
    }
    for (const bookmark of now) {
      try {
        await this.#enter(user, bookmark);
      } catch (error) {
        // Quotas, most of all.
        const { room } = bookmark;
        this.#context.log.debug({ user: user.bare, room, err: error }, 'a bookmarked room was not entered');
      }
    }
    await this.#taken.set(
      user.bare,
      now.map(({ address }) => address),
    );
    return new Set(all.map(({ address }) => address.jid));
  }

  async #enter(user: Jid, { address, nickname, passphrase }: OwnBookmark): Promise<void> {
    const { network, name, jid } = address;
    const room: StayRoom = { user: user.bare, network, channel: name };
    const { stays } = this.#context;
    if (stays.holds(room)) return;
    await this.#stay(room, true);
    if (stays.holds(room) || !this.#context.access.allows(user)) return;
    const place = { nickname: nickname ?? this.#sessions.nicknameOf(user), passphrase };
    stays.seen(room, place);
    this.#sessions.session(user, network).room(jid, name).joinAlone(place);
  }

  async #write(user: BareJid, room: ChannelAddress, isWanted: boolean): Promise<void> {
    const known = (await this.#own(user)).find(({ address }) => address.jid === room.jid);
    if ((known?.isAutojoined ?? false) !== isWanted) {
      const nickname = this.#sessions.findRoom({ bare: user }, room.network, room.jid)?.self?.nickname;
      const rest = nickname === undefined ? [] : [xml('nick', {}, nickname)];
      const bookmark = known ?? { room: room.jid, name: room.name, rest };
      await this.#ask(user, 'set', bookmarkSet({ ...bookmark, isAutojoined: isWanted }));
    }
    const others = (await this.#taken.of(user)).filter(
      ({ network, name }) => network !== room.network || name !== room.name,
    );
    await this.#taken.set(user, isWanted ? [...others, room] : others);
  }

  async #stay(room: StayRoom, isWanted: boolean): Promise<void> {
    await this.#context.stays.choose(room, isWanted);
    const address = this.#context.addressing.channelToJid(room.network, room.channel);
    this.#sessions.findRoom({ bare: room.user }, room.network, address)?.reconsider();
  }

  /** Bookmarks of rooms that are here. @throws StanzaError, ComponentError */
  async #own(user: BareJid): Promise<readonly OwnBookmark[]> {
    try {
      const all = bookmarksIn(await this.#ask(user, 'get', bookmarksGet()));
      return all.flatMap((bookmark) => {
        const address = this.#context.addressing.parse(bookmark.room);
        return address.kind === 'channel' ? [{ ...bookmark, address }] : [];
      });
    } catch (error) {
      // Nobody has made the node yet.
      if (error instanceof StanzaError && error.condition === 'item-not-found') return [];
      throw error;
    }
  }

  async #ask(user: BareJid, type: 'get' | 'set', payload: Element): Promise<Element> {
    const { domain } = this.#context;
    const request = privilegedIq(domain, user, type, payload);
    return privilegedAnswer(await this.#context.request(request, ANSWER_MS));
  }

  #inTurn<T>(user: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#turns.get(user) ?? new SerialQueue(MAX_WAITING);
    this.#turns.set(user, turns);
    return turns.run(work);
  }
}
