import type { RoleAndAffiliation } from '../../mapping/affiliation.js';
import type { Place } from './people.js';

/** What a user is in a room; of one who is not there, what is kept. */
export function standingIn({ room, channel }: Pick<Place, 'room' | 'channel'>): RoleAndAffiliation {
  return room.self ?? { role: 'none', affiliation: channel.ownership.affiliationOf(room.user) ?? 'none' };
}
