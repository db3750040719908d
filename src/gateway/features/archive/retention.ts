import type { ArchiveRepository, ArchiveRoom } from '../../../store/archive-types.js';
import type { RoomSettings } from '../../channels/room-settings.js';

const DAY_MS = 86_400_000;
/** Rooms that are looked at in one step. */
const ROOMS = 100;

/** For how long lines are kept: as the configuration says, and in a room no longer than its owners want. */
export class Retention {
  readonly #settings: RoomSettings;
  readonly #repository: ArchiveRepository;
  readonly #configuredDays: () => number;
  /** The room that was looked at last. */
  #last: ArchiveRoom | undefined;

  /** @param days - as the configuration says, asked anew each time */
  constructor(settings: RoomSettings, repository: ArchiveRepository, days: () => number) {
    this.#settings = settings;
    this.#repository = repository;
    this.#configuredDays = days;
  }

  get #days(): number {
    return this.#configuredDays();
  }

  /** To be called when somebody comes: from then on it is known whether lines of the room are kept. */
  async learn(room: ArchiveRoom): Promise<void> {
    await this.#settings.find(nameOf(room));
  }

  /** Whether lines of a room are kept at all. */
  keeps(room: ArchiveRoom): boolean {
    return this.#settings.peek(nameOf(room))?.historyDays !== 0;
  }

  /** Nobody is shown what is older, whether or not it is deleted yet. */
  async since(room: ArchiveRoom): Promise<Date> {
    const { historyDays = this.#days } = await this.#settings.find(nameOf(room));
    return daysAgo(Math.min(historyDays, this.#days));
  }

  /**
   * Deletes what is too old, in small steps.
   * @param limit - lines at most
   * @returns whether there may be more to do
   * @throws StoreError
   */
  async expire(limit: number): Promise<boolean> {
    const old = await this.#repository.expire(daysAgo(this.#days), limit);
    let left = limit - old;
    if (left <= 0) return true;
    const rooms = await this.#settings.list(ROOMS, this.#last && nameOf(this.#last));
    for (const { network, name, settings } of rooms) {
      const room = { network, channel: name };
      const { historyDays = this.#days } = settings;
      if (historyDays < this.#days) {
        left -= await this.#repository.expire(daysAgo(historyDays), left, room);
        if (left <= 0) return true;
      }
      this.#last = room;
    }
    if (rooms.length === ROOMS) return true;
    this.#last = undefined;
    return false;
  }
}

const nameOf = ({ network, channel }: ArchiveRoom): { readonly network: string; readonly name: string } => ({
  network,
  name: channel,
});

const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);
