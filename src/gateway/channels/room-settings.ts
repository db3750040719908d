import { decodeSettings, encodeSettings, type KeptSettings } from '../../mapping/kept-settings.js';
import type { RoomRecordRepository } from '../../store/room-record-types.js';
import { LruMap } from '../../util/lru-map.js';

/** A room in the store. */
interface RoomName {
  readonly network: string;
  /** Prepared name of the channel. */
  readonly name: string;
}

const MAX_CACHED = 2_000;

/** What the gateway keeps of the configuration of rooms, whether or not somebody is there. */
export class RoomSettings {
  readonly #store: RoomRecordRepository;
  readonly #cache = new LruMap<string, Promise<KeptSettings>>(MAX_CACHED);
  readonly #known = new LruMap<string, KeptSettings>(MAX_CACHED);

  constructor(store: RoomRecordRepository) {
    this.#store = store;
  }

  /** @throws StoreError */
  of({ network, name }: RoomName): Promise<KeptSettings> {
    const key = `${network} ${name}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const reading = this.#store.find(network, name, 'settings').then((octets) => {
      const settings = octets === undefined ? {} : decodeSettings(octets);
      if (this.#cache.get(key) === reading) this.#known.set(key, settings);
      return settings;
    });
    this.#cache.set(key, reading);
    reading.catch(() => this.#cache.delete(key));
    return reading;
  }

  /** The same where it can do without. */
  async find(room: RoomName): Promise<KeptSettings> {
    try {
      return await this.of(room);
    } catch {
      return {};
    }
  }

  /** What is known of it without asking the store. */
  peek({ network, name }: RoomName): KeptSettings | undefined {
    return this.#known.get(`${network} ${name}`);
  }

  /** Rooms of which something is kept, in order. @param after - the room before the first one. @throws StoreError */
  async list(
    limit: number,
    after: RoomName | undefined,
  ): Promise<readonly (RoomName & { readonly settings: KeptSettings })[]> {
    const from = after && { network: after.network, channel: after.name };
    const records = await this.#store.list('settings', limit, from);
    return records.map(({ network, channel, content }) => ({
      ...{ network, name: channel },
      settings: content === undefined ? {} : decodeSettings(content),
    }));
  }

  /** @throws StoreError */
  async keep({ network, name }: RoomName, settings: KeptSettings): Promise<void> {
    const isEmpty = Object.values(settings).every((value) => value === undefined);
    await this.#store.save(network, name, 'settings', isEmpty ? undefined : encodeSettings(settings));
    this.#cache.set(`${network} ${name}`, Promise.resolve(settings));
    this.#known.set(`${network} ${name}`, settings);
  }

  /** The picture of a room, as its owner has set it. @throws StoreError */
  async avatar({ network, name }: RoomName): Promise<Uint8Array | undefined> {
    return this.#store.find(network, name, 'avatar');
  }

  /** @param hashes - of the pictures; none where there is none. @throws StoreError */
  async keepAvatar(room: RoomName, avatar: Uint8Array | undefined, hashes: readonly string[]): Promise<void> {
    const settings = await this.of(room);
    await this.#store.save(room.network, room.name, 'avatar', avatar);
    await this.keep(room, { ...settings, avatarHashes: hashes.length === 0 ? undefined : hashes });
  }

  /** The room is over, or another one begins. @throws StoreError */
  async clear({ network, name }: RoomName): Promise<void> {
    this.#cache.delete(`${network} ${name}`);
    this.#known.delete(`${network} ${name}`);
    await this.#store.removeAll(network, name);
  }
}
