import type { BareJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { Affiliation } from '../../mapping/affiliation.js';
import type { AccessEntry, KeyPair, User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import { ChannelUserMode } from '../../silc/modes.js';
import type { KeptAffiliations } from '../affiliations/kept-affiliations.js';
import type { Occupants } from './occupants.js';
import { whenKnown } from './known-member.js';
import { isFounder, type RightsHolder, type RightsPlaces } from './rights-places.js';
import { text } from '../../text/text.js';

const { founder, operator } = ChannelUserMode;

/** The channel, as those who own it need it. */
export interface OwnedChannel {
  readonly affiliations: KeptAffiliations;
  readonly occupants: Occupants;
  readonly rights: {
    readonly founder: string | undefined;
    readonly founderKey: KeyPair | undefined;
    readonly places: RightsPlaces;
  };
}

/** Questions about the ban list at a time: many may be kicked at once. */
const MAX_QUESTIONS = 4;

/** A place with a link. */
type Linked = RightsHolder & { readonly link: NonNullable<RightsHolder['link']> };

/**
 * Rights that the gateway keeps for accounts and keys. SILC has one founder's seat on a channel and operators for the time of a
 * visit: admins and owners are made operators when they come, and an owner takes the seat by the channel's founder key when
 * something needs it.
 */
export class Ownership {
  readonly #channel: OwnedChannel;
  /** About the ban list, under way. */
  #questions = 0;

  constructor(channel: OwnedChannel) {
    this.#channel = channel;
  }

  /** Ownership can be given: the gateway has the founder key. */
  get isShared(): boolean {
    return this.#channel.rights.founderKey !== undefined;
  }

  /** Bare JIDs of the owners, the founder of record first. */
  accounts(): readonly BareJid[] {
    const { rights, affiliations } = this.#channel;
    const kept = affiliations
      .all()
      .flatMap(({ affiliation, account }) => (affiliation === 'owner' ? (account ?? []) : []));
    return [...new Set([...(rights.founder === undefined ? [] : [rights.founder]), ...kept])] as BareJid[];
  }

  /** What is kept of an account. */
  affiliationOf(account: BareJid): Affiliation | undefined {
    const { rights, affiliations } = this.#channel;
    return account === rights.founder ? 'owner' : affiliations.of({ account })?.affiliation;
  }

  /** The bits that a local user may have on the channel, a `ChannelUserMode` mask. */
  ranksOf(account: BareJid): number {
    const affiliation = this.affiliationOf(account);
    if (affiliation === 'owner') return founder | operator;
    return affiliation === 'admin' ? operator : 0;
  }

  /** Gives those who are there and should be operators what they lack. @throws SilcError */
  async settle(): Promise<void> {
    const { rights, affiliations, occupants } = this.#channel;
    const wanted = affiliations
      .all()
      .filter(({ affiliation }) => affiliation === 'admin' || affiliation === 'owner');
    const accounts = new Set([...wanted.map(({ account }) => account), rights.founder]);
    for (const holder of accounts.size > 1 ? rights.places.linked() : []) {
      const lacks = accounts.has(holder.user) && (modeOf(holder) & operator) === 0;
      if (lacks) await this.#makeOperator(holder);
    }
    // Those who are on SILC by themselves.
    const keys = new Set(
      wanted.flatMap(({ account, fingerprint }) => (account === undefined ? fingerprint : undefined) ?? []),
    );
    for (const { clientId, fingerprint = '', mode } of keys.size > 0 ? [...occupants.values()] : []) {
      if (keys.has(fingerprint) && (mode & operator) === 0) await this.grantOperator(clientId);
    }
  }

  /** Makes somebody who is there operator, by whoever can. @returns false where nobody can */
  async grantOperator(clientId: ClientId): Promise<boolean> {
    const by = await this.#granter();
    if (by === undefined) return false;
    await this.whenKnown(by, clientId);
    await by.link.silc.setMemberMode(by.link.silcChannel.id, clientId, { set: operator });
    return true;
  }

  /** A local user who is admin or owner gets the operator's bit where it is missing. @throws StanzaError forbidden, SilcError */
  async ensureOperator(holder: RightsHolder): Promise<void> {
    if ((modeOf(holder) & operator) !== 0) return;
    // A founder who has given it up takes it again.
    if (isFounder(holder) && holder.link !== undefined) {
      const { silc, silcChannel } = holder.link;
      await silc.setMemberMode(silcChannel.id, silc.self.clientId, { set: operator });
      return;
    }
    const isEntitled = (this.ranksOf(holder.user) & operator) !== 0;
    if (!isEntitled || !isLinked(holder) || !(await this.#makeOperator(holder))) throw noRights();
  }

  /** A local user who is owner takes the founder's seat. @throws StanzaError forbidden, SilcError */
  async ensureFounder(holder: RightsHolder): Promise<void> {
    if (isFounder(holder)) return;
    const { founderKey } = this.#channel.rights;
    const isOwner = (this.ranksOf(holder.user) & founder) !== 0;
    if (!isOwner || founderKey === undefined || !isLinked(holder)) throw noRights();
    await holder.link.silc.channelControl.claimFounder(holder.link.silcChannel.id, founderKey);
  }

  /**
   * The ban list, as another user than this one may read it who is operator; undefined where there is none, and as long as several
   * have asked.
   */
  bans(besides?: RightsHolder): Promise<readonly AccessEntry[]> | undefined {
    const by = this.#channel.rights.places
      .linked()
      .find((one) => one !== besides && (modeOf(one) & operator) !== 0);
    if (by === undefined || this.#questions >= MAX_QUESTIONS) return undefined;
    this.#questions++;
    const { silc, silcChannel } = by.link;
    return silc.channelControl.entries(silcChannel.id, 'ban').finally(() => this.#questions--);
  }

  /** What the server tells of somebody who may be no longer on the channel; undefined where no local user has a link. @throws SilcError */
  async whois(clientId: ClientId): Promise<User | undefined> {
    const [by] = this.#channel.rights.places.linked();
    return (await by?.link.silc.whoisById(clientId))?.user;
  }

  /** See `known-member.ts`. */
  whenKnown(by: RightsHolder, clientId: ClientId): Promise<void> {
    const links = this.#channel.rights.places.linked().map(({ link }) => link);
    return by.link === undefined ? Promise.resolve() : whenKnown(by.link, links, clientId);
  }

  async #makeOperator(holder: Linked): Promise<boolean> {
    const { silc, silcChannel } = holder.link;
    const by = this.#channel.rights.places.find((one) => (modeOf(one) & (operator | founder)) !== 0);
    if (by !== undefined) return this.grantOperator(silc.self.clientId);
    const { founderKey } = this.#channel.rights;
    if (founderKey === undefined) return false;
    await silc.channelControl.claimFounder(silcChannel.id, founderKey);
    if ((this.ranksOf(holder.user) & founder) === 0) {
      await silc.setMemberMode(silcChannel.id, silc.self.clientId, { clear: founder });
    }
    return true;
  }

  async #granter(): Promise<Linked | undefined> {
    const { places, founderKey } = this.#channel.rights;
    const by = places.find((one) => (modeOf(one) & (operator | founder)) !== 0);
    if (by !== undefined) return isLinked(by) ? by : undefined;
    const owner = places.find(({ user }) => (this.ranksOf(user) & founder) !== 0);
    if (owner === undefined || founderKey === undefined || !isLinked(owner)) return undefined;
    await owner.link.silc.channelControl.claimFounder(owner.link.silcChannel.id, founderKey);
    return owner;
  }
}

const modeOf = ({ self }: RightsHolder): number => self?.mode ?? 0;

const isLinked = (holder: RightsHolder): holder is Linked => holder.link !== undefined;

const noRights = (): StanzaError =>
  new StanzaError(
    'auth',
    'forbidden',
    text(({ rooms }) => rooms.noRights),
  );
