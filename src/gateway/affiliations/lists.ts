import type { BareJid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import type { Affiliation } from '../../mapping/affiliation.js';
import { handleOfMask, nicknameOfMask } from '../../mapping/ban-mask.js';
import { affiliationList, type ListedPerson } from '../../mapping/room-admin.js';
import type { AccessEntry } from '../../silc/client/types.js';
import type { Occupant } from '../channels/occupants.js';
import type { GatewayContext } from '../context.js';
import { type Identity, isAbout, type KeptAffiliation } from './kept-affiliation.js';
import type { People, Place } from './people.js';

/** Name before the fingerprint in the address of a key of which no nickname is known. */
const KEY_NAME = 'key';
/** The same of a ban by a pattern that is more than a nickname. */
const PATTERN_NAME = 'pattern';

/**
 * The lists of a room (XEP-0045, 9.2, 9.5, 10.5, 10.8), for those who may change them. A Jabber address is shown where the
 * account was named by it, and to its owner; anybody else is shown by a SILC address.
 */
export class AffiliationLists {
  readonly #context: GatewayContext;
  readonly #people: People;

  constructor(context: GatewayContext, people: People) {
    this.#context = context;
    this.#people = people;
  }

  async list(place: Place, affiliation: Affiliation): Promise<Element> {
    switch (affiliation) {
      case 'outcast':
        return affiliationList('outcast', await this.#outcasts(place));
      case 'member':
        return affiliationList('member', await this.#members(place));
      case 'admin':
      case 'owner':
      case 'none':
        return affiliationList(affiliation, await this.#standing(place, affiliation));
    }
  }

  /** Who holds keys with these fingerprints, one item each. */
  holders(place: Place, fingerprints: readonly string[]): Element {
    const all = place.channel.affiliations.all();
    const entries = fingerprints.map((fingerprint): KeptAffiliation => ({
      affiliation: 'member',
      ...all.find((entry) => isAbout(entry, { fingerprint })),
      fingerprint,
    }));
    return affiliationList(
      'member',
      entries.map((entry) => this.#listed(place, entry, entries)),
    );
  }

  /** The ban list of the server, with what is known of each entry. */
  async #outcasts(place: Place): Promise<readonly ListedPerson[]> {
    const { silc, channelId, channel } = place;
    const entries = await silc.channelControl.entries(channelId, 'ban');
    const known = entries.flatMap((entry): KeptAffiliation[] => {
      const identity = this.#identityOf(entry);
      if (identity === undefined) return [];
      const kept = channel.affiliations
        .all()
        .find((one) => one.affiliation === 'outcast' && isAbout(one, identity));
      return [kept ?? { affiliation: 'outcast', ...identity }];
    });
    return known.map((entry) => this.#listed(place, entry, known));
  }

  /** Who is kept as member, and whoever else the server would let in by key; and the members who are there. */
  async #members(place: Place): Promise<readonly ListedPerson[]> {
    const { silc, channelId, channel } = place;
    const kept = channel.affiliations.all();
    const invited = (await silc.channelControl.entries(channelId, 'invite')).flatMap((entry) => {
      const identity = this.#identityOf(entry);
      const isKnown = identity === undefined || kept.some((one) => isAbout(one, identity));
      const occupant =
        identity &&
        [...channel.occupants.values()].find(({ fingerprint }) => fingerprint === identity.fingerprint);
      return isKnown || occupant !== undefined ? [] : [{ affiliation: 'member', ...identity } as const];
    });
    const entries: KeptAffiliation[] = [
      ...kept.filter((entry) => entry.affiliation === 'member'),
      ...invited,
    ];
    return [
      ...entries.map((entry) => this.#listed(place, entry, entries)),
      ...this.#present(place, 'member', entries),
    ];
  }

  async #standing(place: Place, affiliation: 'admin' | 'owner' | 'none'): Promise<readonly ListedPerson[]> {
    const { affiliations, rights } = place.channel;
    const entries = affiliations
      .all()
      .filter(
        (entry) =>
          this.#shownAs(place, entry) === affiliation &&
          (rights.founder === undefined || entry.account !== rights.founder),
      );
    if (affiliation === 'owner' && rights.founder !== undefined) {
      const account = rights.founder as BareJid;
      // Who is not named by the account, and not there, is shown by the key.
      const { fingerprint } = await this.#people.account(place.channel, account, account);
      entries.unshift({ fingerprint, ...affiliations.of({ account }), account, affiliation });
    }
    const listed = entries.map((entry) => this.#listed(place, entry, entries));
    return [...listed, ...this.#present(place, affiliation, entries)];
  }

  /** Who is there is what the room shows: an owner is admin where ownership cannot be given. */
  #shownAs(place: Place, entry: KeptAffiliation): Affiliation {
    const shown = occupantOf(place, entry)?.affiliation;
    return shown === 'owner' || shown === 'admin' ? shown : entry.affiliation;
  }

  /** Occupants of whom nothing is kept. */
  #present({ channel }: Place, affiliation: Affiliation, entries: readonly Identity[]): ListedPerson[] {
    const isListed = (occupant: Occupant): boolean => {
      const account = channel.memberOf(occupant)?.user;
      return entries.some((entry) => isAbout(entry, { account, fingerprint: occupant.fingerprint }));
    };
    return [...channel.occupants.values()]
      .filter((occupant) => occupant.affiliation === affiliation && !isListed(occupant))
      .map(({ address, name, role }) => ({ jid: address, nick: name, role, reason: undefined }));
  }

  #listed(place: Place, entry: KeptAffiliation, all: readonly KeptAffiliation[]): ListedPerson {
    const { room } = place;
    const { account, isNamed, nickname, fingerprint, mask, reason } = entry;
    const occupant = occupantOf(place, entry);
    const there = { nick: occupant?.name, role: occupant?.role };
    if (account !== undefined && (isNamed === true || account === room.user)) {
      return { jid: account, reason, ...there };
    }
    if (occupant?.address !== undefined) return { jid: occupant.address, reason, ...there };
    const { name: network } = room.session.network;
    const address = (name: string, qualifier?: string): string =>
      this.#context.addressing.userToJid(network, name, qualifier);
    const masked = mask === undefined ? undefined : nicknameOfMask(mask);
    if (mask !== undefined && masked === undefined) {
      // Whoever reads the list has to know what it says.
      return { jid: address(PATTERN_NAME, handleOfMask(mask)), reason: reason ?? mask, ...there };
    }
    const name = nickname ?? masked;
    if (name === undefined) return { jid: address(KEY_NAME, fingerprint), reason, ...there };
    const isShared = all.some((one) => one !== entry && one.nickname?.toLowerCase() === name.toLowerCase());
    return { jid: address(name, isShared ? fingerprint : undefined), reason, ...there };
  }

  #identityOf(entry: AccessEntry): Identity | undefined {
    if (entry.kind === 'mask') return { mask: entry.mask };
    return entry.kind === 'key' ? { fingerprint: this.#people.fingerprintOf(entry.key) } : undefined;
  }
}

const occupantOf = ({ channel }: Place, entry: Identity): Occupant | undefined =>
  [...channel.occupants.values()].find((one) =>
    isAbout(entry, { account: channel.memberOf(one)?.user, fingerprint: one.fingerprint }),
  );
