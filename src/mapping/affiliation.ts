import { ChannelMode, ChannelUserMode } from '../silc/modes.js';

export type Affiliation = 'owner' | 'admin' | 'member' | 'none' | 'outcast';
export type Role = 'moderator' | 'participant' | 'visitor' | 'none';

export interface RoleAndAffiliation {
  readonly affiliation: Affiliation;
  readonly role: Role;
}

/** What is known of a member's standing beside the modes of SILC. */
export interface KeptStanding {
  /** Kept by the gateway, or on its way; undefined where nothing is. */
  readonly affiliation?: Affiliation | undefined;
  /** Operator by a role that was given for the time of the visit. */
  readonly isModeratorOnly?: boolean | undefined;
}

/**
 * How a SILC user's mode on a channel shows in a room: founder = owner/moderator, operator = admin/moderator, plain =
 * none/participant (member where the channel is invite-only), quieted or silenced with all users = none/visitor. An affiliation
 * that the gateway keeps goes before that of an operator or plain user.
 */
export function roleAndAffiliationOf(
  memberMode: number,
  channelMode: number,
  kept: KeptStanding = {},
): RoleAndAffiliation {
  const has = (bit: number): boolean => (memberMode & bit) !== 0;
  const channelHas = (bit: number): boolean => (channelMode & bit) !== 0;
  const isOperator = has(ChannelUserMode.operator);
  const isKept = kept.affiliation === 'owner' || kept.affiliation === 'admin' ? kept.affiliation : undefined;
  const plain = kept.affiliation === 'member' || channelHas(ChannelMode.invite) ? 'member' : 'none';
  if (has(ChannelUserMode.founder)) return { affiliation: isKept ?? 'owner', role: 'moderator' };
  const affiliation = isKept ?? (isOperator && kept.isModeratorOnly !== true ? 'admin' : plain);
  const isQuiet = has(ChannelUserMode.quiet) || (!isOperator && channelHas(ChannelMode.silenceUsers));
  return { affiliation, role: isQuiet ? 'visitor' : isOperator ? 'moderator' : 'participant' };
}

const ranks: Readonly<Record<Affiliation, number>> = { outcast: -1, none: 0, member: 1, admin: 2, owner: 3 };

/** Compares affiliations: the higher, the more. */
export const rankOf = (affiliation: Affiliation): number => ranks[affiliation];

/** Bits of `ChannelUserMode` to set and clear. */
export interface MemberModeChange {
  readonly set?: number;
  readonly clear?: number;
}

/** The bits of a role that a moderator gives; undefined for `none`, which is a kick. */
export function modeOfRole(role: Role): MemberModeChange | undefined {
  const { operator, quiet } = ChannelUserMode;
  switch (role) {
    case 'none':
      return undefined;
    case 'visitor':
      return { set: quiet, clear: operator };
    case 'participant':
      return { clear: operator | quiet };
    case 'moderator':
      return { set: operator, clear: quiet };
  }
}

const affiliations: ReadonlySet<string> = new Set(['owner', 'admin', 'member', 'none', 'outcast']);
const roles: ReadonlySet<string> = new Set(['moderator', 'participant', 'visitor', 'none']);

export const isAffiliation = (text: string | undefined): text is Affiliation =>
  text !== undefined && affiliations.has(text);
export const isRole = (text: string | undefined): text is Role => text !== undefined && roles.has(text);
