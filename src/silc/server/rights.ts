import { ChannelMode, ChannelUserMode, FOUNDER_CHANNEL_MODES, OWN_CHANNEL_USER_MODES } from '../modes.js';
import { Status } from '../status.js';
import type { ServerChannel } from './channel.js';
import type { ServerClient } from './client.js';

/** Who may change what. Each function gives the status of a refusal, 0 where it is allowed. */

/** All modes there are. */
const offeredChannelModes =
  ChannelMode.private |
  ChannelMode.secret |
  ChannelMode.privateKey |
  ChannelMode.invite |
  ChannelMode.topic |
  ChannelMode.userLimit |
  ChannelMode.passphrase |
  ChannelMode.cipher |
  ChannelMode.hmac |
  ChannelMode.silenceUsers |
  ChannelMode.silenceOperators |
  ChannelMode.founderAuth |
  ChannelMode.channelAuth;

export function channelModeRefusal(channel: ServerChannel, by: ServerClient, wanted: number): number {
  if (!channel.isOperator(by) && !channel.isFounder(by)) return Status.noChannelPriv;
  // With +k the mask of every change holds a bit that only a founder may send, as with silcd.
  const sensitive = ((channel.mode ^ wanted) & FOUNDER_CHANNEL_MODES) | (wanted & ChannelMode.privateKey);
  if (sensitive !== 0 && !channel.isFounder(by)) return Status.noChannelFounderPriv;
  return (wanted & ~offeredChannelModes) !== 0 ? Status.unknownMode : 0;
}

const memberModes =
  ChannelUserMode.founder | ChannelUserMode.operator | ChannelUserMode.quiet | OWN_CHANNEL_USER_MODES;

export function memberModeRefusal(
  channel: ServerChannel,
  by: ServerClient,
  target: ServerClient,
  wanted: number,
  proven = false,
): number {
  const before = (channel.members.get(target) ?? 0) | (proven ? ChannelUserMode.founder : 0);
  const changed = before ^ wanted;
  if ((wanted & ~memberModes) !== 0) return Status.unknownMode;
  if ((changed & OWN_CHANNEL_USER_MODES) !== 0 && by !== target) return Status.notYou;
  if ((changed & ~OWN_CHANNEL_USER_MODES) === 0) return 0;
  if (!proven && !channel.isOperator(by) && !channel.isFounder(by)) return Status.noChannelPriv;
  if (by !== target && channel.isFounder(target)) return Status.noChannelFounderPriv;
  if ((changed & ChannelUserMode.quiet) !== 0 && by === target) return Status.permDenied;
  if ((changed & wanted & ChannelUserMode.founder) !== 0) return Status.noChannelFounderPriv;
  return 0;
}

/** Whether somebody wants the founder's rights back, which has to be proven with the founder key. */
export function claimsFounder(
  channel: ServerChannel,
  by: ServerClient,
  target: ServerClient,
  wanted: number,
): boolean {
  return by === target && (wanted & ChannelUserMode.founder) !== 0 && !channel.isFounder(by);
}

export function topicRefusal(channel: ServerChannel, by: ServerClient): number {
  if (!channel.members.has(by)) return Status.notOnChannel;
  const restricted = channel.has(ChannelMode.topic) && !channel.isOperator(by) && !channel.isFounder(by);
  return restricted ? Status.noChannelPriv : 0;
}

export function kickRefusal(channel: ServerChannel, by: ServerClient, target: ServerClient): number {
  if (!channel.members.has(by)) return Status.notOnChannel;
  if (!channel.isOperator(by) && !channel.isFounder(by)) return Status.noChannelPriv;
  if (!channel.members.has(target)) return Status.userNotOnChannel;
  return channel.isFounder(target) ? Status.noChannelFounderPriv : 0;
}

/** What somebody who joins has proven. */
export interface JoinProofs {
  /** To hold the founder key: the founder passes invite list, ban list and limit. */
  readonly founder: boolean;
  /** To hold a key of the channel's list; only asked with +C. */
  readonly channelKey: () => boolean;
}

const nothingProven: JoinProofs = { founder: false, channelKey: () => false };

/** In silcd's order (7.1): invite, ban, limit, passphrase, channel authentication. */
export function joinRefusal(
  channel: ServerChannel,
  client: ServerClient,
  passphraseMatches: (expected: string) => boolean,
  proofs: JoinProofs = nothingProven,
): number {
  if (!proofs.founder) {
    if (channel.has(ChannelMode.invite) && !channel.isInvited(client)) return Status.notInvited;
    if (channel.isBanned(client)) return Status.bannedFromChannel;
    if (channel.userLimit !== undefined && channel.members.size >= channel.userLimit) {
      return Status.channelIsFull;
    }
  }
  if (channel.passphrase !== undefined && !passphraseMatches(channel.passphrase)) return Status.badPassword;
  return channel.has(ChannelMode.channelAuth) && !proofs.channelKey() ? Status.permDenied : 0;
}
