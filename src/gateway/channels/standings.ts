import {
  type Affiliation,
  type RoleAndAffiliation,
  roleAndAffiliationOf,
} from '../../mapping/affiliation.js';
import type { ClientIdentity } from '../../mapping/identity.js';
import type { ClientId } from '../../silc/ids.js';
import { ChannelUserMode } from '../../silc/modes.js';
import type { KeptAffiliation } from '../affiliations/kept-affiliation.js';
import type { KeptAffiliations } from '../affiliations/kept-affiliations.js';
import type { ChangeNote, ChangeNotes } from './change-notes.js';
import type { Occupant, OccupantAddresses } from './occupants.js';
import type { Ownership } from './ownership.js';

/** The channel, as the standing of its occupants needs it. */
export interface StandingsChannel {
  readonly affiliations: KeptAffiliations;
  readonly notes: ChangeNotes;
  readonly ownership: Pick<Ownership, 'isShared'>;
  readonly rights: { readonly founder: string | undefined };
}

/** As what those on a channel are shown: by the modes of SILC, by what is kept, and by what is being changed. */
export class Standings {
  readonly #channel: StandingsChannel;
  readonly #accountOf: (clientId: ClientId) => string | undefined;

  /** @param accountOf - bare JID of a local user */
  constructor(channel: StandingsChannel, accountOf: (clientId: ClientId) => string | undefined) {
    this.#channel = channel;
    this.#accountOf = accountOf;
  }

  /** What is kept of somebody who is on the channel, or was. */
  keptOf({ clientId, fingerprint }: ClientIdentity): KeptAffiliation | undefined {
    const { affiliations, rights } = this.#channel;
    const account = this.#accountOf(clientId);
    const kept = affiliations.of({ account, fingerprint });
    const isFounder = account !== undefined && account === rights.founder;
    return isFounder ? { ...kept, account, affiliation: 'owner' } : kept;
  }

  of(...[user, mode, channelMode, before]: Parameters<OccupantAddresses['standing']>): RoleAndAffiliation {
    const note = this.#noteOn(user.clientId, before);
    const wish = note?.affiliation ?? this.keptOf(user)?.affiliation;
    return roleAndAffiliationOf(mode, channelMode, {
      affiliation: this.#counts(wish, mode) ? wish : undefined,
      isModeratorOnly: isModeratorOnly(before) || note?.isRoleOnly === true,
    });
  }

  #noteOn(clientId: ClientId, before: Occupant | undefined): ChangeNote | undefined {
    const { notes } = this.#channel;
    const note = notes.of(clientId);
    // The role has been given: who loses it and is made operator on SILC afterwards is admin.
    if (note?.isRoleOnly !== true || before?.role !== 'moderator') return note;
    notes.delete(clientId);
    return undefined;
  }

  /** A wish is no more than that, where nobody can carry it out: an operator is no owner without the key to the founder's seat. */
  #counts(wish: Affiliation | undefined, mode: number): boolean {
    if (wish === 'member' || this.#channel.ownership.isShared) return true;
    return wish === 'admin' && (mode & ChannelUserMode.operator) !== 0;
  }
}

/** Whoever is shown so has become operator by a role. */
const isModeratorOnly = (occupant: Occupant | undefined): boolean =>
  occupant?.role === 'moderator' && (occupant.affiliation === 'none' || occupant.affiliation === 'member');
