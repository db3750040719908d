import { type Affiliation, rankOf, type Role, type RoleAndAffiliation } from './affiliation.js';

/** What is asked for: a role, an affiliation or both. */
export interface Wish {
  readonly role?: Role | undefined;
  readonly affiliation?: Affiliation | undefined;
}

/** Why a wish is not granted (XEP-0045, 8 to 10). */
export type Denial = 'forbidden' | 'not-allowed' | 'conflict';

const isAtLeast = (one: Affiliation, other: Affiliation): boolean => rankOf(one) >= rankOf(other);

/** Whether somebody may ask such a thing at all, whoever it is about: rights come before existence. */
export function mayAsk({ role, affiliation }: RoleAndAffiliation, wish: Wish): boolean {
  if (wish.role === 'moderator' && !isAtLeast(affiliation, 'admin')) return false;
  if (wish.role !== undefined && role !== 'moderator') return false;
  if (wish.affiliation === undefined) return true;
  return isAtLeast(
    affiliation,
    wish.affiliation === 'admin' || wish.affiliation === 'owner' ? 'owner' : 'admin',
  );
}

/**
 * Whether it may be asked about this one, by somebody who may ask.
 * @returns undefined where it may
 */
export function denialOf(
  actor: RoleAndAffiliation,
  target: RoleAndAffiliation,
  wish: Wish,
  isSelf: boolean,
): Denial | undefined {
  const { affiliation, role } = wish;
  if (affiliation === 'outcast' && isSelf) return 'conflict';
  if (affiliation !== undefined && affiliation !== target.affiliation && !isSelf) {
    // Admins have a say over members and strangers, owners over everybody.
    const isTouchable = actor.affiliation === 'owner' || !isAtLeast(target.affiliation, 'admin');
    if (!isTouchable) return 'not-allowed';
  }
  if (role === undefined || role === target.role) return undefined;
  if (role === 'none') {
    return isSelf || !isAtLeast(actor.affiliation, target.affiliation) ? 'not-allowed' : undefined;
  }
  if (role === 'visitor') {
    const isTouchable =
      !isAtLeast(target.affiliation, 'admin') && isAtLeast(actor.affiliation, target.affiliation);
    return isTouchable || isMadeMember(wish) ? undefined : 'not-allowed';
  }
  if (role === 'participant' && target.role === 'moderator') {
    if (target.affiliation === 'owner') return 'not-allowed';
    if (isAtLeast(target.affiliation, 'admin')) {
      return actor.affiliation === 'owner' ? undefined : 'not-allowed';
    }
    return isAtLeast(actor.affiliation, 'admin') || isSelf ? undefined : 'forbidden';
  }
  return undefined;
}

/** Both at once: what the target is now does not count. */
const isMadeMember = ({ affiliation }: Wish): boolean => affiliation === 'member' || affiliation === 'none';
