import { StanzaError } from '../../component/stanza.js';
import { type Addressing, qualifiedName } from '../../mapping/address.js';
import { utf8 } from '../../silc/bytes.js';
import type { UserRecordRepository } from '../../store/user-types.js';
import { text } from '../../text/text.js';

const KIND = 'keys-with-users';
/** Conversations of one user; two names each. */
const MAX_WANTED = 200;
const NOTHING = utf8('');

/** Somebody with whom a user has set a key. */
export interface KeyPartner {
  /** Canonical address of a SILC user. */
  readonly address: string;
  readonly fingerprint: string | undefined;
}

/**
 * With whom users have set keys by hand. Such a key ends with the link to SILC, or when the other one drops it: nothing goes without
 * it then, before the user has set it again or said that it may. The keys themselves are not kept.
 */
export class WantedKeys {
  readonly #records: UserRecordRepository;
  readonly #addressing: Addressing;
  /** By user: names and fingerprints, with the network. */
  readonly #wanted = new Map<string, ReadonlySet<string>>();

  constructor(records: UserRecordRepository, addressing: Addressing) {
    this.#records = records;
    this.#addressing = addressing;
  }

  /** To be called before anything else. @throws StoreError */
  async load(): Promise<void> {
    for (const user of await this.#records.users(KIND)) {
      this.#wanted.set(user, new Set((await this.#records.of(user, KIND)).keys()));
    }
  }

  isWanted(user: string, partner: KeyPartner): boolean {
    const wanted = this.#wanted.get(user);
    return wanted !== undefined && this.#places(partner).some((place) => wanted.has(place));
  }

  /** @throws StoreError; StanzaError where it would be too many */
  async want(user: string, partner: KeyPartner): Promise<void> {
    const wanted = new Set(this.#wanted.get(user));
    for (const place of this.#places(partner)) wanted.add(place);
    if (wanted.size > 2 * MAX_WANTED) {
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ trust }) => trust.tooManyWanted(MAX_WANTED)),
      );
    }
    for (const place of this.#places(partner)) await this.#records.save(user, KIND, place, NOTHING);
    this.#wanted.set(user, wanted);
  }

  /** @returns whether it was wanted. @throws StoreError */
  async drop(user: string, partner: KeyPartner): Promise<boolean> {
    const wasWanted = this.isWanted(user, partner);
    const wanted = new Set(this.#wanted.get(user));
    for (const place of this.#places(partner)) {
      await this.#records.save(user, KIND, place, undefined);
      wanted.delete(place);
    }
    if (wanted.size === 0) this.#wanted.delete(user);
    else this.#wanted.set(user, wanted);
    return wasWanted;
  }

  /** @throws StoreError */
  async forgetAll(user: string): Promise<void> {
    for (const place of this.#wanted.get(user) ?? []) await this.#records.save(user, KIND, place, undefined);
    this.#wanted.delete(user);
  }

  /** Whoever has the name, and whatever name the key has. */
  #places({ address, fingerprint }: KeyPartner): readonly string[] {
    const to = this.#addressing.parse(address);
    if (to.kind !== 'user') return [];
    const { network, name, qualifier } = to;
    const byName = `${network} ${qualifiedName(name, qualifier)}`;
    return fingerprint === undefined ? [byName] : [byName, `${network} =${fingerprint}`];
  }
}
