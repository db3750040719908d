import type { BareJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { ChannelKeys } from '../../mapping/protection-form.js';
import type { ChannelModeChange } from '../../silc/client/types.js';
import type { SilcPublicKey } from '../../silc/crypto/public-key.js';
import { ChannelMode } from '../../silc/modes.js';
import { listedJids } from '../../mapping/room-admin.js';
import { text } from '../../text/text.js';
import type { AffiliationLists } from './lists.js';
import type { People, Place } from './people.js';

/** The keys of a channel, as they are on the server. */
export interface KeysNow extends ChannelKeys {
  /** By address, in the order of `joinKeys`. */
  readonly holders: ReadonlyMap<string, SilcPublicKey>;
}

/** Channels that only holders of certain keys may join (mode C of SILC), with the keys given by whom they belong to. */
export class JoinKeys {
  readonly #people: People;
  readonly #lists: AffiliationLists;

  constructor(people: People, lists: AffiliationLists) {
    this.#people = people;
    this.#lists = lists;
  }

  /** @throws SilcError */
  async now(place: Place): Promise<KeysNow> {
    const { channel, silc, channelId } = place;
    const ours = channel.rights.founderKey?.publicKey;
    const asked = ChannelMode.channelAuth | (ours === undefined ? ChannelMode.founderAuth : 0);
    const hasPrivateKey = silc.channelControl.privateKeys(channelId).length > 0;
    if ((channel.mode & asked) === 0) {
      const founderKey = ours && this.#people.fingerprintOf(ours);
      return { founderKey, hasPrivateKey, joinKeys: [], holders: new Map() };
    }
    const { founderKey = ours, joinKeys } = await silc.channelControl.settings(channelId);
    const prints = joinKeys.map((key) => this.#people.fingerprintOf(key));
    const addresses = listedJids(this.#lists.holders(place, prints));
    return {
      founderKey: founderKey && this.#people.fingerprintOf(founderKey),
      hasPrivateKey,
      joinKeys: addresses,
      holders: new Map(joinKeys.map((key, i) => [addresses[i] ?? '', key])),
    };
  }

  /**
   * What makes the list this one; those who own the channel are always in it.
   * @returns the change of modes, and all the keys afterwards
   * @throws StanzaError item-not-found for somebody whose key is not known; as `People.find`
   */
  async change(
    place: Place,
    { holders }: KeysNow,
    wanted: readonly string[],
  ): Promise<{ readonly mode: ChannelModeChange; readonly all: readonly SilcPublicKey[] }> {
    if (wanted.length === 0) return { mode: { clear: ChannelMode.channelAuth }, all: [] };
    const add: SilcPublicKey[] = [];
    for (const jid of wanted) if (!holders.has(jid)) add.push(await this.#keyOf(place, jid));
    const owners = new Set<BareJid>([...place.channel.ownership.accounts(), place.room.user]);
    const known = new Set([...holders.values()].map((key) => this.#people.fingerprintOf(key)));
    const kept = new Set<string>();
    for (const owner of owners) {
      const { key, fingerprint = '' } = await this.#people.account(place.channel, owner, owner);
      kept.add(fingerprint);
      if (key !== undefined && !known.has(fingerprint)) add.push(key);
    }
    const isGone = ([jid, key]: readonly [string, SilcPublicKey]): boolean =>
      !wanted.includes(jid) && !kept.has(this.#people.fingerprintOf(key));
    const gone = [...holders].filter(isGone).map(([, key]) => key);
    const rest = [...holders.values()].filter((key) => !gone.includes(key));
    return {
      mode: { set: ChannelMode.channelAuth, joinKeys: { add, delete: gone } },
      all: [...rest, ...add],
    };
  }

  async #keyOf(place: Place, jid: string): Promise<SilcPublicKey> {
    const item = { jid, nick: undefined, role: undefined, affiliation: undefined, reason: undefined };
    const { key } = await this.#people.find(place, item, undefined);
    if (key !== undefined) return key;
    throw new StanzaError(
      'cancel',
      'item-not-found',
      text(({ errors }) => errors.keyUnknown(jid)),
    );
  }
}
