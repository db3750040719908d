import { StanzaError } from '../../component/stanza.js';
import { preparedNickname } from '../../mapping/nickname.js';
import type { RoomRecordRepository } from '../../store/room-record-types.js';
import { LruMap } from '../../util/lru-map.js';
import { SerialQueue } from '../../util/serial-queue.js';
import { text } from '../../text/text.js';

/** Nicknames of one room. */
const MAX_NICKNAMES = 300;
/** Rooms whose nicknames are held in memory. */
const MAX_ROOMS = 2_000;

/** The room of a channel, as the store names it. */
export interface ReservedIn {
  readonly network: string;
  /** Prepared name of the channel. */
  readonly channel: string;
}

type Nicknames = ReadonlyMap<string, string>;

/** Nicknames that Jabber users have reserved in rooms (XEP-0045, 7.10): other users of the gateway do not get them there. */
export class ReservedNicknames {
  readonly #store: RoomRecordRepository;
  readonly #writes = new SerialQueue();
  readonly #rooms = new LruMap<string, Promise<Nicknames>>(MAX_ROOMS);

  constructor(store: RoomRecordRepository) {
    this.#store = store;
  }

  /** The one of a user (bare JID). @throws StoreError */
  async of(room: ReservedIn, user: string): Promise<string | undefined> {
    return (await this.#load(room)).get(user);
  }

  /** @throws StanzaError conflict where another user has reserved the nickname; StoreError */
  async check(room: ReservedIn, user: string, nickname: string): Promise<void> {
    const wanted = preparedNickname(nickname);
    for (const [holder, name] of await this.#load(room)) {
      if (holder === user || preparedNickname(name) !== wanted) continue;
      throw new StanzaError(
        'cancel',
        'conflict',
        text(({ rooms }) => rooms.nicknameReserved),
      );
    }
  }

  /** Reserves a nickname in place of another one of the user. @throws StanzaError conflict, resource-constraint; StoreError */
  reserve(room: ReservedIn, user: string, nickname: string): Promise<void> {
    return this.#change(room, async (names) => {
      await this.check(room, user, nickname);
      if (!names.has(user) && names.size >= MAX_NICKNAMES) {
        throw new StanzaError(
          'wait',
          'resource-constraint',
          text(({ rooms }) => rooms.tooManyReserved),
        );
      }
      names.set(user, nickname);
    });
  }

  /** @throws StoreError */
  remove(room: ReservedIn, user: string): Promise<void> {
    return this.#change(room, (names) => void names.delete(user));
  }

  /** The room is no more. @throws StoreError */
  clear(room: ReservedIn): Promise<void> {
    return this.#change(room, (names) => names.clear());
  }

  #change(room: ReservedIn, change: (names: Map<string, string>) => void | Promise<void>): Promise<void> {
    return this.#writes.run(async () => {
      const before = await this.#load(room);
      const names = new Map(before);
      await change(names);
      if (before.size === 0 && names.size === 0) return;
      const { network, channel } = room;
      const content = names.size === 0 ? undefined : new TextEncoder().encode(JSON.stringify([...names]));
      await this.#store.save(network, channel, 'nicknames', content);
      this.#rooms.set(`${network} ${channel}`, Promise.resolve(names));
    });
  }

  #load({ network, channel }: ReservedIn): Promise<Nicknames> {
    const key = `${network} ${channel}`;
    const known = this.#rooms.get(key);
    if (known !== undefined) return known;
    const loading = this.#store.find(network, channel, 'nicknames').then(decoded);
    this.#rooms.set(key, loading);
    // What could not be read is read again.
    loading.catch(() => {
      if (this.#rooms.get(key) === loading) this.#rooms.delete(key);
    });
    return loading;
  }
}

function decoded(octets: Uint8Array | undefined): Nicknames {
  const names = new Map<string, string>();
  if (octets === undefined) return names;
  const entries: unknown = JSON.parse(new TextDecoder().decode(octets));
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const [user, name]: unknown[] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof user === 'string' && typeof name === 'string') names.set(user, name);
  }
  return names;
}
