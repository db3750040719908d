import { StanzaError } from '../../component/stanza.js';
import { type Affiliation, modeOfRole, type Role } from '../../mapping/affiliation.js';
import { handleOfMask, nicknameOfMask } from '../../mapping/ban-mask.js';
import { kickComment } from '../../mapping/kick-comment.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { AccessEntry, AccessListName } from '../../silc/client/types.js';
import { SilcCommandError } from '../../silc/errors.js';
import { ChannelMode, ChannelUserMode } from '../../silc/modes.js';
import type { ChangeNote } from '../channels/change-notes.js';
import type { Occupant } from '../channels/occupants.js';
import { withStanzaErrors } from '../failures.js';
import { type KeptAffiliation } from './kept-affiliation.js';
import type { People, Person, Place } from './people.js';
import { text } from '../../text/text.js';

const { founder, operator } = ChannelUserMode;

/** What an occupant is to become. */
interface Deed {
  readonly actor: Occupant | undefined;
  readonly reason: string | undefined;
}

/** Carries out changes of roles and affiliations on SILC, and keeps what SILC cannot. */
export class Deeds {
  readonly #people: People;

  constructor(people: People) {
    this.#people = people;
  }

  /** Gives a role. @throws StanzaError, SilcError */
  async setRole(place: Place, occupant: Occupant, role: Role, deed: Deed): Promise<void> {
    const { channel } = place;
    if (role === occupant.role) return;
    const change = modeOfRole(role);
    if (change === undefined) return this.#remove(place, occupant, deed, StatusCode.kicked, undefined);
    const isOperator = role === 'moderator';
    if (role === 'participant' && !isOperator && (channel.mode & ChannelMode.silenceUsers) !== 0) {
      const said = text(({ rooms }) => rooms.moderatorInstead);
      throw new StanzaError('cancel', 'not-allowed', said);
    }
    await this.#changeMode(place, occupant, change, {
      ...this.#note(deed),
      ...(isOperator && (occupant.mode & operator) === 0 ? { isRoleOnly: true } : {}),
    });
  }

  /** Puts out of a room for members who is none; one who is gone meanwhile is out. @throws StanzaError, SilcError */
  async expel(place: Place, occupant: Occupant, deed: Deed): Promise<void> {
    try {
      await this.#remove(place, occupant, deed, StatusCode.membersOnly, 'none');
    } catch (error) {
      if (place.channel.occupants.get(occupant.clientId) !== undefined) throw error;
    }
  }

  /** Gives an affiliation, or takes it away. @throws StanzaError, SilcError, StoreError */
  async setAffiliation(place: Place, person: Person, wish: Affiliation, deed: Deed): Promise<void> {
    switch (wish) {
      case 'outcast':
        return this.#ban(place, person, deed);
      case 'member':
      case 'none':
        return this.#demote(place, person, wish, deed);
      case 'admin':
      case 'owner':
        return this.#promote(place, person, wish, deed);
    }
  }

  async #ban(place: Place, person: Person, deed: Deed): Promise<void> {
    const { channel, room } = place;
    await channel.ownership.ensureOperator(room);
    await this.#handOver(place, person);
    await this.#edit(place, 'ban', 'add', entryOf(person));
    await this.#uninvite(place, person);
    await this.#keep(place, person, 'outcast', deed);
    // XEP-0045, 9.1: with the person goes the reserved nickname.
    const { network, name } = channel;
    if (person.account !== undefined) {
      await room.context.nicknames.remove({ network, channel: name }, person.account);
    }
    for (const occupant of person.occupants) {
      await this.#remove(place, occupant, deed, StatusCode.banned, 'outcast');
    }
  }

  async #demote(place: Place, person: Person, wish: 'member' | 'none', deed: Deed): Promise<void> {
    const { channel, room } = place;
    await channel.ownership.ensureOperator(room);
    await this.#handOver(place, person);
    await this.#unban(place, person);
    const isForInvited = (channel.mode & ChannelMode.invite) !== 0;
    if (wish === 'member') await this.#invite(place, person);
    else await this.#uninvite(place, person);
    const note = { ...this.#note(deed), affiliation: wish };
    for (const occupant of person.occupants) {
      if (wish === 'none' && isForInvited && occupant.clientId !== room.self?.clientId) {
        await this.#remove(place, occupant, deed, StatusCode.affiliationLost, 'none');
      } else if ((occupant.mode & (operator | founder)) !== 0) {
        await this.#changeMode(place, occupant, { clear: operator | (occupant.mode & founder) }, note);
      } else channel.notes.add(occupant.clientId, note);
    }
    if (wish === 'member') await this.#keep(place, person, wish, deed);
    else await channel.affiliations.remove(person);
  }

  async #promote(place: Place, person: Person, wish: 'admin' | 'owner', deed: Deed): Promise<void> {
    const { channel, room } = place;
    if (wish === 'owner' && (person.account === undefined || !channel.ownership.isShared)) {
      const said = text(({ rooms }) => rooms.oneFounder);
      throw new StanzaError('cancel', 'not-allowed', said);
    }
    const isKnown = person.account !== undefined || person.fingerprint !== undefined;
    if (!isKnown && person.occupants.length === 0) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ rooms }) => rooms.nobodyKnown),
      );
    }
    await channel.ownership.ensureOperator(room);
    if (wish === 'admin') await this.#handOver(place, person);
    await this.#unban(place, person);
    await this.#inviteAhead(place, person);
    const note = { ...this.#note(deed), affiliation: wish };
    for (const occupant of person.occupants) {
      const clear = wish === 'admin' ? occupant.mode & founder : 0;
      if ((occupant.mode & operator) === 0 || clear !== 0) {
        await this.#changeMode(place, occupant, { set: operator, clear }, note);
      } else channel.notes.add(occupant.clientId, note);
    }
    // Without a key the rights end with the visit.
    if (isKnown) await this.#keep(place, person, wish, deed);
  }

  /** The channel goes to another owner where this one was its founder of record. */
  async #handOver({ channel }: Place, { account }: Person): Promise<void> {
    const { rights, ownership } = channel;
    if (account === undefined || account !== rights.founder) return;
    await rights.handOver(ownership.accounts().filter((owner) => owner !== account));
  }

  async #changeMode(
    place: Place,
    occupant: Occupant,
    change: { readonly set?: number; readonly clear?: number },
    note: ChangeNote,
  ): Promise<void> {
    const { channel, silc, channelId, room } = place;
    const { clientId, mode } = occupant;
    const { set = 0, clear = 0 } = change;
    channel.notes.add(clientId, note);
    if (((mode | set) & ~clear) === mode) return;
    const isSelf = clientId === room.self?.clientId;
    try {
      if (isSelf) {
        await silc.setMemberMode(channelId, clientId, change);
        return;
      }
      // Nobody takes the founder's bit from another one: the seat is taken, and with it the bit is gone.
      if ((mode & founder) !== 0) await channel.ownership.ensureFounder(room);
      else await channel.ownership.ensureOperator(room);
      await channel.ownership.whenKnown(room, clientId);
      const rest = { ...change, clear: clear & ~founder };
      if (((mode | set) & ~rest.clear) !== mode) await silc.setMemberMode(channelId, clientId, rest);
    } catch (error) {
      channel.notes.delete(clientId);
      throw error;
    }
  }

  /** Takes somebody off the channel. @param removal - status code */
  async #remove(
    place: Place,
    { clientId, mode }: Occupant,
    { actor, reason }: Deed,
    removal: StatusCode,
    affiliation: Affiliation | undefined,
  ): Promise<void> {
    const { channel, silc, channelId, room } = place;
    if ((mode & founder) !== 0) await channel.ownership.ensureFounder(room);
    else await channel.ownership.ensureOperator(room);
    channel.notes.add(clientId, { actor: actor?.name, reason, removal, affiliation });
    try {
      await withStanzaErrors('kick', silc.kick(channelId, clientId, kickComment(reason)));
    } catch (error) {
      channel.notes.delete(clientId);
      throw error;
    }
  }

  async #keep(
    place: Place,
    person: Person,
    affiliation: KeptAffiliation['affiliation'],
    deed: Deed,
  ): Promise<void> {
    const { account, fingerprint, mask, nickname } = person;
    const before = place.channel.affiliations.of(person);
    await place.channel.affiliations.put({
      ...{ affiliation, account, fingerprint, mask },
      isNamed: person.isNamed || before?.isNamed === true,
      nickname: person.occupants[0]?.nickname ?? nickname ?? before?.nickname,
      reason: deed.reason,
    });
  }

  /** Lets somebody in past the invite list by key. */
  async #invite(place: Place, person: Person): Promise<void> {
    const { key } = person;
    if (key !== undefined) await this.#edit(place, 'invite', 'add', { kind: 'key', key });
  }

  /** The same of somebody who gets in anyway while the channel is open: a list that is full is no reason to refuse. */
  async #inviteAhead(place: Place, person: Person): Promise<void> {
    try {
      await this.#invite(place, person);
    } catch (error) {
      const isOpen = (place.channel.mode & ChannelMode.invite) === 0;
      if (!isOpen || !(error instanceof SilcCommandError)) throw error;
    }
  }

  async #uninvite(place: Place, { key }: Person): Promise<void> {
    if (key !== undefined) await this.#edit(place, 'invite', 'delete', { kind: 'key', key });
  }

  /** Lifts every ban of a person: by key, and by a mask that is the nickname. */
  async #unban(place: Place, { key, fingerprint, mask, nickname }: Person): Promise<void> {
    const nick = nickname?.toLowerCase();
    const isMeant = (entry: AccessEntry): boolean => {
      if (entry.kind === 'key') {
        return fingerprint !== undefined && this.#people.fingerprintOf(entry.key) === fingerprint;
      }
      if (entry.kind !== 'mask') return false;
      if (entry.mask === mask || (fingerprint !== undefined && handleOfMask(entry.mask) === fingerprint))
        return true;
      return key === undefined && nick !== undefined && nicknameOfMask(entry.mask)?.toLowerCase() === nick;
    };
    for (const entry of await place.silc.channelControl.entries(place.channelId, 'ban')) {
      if (isMeant(entry)) await this.#edit(place, 'ban', 'delete', entry);
    }
  }

  async #edit(
    { silc, channelId, channel }: Place,
    list: AccessListName,
    action: 'add' | 'delete',
    entry: AccessEntry,
  ): Promise<void> {
    await silc.channelControl.editEntries(channelId, list, action, [entry]);
    channel.rights.listChanged(list, action, entry);
  }

  #note({ actor, reason }: Deed): ChangeNote {
    return { actor: actor?.name, reason };
  }
}

/** In the ban list: the key, or for a stranger the mask. */
function entryOf({ key, mask }: Person): AccessEntry {
  if (key !== undefined) return { kind: 'key', key };
  if (mask !== undefined) return { kind: 'mask', mask };
  throw new StanzaError(
    'cancel',
    'item-not-found',
    text(({ rooms }) => rooms.userKeyNotKnown),
  );
}
