import type { LeaveReason } from '../../mapping/presence.js';
import type { ClientId } from '../../silc/ids.js';
import type { LocalMember } from './delivery.js';
import type { Occupant } from './occupants.js';

/** Whoever wants to know when somebody is shown, and before somebody goes. */
export interface MembersListener {
  /** @param before the same person until now */
  shown(occupant: Occupant, before?: Occupant): void;
  leaving(clientId: ClientId): void;
  /** Somebody is shown, shown in another way, or hidden. */
  changed(): void;
  /** A local user has become a moderator. */
  promoted(member: LocalMember): void;
  /** Why somebody's role or affiliation is another one; asked once for each. */
  whyChanged(clientId: ClientId): Pick<LeaveReason, 'actor' | 'reason'> | undefined;
}
