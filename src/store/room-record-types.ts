/** What is kept of a room: each kind is one text of its own. */
export type RoomRecordKind = 'affiliations' | 'settings' | 'avatar' | 'nicknames';

export interface RoomRecord {
  readonly network: string;
  readonly channel: string;
  /** Undefined where it is damaged. */
  readonly content: Uint8Array | undefined;
}

/**
 * What the gateway keeps of rooms beside SILC, by network and prepared name of the channel. What a record says is the gateway's own
 * affair; it is clear text here and encrypted in the database.
 */
export interface RoomRecordRepository {
  find(network: string, channel: string, kind: RoomRecordKind): Promise<Uint8Array | undefined>;
  /** Records of one kind, in order of network and channel. @param after - the room before the first one */
  list(
    kind: RoomRecordKind,
    limit: number,
    after?: { readonly network: string; readonly channel: string },
  ): Promise<readonly RoomRecord[]>;
  /** Undefined removes it. */
  save(
    network: string,
    channel: string,
    kind: RoomRecordKind,
    content: Uint8Array | undefined,
  ): Promise<void>;
  /** The room is in use. */
  touch(network: string, channel: string): Promise<void>;
  removeAll(network: string, channel: string): Promise<void>;
  /** Removes all records of rooms that were not in use since. @returns how many */
  expire(before: Date): Promise<number>;
}
