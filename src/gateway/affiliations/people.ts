import { type BareJid, type Jid, tryParseJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { UserAddress } from '../../mapping/address.js';
import { banMaskOf } from '../../mapping/ban-mask.js';
import type { Affiliation } from '../../mapping/affiliation.js';
import type { AdminItem } from '../../mapping/room-admin.js';
import type { SilcPublicKey } from '../../silc/crypto/public-key.js';
import { fingerprint } from '../../silc/crypto/fingerprint.js';
import type { ClientId } from '../../silc/ids.js';
import type { Occupant } from '../channels/occupants.js';
import type { GatewayContext } from '../context.js';
import type { RoomRequest } from '../feature.js';
import type { Identities } from '../sessions/identities.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { type Identity, isAbout, isAddressed, type KeptAffiliation } from './kept-affiliation.js';
import { text } from '../../text/text.js';

/** Where somebody is looked for: a room that one is in. */
export type Place = Pick<RoomRequest, 'room' | 'channel' | 'silc' | 'channelId'>;

/** Somebody who has an affiliation, or is to get one. */
export interface Person extends Identity {
  readonly account?: BareJid | undefined;
  /** Absent where nothing is known but a nickname. */
  readonly key?: SilcPublicKey | undefined;
  /** The account was named by its address. */
  readonly isNamed: boolean;
  readonly nickname: string | undefined;
  /** As whom the person is in the room: more than one where the key is used twice. */
  readonly occupants: readonly Occupant[];
}

/** Finds whom items mean: Jabber accounts by their names, everybody on SILC by key, strangers by nickname. */
export class People {
  readonly #context: GatewayContext;
  readonly #identities: Identities;
  readonly #sessions: SessionRegistry;

  constructor(context: GatewayContext, identities: Identities, sessions: SessionRegistry) {
    this.#context = context;
    this.#identities = identities;
    this.#sessions = sessions;
  }

  /** The occupant of a room that an item names, without a question to anybody. */
  occupant({ channel }: Place, { nick, jid }: AdminItem): Occupant | undefined {
    const address = jid === undefined ? undefined : this.#addressOf(jid);
    if (address === undefined) return nick === undefined ? undefined : channel.occupants.byName(nick);
    if (address.kind === 'account') return this.#occupantsOf(channel, address.jid.bare, undefined)[0];
    if (address.kind === 'occupant') return channel.occupants.byName(address.occupant);
    return address.kind === 'user' ? channel.occupants.byAddress(address.name, address.qualifier) : undefined;
  }

  /**
   * Whom an item means.
   * @param wish - for `outcast` and `none` a nickname that nobody has is somebody, too
   * @throws StanzaError item-not-found, conflict, jid-malformed, resource-constraint; StoreError, SilcError
   */
  async find(place: Place, item: AdminItem, wish: Affiliation | undefined): Promise<Person> {
    const { channel, room } = place;
    const address = item.jid === undefined ? undefined : this.#addressOf(item.jid);
    if (address?.kind === 'account') return this.#account(place, address.jid);
    if (address?.kind === 'user' && address.network !== room.session.network.name) throw notOfNetwork();
    const occupant = this.occupant(place, item);
    const isMeant = (entry: KeptAffiliation): boolean =>
      address?.kind === 'user'
        ? isAddressed(entry, address.name, address.qualifier)
        : entry.nickname !== undefined &&
          entry.nickname === (address?.kind === 'occupant' ? address.occupant : item.nick);
    const kept = channel.affiliations.all().find(isMeant);
    // Who has the nickname now is not the one whose ban is lifted.
    const isOther = occupant === undefined || channel.affiliationOf(occupant) === undefined;
    if (wish === 'none' && kept !== undefined && isOther) return this.#kept(channel, kept);
    if (occupant !== undefined) return this.#present(place, occupant);
    const canBeStranger = wish === 'outcast' || wish === 'none';
    if (address?.kind === 'user') return this.#onSilc(place, address, { kept, canBeStranger });
    if (kept !== undefined) return this.#kept(channel, kept);
    if (address?.kind === 'gateway' || address?.kind === 'channel') throw notOfNetwork();
    const nickname = address?.kind === 'occupant' ? address.occupant : item.nick;
    if (nickname === undefined || !canBeStranger) throw noOccupant();
    return stranger(nickname);
  }

  /** Somebody by an account, present or not. @throws StoreError, StanzaError, SilcError */
  async account(channel: Place['channel'], account: BareJid, asker: string): Promise<Person> {
    const { publicKey: key } = await this.#identities.keyPair(account, asker);
    const print = fingerprint(this.#context.backend, key);
    const occupants = this.#occupantsOf(channel, account, print);
    return {
      ...{ account, key, fingerprint: print, occupants },
      isNamed: true,
      nickname: occupants[0]?.nickname,
    };
  }

  /** The fingerprint of a key. */
  fingerprintOf(key: SilcPublicKey): string {
    return fingerprint(this.#context.backend, key);
  }

  async #account({ channel, room }: Place, jid: Jid): Promise<Person> {
    if (jid.local === '')
      throw new StanzaError(
        'modify',
        'jid-malformed',
        text(({ rooms }) => rooms.noAccount),
      );
    return this.account(channel, jid.bare, room.user);
  }

  async #present({ channel, silc }: Place, occupant: Occupant): Promise<Person> {
    const { clientId, nickname } = occupant;
    const account = channel.memberOf(occupant)?.user;
    if (account !== undefined)
      return { ...(await this.account(channel, account, account)), isNamed: false, nickname };
    const key = await silc.getKey(clientId);
    if (key !== undefined) return this.#holder(channel, key, nickname, occupant);
    return { ...stranger(nickname ?? ''), occupants: [occupant] };
  }

  /** Somebody who is not here, and whom an entry is about. */
  async #kept(channel: Place['channel'], entry: KeptAffiliation): Promise<Person> {
    const { fingerprint: print, mask, nickname } = entry;
    if (entry.account !== undefined) {
      const account = entry.account as BareJid;
      const isNamed = entry.isNamed === true;
      return { ...(await this.account(channel, account, account)), isNamed, nickname };
    }
    return {
      ...{ fingerprint: print, mask, nickname },
      isNamed: false,
      occupants: print === undefined ? [] : this.#occupantsOf(channel, undefined, print),
    };
  }

  /** Who has a nickname on the network; else one who is known to the lists by it. */
  async #onSilc(
    place: Place,
    { name, qualifier }: UserAddress,
    { kept, canBeStranger }: { readonly kept: KeptAffiliation | undefined; readonly canBeStranger: boolean },
  ): Promise<Person> {
    const { room, silc, channel } = place;
    try {
      const { clientId } = await room.session.direct.find({ nickname: name, qualifier });
      const account = this.#accountOf(room.session.network.name, clientId);
      if (account !== undefined) {
        return { ...(await this.account(channel, account, account)), isNamed: false, nickname: name };
      }
      const key = await silc.getKey(clientId);
      if (key !== undefined) return this.#holder(channel, key, name);
    } catch (error) {
      const isNobody = error instanceof StanzaError && error.condition === 'item-not-found';
      if (!isNobody || (kept === undefined && !canBeStranger)) throw error;
    }
    if (kept !== undefined) return this.#kept(channel, kept);
    if (!canBeStranger)
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ rooms }) => rooms.nothingKnown(name)),
      );
    if (qualifier === undefined) return stranger(name);
    return { fingerprint: qualifier, isNamed: false, nickname: undefined, occupants: [] };
  }

  #holder(
    channel: Place['channel'],
    key: SilcPublicKey,
    nickname: string | undefined,
    occupant?: Occupant,
  ): Person {
    const print = this.fingerprintOf(key);
    const occupants = this.#occupantsOf(channel, undefined, print, occupant);
    return { key, fingerprint: print, isNamed: false, nickname, occupants };
  }

  #accountOf(network: string, clientId: ClientId): BareJid | undefined {
    for (const session of this.#sessions.all()) {
      if (session.network.name === network && session.silc?.self.clientId === clientId) return session.user;
    }
    return undefined;
  }

  /** Those in the room who are the person: by account where that is known, by key where it is not. */
  #occupantsOf(
    channel: Place['channel'],
    account: BareJid | undefined,
    print: string | undefined,
    besides?: Occupant,
  ): readonly Occupant[] {
    return [...channel.occupants.values()].filter((occupant) => {
      if (occupant === besides) return true;
      const member = channel.memberOf(occupant)?.user;
      return isAbout({ account, fingerprint: print }, { account: member, fingerprint: occupant.fingerprint });
    });
  }

  #addressOf(
    given: string,
  ): { readonly kind: 'account'; readonly jid: Jid } | ReturnType<GatewayContext['addressing']['parse']> {
    const jid = tryParseJid(given);
    if (jid === undefined)
      throw new StanzaError(
        'modify',
        'jid-malformed',
        text(({ rooms }) => rooms.noAddress),
      );
    if (jid.domain !== this.#context.domain) return { kind: 'account', jid };
    const address = this.#context.addressing.parse(jid);
    if (address.kind !== 'invalid') return address;
    const { type, condition, text: why } = address.error;
    throw new StanzaError(type, condition, why);
  }
}

const stranger = (nickname: string): Person => ({
  mask: banMaskOf(nickname),
  isNamed: false,
  nickname,
  occupants: [],
});

const notOfNetwork = (): StanzaError =>
  new StanzaError(
    'cancel',
    'item-not-found',
    text(({ rooms }) => rooms.notOfNetwork),
  );

const noOccupant = (): StanzaError =>
  new StanzaError(
    'cancel',
    'item-not-found',
    text(({ rooms }) => rooms.noSuchOccupant),
  );
