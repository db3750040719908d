import { StanzaError } from '../../component/stanza.js';
import type { RoomRecordRepository } from '../../store/room-record-types.js';
import { SerialQueue } from '../../util/serial-queue.js';
import {
  decodeAffiliations,
  encodeAffiliations,
  type Identity,
  isAbout,
  type KeptAffiliation,
} from './kept-affiliation.js';
import { text } from '../../text/text.js';

/** Entries of one room: SILC's own lists hold at most 64 each, and admins and owners come beside them. */
const MAX_ENTRIES = 300;
/** Longest reason that is kept, in UTF-16 units. */
const MAX_REASON = 500;

/** Affiliations to one channel that the gateway keeps: reasons, Jabber accounts, and wishes for who is not there. */
export class KeptAffiliations {
  readonly #store: RoomRecordRepository;
  readonly #network: string;
  readonly #channel: string;
  readonly #onChanged: () => void;
  readonly #writes = new SerialQueue();
  #entries: readonly KeptAffiliation[] = [];
  #loading: Promise<void> | undefined;

  /** @param onChanged - called when entries are others than before */
  constructor(
    store: RoomRecordRepository,
    { network, name }: { readonly network: string; readonly name: string },
    onChanged: () => void,
  ) {
    this.#store = store;
    this.#network = network;
    this.#channel = name;
    this.#onChanged = onChanged;
  }

  /** To be awaited before anybody is shown. @throws StoreError; the next call tries again */
  load(): Promise<void> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  all(): readonly KeptAffiliation[] {
    return this.#entries;
  }

  /** The entry about somebody, where there is one. */
  of(person: Identity): KeptAffiliation | undefined {
    return this.#entries.find((entry) => isAbout(entry, person));
  }

  /** Keeps an entry in place of all others about the person. @throws StoreError, StanzaError when there are too many */
  put({ reason, ...entry }: KeptAffiliation): Promise<void> {
    return this.#change((entries) => {
      const others = entries.filter((one) => !isAbout(one, entry));
      if (others.length >= MAX_ENTRIES) {
        throw new StanzaError(
          'wait',
          'resource-constraint',
          text(({ rooms }) => rooms.tooManyAffiliations),
        );
      }
      return [
        ...others,
        { ...entry, ...(reason === undefined ? {} : { reason: reason.slice(0, MAX_REASON) }) },
      ];
    });
  }

  /** Keeps nothing of this person any more. @throws StoreError */
  remove(person: Identity): Promise<void> {
    return this.#change((entries) => entries.filter((entry) => !isAbout(entry, person)));
  }

  /** What is kept counts in another way than before, e.g. since ownership can be given. */
  reconsider(): void {
    if (this.#entries.length > 0) this.#onChanged();
  }

  /** The channel is another one than before: what was kept was about people of the old one. @throws StoreError */
  clear(): Promise<void> {
    return this.#change(() => []);
  }

  #change(change: (entries: readonly KeptAffiliation[]) => readonly KeptAffiliation[]): Promise<void> {
    return this.#writes.run(async () => {
      await this.load();
      const entries = change(this.#entries);
      const isSame =
        entries.length === this.#entries.length && entries.every((one) => this.#entries.includes(one));
      if (isSame) return;
      const octets = entries.length === 0 ? undefined : encodeAffiliations(entries);
      await this.#store.save(this.#network, this.#channel, 'affiliations', octets);
      this.#entries = entries;
      this.#onChanged();
    });
  }

  async #read(): Promise<void> {
    const octets = await this.#store.find(this.#network, this.#channel, 'affiliations');
    this.#entries = octets === undefined ? [] : decodeAffiliations(octets);
    if (octets !== undefined) void this.#store.touch(this.#network, this.#channel).catch(() => undefined);
    if (this.#entries.length > 0) this.#onChanged();
  }
}
