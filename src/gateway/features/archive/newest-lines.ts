import type { ArchiveRepository, ArchiveRoom } from '../../../store/archive-types.js';
import { LruMap } from '../../../util/lru-map.js';

interface Newest {
  /** Wall clock, milliseconds; -Infinity for none. */
  at: number;
  /** Until the archive has been asked. */
  asked: Promise<void> | undefined;
}

/**
 * When something was said last in rooms, without asking the archive each time: most who come, or come back, have missed nothing.
 * Lines that are deleted are not noticed; then a question to the archive is asked in vain.
 */
export class NewestLines {
  readonly #repository: Pick<ArchiveRepository, 'newest'>;
  readonly #flush: () => Promise<void>;
  /** By their addresses. */
  readonly #rooms: LruMap<string, Newest>;

  /**
   * @param flush - resolves when all lines that were said so far are in the archive
   * @param most - rooms that are known at a time
   */
  constructor(repository: Pick<ArchiveRepository, 'newest'>, flush: () => Promise<void>, most: number) {
    this.#repository = repository;
    this.#flush = flush;
    this.#rooms = new LruMap(most);
  }

  /** A line was said in the room with this address. */
  said(jid: string, at: Date): void {
    const known = this.#rooms.peek(jid);
    if (known !== undefined) known.at = Math.max(known.at, at.getTime());
  }

  /** Whether the room may have lines of `start` or later. @throws StoreError */
  async mayHaveSince(jid: string, room: ArchiveRoom, start: Date): Promise<boolean> {
    const known = this.#rooms.get(jid) ?? this.#learn(jid, room);
    await known.asked;
    return known.at >= start.getTime();
  }

  #learn(jid: string, room: ArchiveRoom): Newest {
    const known: Newest = { at: -Infinity, asked: undefined };
    this.#rooms.set(jid, known);
    known.asked = this.#ask(jid, room, known).finally(() => (known.asked = undefined));
    return known;
  }

  async #ask(jid: string, room: ArchiveRoom, known: Newest): Promise<void> {
    try {
      // What is said from now on is noticed by `said`.
      await this.#flush();
      const at = await this.#repository.newest(room);
      known.at = Math.max(known.at, at?.getTime() ?? -Infinity);
    } catch (error) {
      if (this.#rooms.peek(jid) === known) this.#rooms.delete(jid);
      throw error;
    }
  }
}
