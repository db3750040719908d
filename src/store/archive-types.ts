/** A room in the archive. */
export interface ArchiveRoom {
  readonly network: string;
  /** Prepared name of the channel. */
  readonly channel: string;
}

/** A line as it is kept: one, however many users see it. */
export interface ArchivedLine {
  /** XEP-0359 id, unique in the room. */
  readonly stanzaId: string;
  readonly at: Date;
  /** Name of the author in the room. */
  readonly nick: string;
  /** The rest of the line; encrypted in the database. */
  readonly content: Uint8Array;
}

/** What happened in rooms, in this order. */
export type ArchiveEntry =
  | { readonly kind: 'line'; readonly room: ArchiveRoom; readonly line: ArchivedLine }
  /** A user (bare JID) is there from now on, or no longer. */
  | {
      readonly kind: 'enter' | 'leave';
      readonly room: ArchiveRoom;
      readonly user: string;
      readonly at: Date;
    };

/** Which lines are wanted; what is absent has no bound. */
export interface ArchiveQuery {
  /** Both included. */
  readonly start?: Date | undefined;
  readonly end?: Date | undefined;
  /** Stanza ids, both excluded. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly nick?: string | undefined;
  /** These alone, in the order in which they were said. */
  readonly ids?: readonly string[] | undefined;
  /** Lines at most. */
  readonly max: number;
  /** The last ones of all that fit, not the first. */
  readonly last: boolean;
}

export interface ArchivePage {
  /** Oldest first. */
  readonly lines: readonly ArchivedLine[];
  /** Whether there are no more in the direction that was asked for. */
  readonly isComplete: boolean;
}

/** What was said in rooms. A user is given what was said while that user was there, and nothing else. */
export interface ArchiveRepository {
  /** All or nothing, in one transaction. A line whose id the room has already is kept once. */
  add(entries: readonly ArchiveEntry[]): Promise<void>;
  /** Whether the user (bare JID) was ever in the room, as far as the archive reaches back. */
  hasBeenIn(room: ArchiveRoom, user: string): Promise<boolean>;
  /** When the last line of a room was said; undefined where there is none. */
  newest(room: ArchiveRoom): Promise<Date | undefined>;
  /** Undefined when `after`, `before` or one of `ids` is none of a line that this user may see. */
  page(room: ArchiveRoom, user: string, query: ArchiveQuery): Promise<ArchivePage | undefined>;
  /**
   * Replaces what is kept of a line. @param change gives the new content, undefined to leave it
   * @returns whether there is such a line, and it was changed
   */
  replace(
    room: ArchiveRoom,
    stanzaId: string,
    change: (content: Uint8Array) => Uint8Array | undefined,
  ): Promise<boolean>;
  /** Nobody is in any room, from the last that is known on: to be called before the first entry of a start. */
  closeSpans(): Promise<void>;
  /** From `at` on the user sees nothing any more of what was said before, in one room or in all. */
  forget(user: string, room: ArchiveRoom | undefined, at: Date): Promise<void>;
  /** Deletes lines of a room, `limit` at most. @returns how many lines went */
  wipe(room: ArchiveRoom, limit: number): Promise<number>;
  /** Deletes what is older, of one room or of all, `limit` lines at most. @returns how many lines went */
  expire(before: Date, limit: number, room?: ArchiveRoom): Promise<number>;
}
