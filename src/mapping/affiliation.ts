import { ChannelMode, ChannelUserMode } from '../silc/modes.js';

export type Affiliation = 'owner' | 'admin' | 'member' | 'none' | 'outcast';
export type Role = 'moderator' | 'participant' | 'visitor' | 'none';

export interface RoleAndAffiliation {
  readonly affiliation: Affiliation;
  readonly role: Role;
}

/**
 * How a SILC user's mode on a channel shows in a room: founder = owner/moderator, operator = admin/moderator, plain =
 * none/participant (member where the channel is invite-only), quieted or silenced with all users = none/visitor.
 */
export function roleAndAffiliationOf(memberMode: number, channelMode: number): RoleAndAffiliation {
  const has = (bit: number): boolean => (memberMode & bit) !== 0;
  const channelHas = (bit: number): boolean => (channelMode & bit) !== 0;
  const quiet = has(ChannelUserMode.quiet);
  if (has(ChannelUserMode.founder)) return { affiliation: 'owner', role: 'moderator' };
  if (has(ChannelUserMode.operator)) {
    return { affiliation: 'admin', role: quiet ? 'visitor' : 'moderator' };
  }
  const affiliation = channelHas(ChannelMode.invite) ? 'member' : 'none';
  const silenced = quiet || channelHas(ChannelMode.silenceUsers);
  return { affiliation, role: silenced ? 'visitor' : 'participant' };
}

/** Bits of `ChannelUserMode` to set and clear. */
export interface MemberModeChange {
  readonly set?: number;
  readonly clear?: number;
}

/** What a request for a role or an affiliation (XEP-0045, 8 and 9) means on SILC. */
export type RoleOrAffiliationRequest =
  | { readonly kind: 'kick' }
  | { readonly kind: 'ban' }
  | { readonly kind: 'mode'; readonly change: MemberModeChange }
  /** SILC has nothing of the kind: founder rights cannot be given away. */
  | { readonly kind: 'impossible' };

const DEOP: MemberModeChange = { clear: ChannelUserMode.operator };

/** Role asked for by a moderator. */
export function roleRequest(role: Role): RoleOrAffiliationRequest {
  switch (role) {
    case 'none':
      return { kind: 'kick' };
    case 'visitor':
      return {
        kind: 'mode',
        change: { set: ChannelUserMode.quiet, clear: ChannelUserMode.operator },
      };
    case 'participant':
      return { kind: 'mode', change: { clear: ChannelUserMode.operator | ChannelUserMode.quiet } };
    case 'moderator':
      return { kind: 'mode', change: { set: ChannelUserMode.operator, clear: ChannelUserMode.quiet } };
  }
}

/** Affiliation asked for by an admin or owner. */
export function affiliationRequest(affiliation: Affiliation): RoleOrAffiliationRequest {
  switch (affiliation) {
    case 'outcast':
      return { kind: 'ban' };
    case 'admin':
      return { kind: 'mode', change: { set: ChannelUserMode.operator } };
    case 'member':
    case 'none':
      return { kind: 'mode', change: DEOP };
    case 'owner':
      return { kind: 'impossible' };
  }
}

const affiliations: ReadonlySet<string> = new Set(['owner', 'admin', 'member', 'none', 'outcast']);
const roles: ReadonlySet<string> = new Set(['moderator', 'participant', 'visitor', 'none']);

export const isAffiliation = (text: string | undefined): text is Affiliation =>
  text !== undefined && affiliations.has(text);
export const isRole = (text: string | undefined): text is Role => text !== undefined && roles.has(text);
