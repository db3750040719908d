import type { Affiliation } from '../../mapping/affiliation.js';
import type { StatusCode } from '../../mapping/status-codes.js';
import type { ClientId } from '../../silc/ids.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';

/** How long a note may precede the change that it is about. */
const KEEP_MS = 30_000;
const MAX_NOTES = 200;

/** What is known of a change to somebody that a local user is about to make: SILC carries only what becomes of it. */
export interface ChangeNote {
  /** Occupant name of the one who makes it. */
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  /** The affiliation that the person is going to have. */
  readonly affiliation?: Affiliation | undefined;
  /** Only the role is meant. */
  readonly isRoleOnly?: boolean;
  /** Status code of a removal. */
  readonly removal?: StatusCode | undefined;
}

/** Notes about the changes on a channel that are under way. */
export class ChangeNotes {
  readonly #notes = new LruMap<
    ClientId,
    { readonly note: ChangeNote; readonly until: number; isTold: boolean }
  >(MAX_NOTES);

  add(clientId: ClientId, note: ChangeNote): void {
    this.#notes.set(clientId, { note, until: monotonicMs() + KEEP_MS, isTold: false });
  }

  of(clientId: ClientId): ChangeNote | undefined {
    const noted = this.#notes.peek(clientId);
    return noted !== undefined && noted.until > monotonicMs() ? noted.note : undefined;
  }

  /** The same to be told with the change: once. */
  take(clientId: ClientId): ChangeNote | undefined {
    const note = this.of(clientId);
    const noted = this.#notes.peek(clientId);
    if (note === undefined || noted === undefined || noted.isTold) return undefined;
    noted.isTold = true;
    return note;
  }

  /** The change will not be made, or is over. */
  delete(clientId: ClientId): void {
    this.#notes.delete(clientId);
  }
}
