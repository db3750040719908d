import { fromUtf8, utf8 } from '../../silc/bytes.js';
import type { UserRecordRepository } from '../../store/user-types.js';
import type { Log } from '../log-types.js';
import type { SettingsRoom } from '../settings/preferences.js';

const KIND = 'bookmarks';

/** In which rooms users stay since they have bookmarked them: without the bookmark they stay there no longer. */
export class BookmarkedRooms {
  readonly #repository: UserRecordRepository;
  readonly #log: Log;

  constructor(repository: UserRecordRepository, log: Log) {
    this.#repository = repository;
    this.#log = log;
  }

  /** @throws StoreError */
  async of(user: string): Promise<readonly SettingsRoom[]> {
    const content = await this.#repository.find(user, KIND, '');
    try {
      const said: unknown = content === undefined ? [] : JSON.parse(fromUtf8(content));
      return Array.isArray(said) ? said.filter((one) => isRoom(one)) : [];
    } catch (error) {
      this.#log.warn({ err: error }, 'the bookmarked rooms of a user could not be read');
      return [];
    }
  }

  /** @throws StoreError */
  async set(user: string, rooms: readonly SettingsRoom[]): Promise<void> {
    const kept = rooms.map(({ network, name }) => ({ network, name }));
    await this.#repository.save(user, KIND, '', kept.length === 0 ? undefined : utf8(JSON.stringify(kept)));
  }
}

function isRoom(said: unknown): said is SettingsRoom {
  if (typeof said !== 'object' || said === null) return false;
  const { network, name }: { readonly network?: unknown; readonly name?: unknown } = said;
  return typeof network === 'string' && typeof name === 'string';
}
