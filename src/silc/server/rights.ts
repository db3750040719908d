import { ChannelMode, ChannelUserMode } from '../modes.js';
import { Status } from '../status.js';
import type { ServerChannel } from './channel.js';
import type { ServerClient } from './client.js';

/** Who may change what (protocol section 7.2). Each function gives the status of a refusal, 0 where it is allowed. */

/** Channel modes that only a founder sets and clears; the others need an operator. HMAC needs an operator in silcd. */
const founderModes =
  ChannelMode.privateKey |
  ChannelMode.passphrase |
  ChannelMode.cipher |
  ChannelMode.founderAuth |
  ChannelMode.silenceUsers |
  ChannelMode.silenceOperators |
  ChannelMode.channelAuth;

/** Modes of this server; founder and channel authentication are not offered. */
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
  ChannelMode.silenceOperators;

export function channelModeRefusal(channel: ServerChannel, by: ServerClient, wanted: number): number {
  if (!channel.isOperator(by) && !channel.isFounder(by)) return Status.noChannelPriv;
  const changed = channel.mode ^ wanted;
  if ((changed & founderModes) !== 0 && !channel.isFounder(by)) return Status.noChannelFounderPriv;
  return (wanted & ~offeredChannelModes) !== 0 ? Status.unknownMode : 0;
}

const blockModes =
  ChannelUserMode.blockMessages | ChannelUserMode.blockMessagesUsers | ChannelUserMode.blockMessagesRobots;
const memberModes = ChannelUserMode.founder | ChannelUserMode.operator | ChannelUserMode.quiet | blockModes;

export function memberModeRefusal(
  channel: ServerChannel,
  by: ServerClient,
  target: ServerClient,
  wanted: number,
): number {
  const changed = (channel.members.get(target) ?? 0) ^ wanted;
  if ((wanted & ~memberModes) !== 0) return Status.unknownMode;
  if ((changed & blockModes) !== 0 && by !== target) return Status.notYou;
  if ((changed & ~blockModes) === 0) return 0;
  if (!channel.isOperator(by) && !channel.isFounder(by)) return Status.noChannelPriv;
  if (by !== target && channel.isFounder(target)) return Status.noChannelFounderPriv;
  if ((changed & ChannelUserMode.quiet) !== 0 && by === target) return Status.permDenied;
  if ((changed & wanted & ChannelUserMode.founder) !== 0) return Status.noChannelFounderPriv;
  return 0;
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

/** In silcd's order (7.1): invite, ban, limit, passphrase. */
export function joinRefusal(
  channel: ServerChannel,
  client: ServerClient,
  passphraseMatches: (expected: string) => boolean,
): number {
  if (channel.has(ChannelMode.invite) && !channel.isInvited(client)) return Status.notInvited;
  if (channel.isBanned(client)) return Status.bannedFromChannel;
  if (channel.userLimit !== undefined && channel.members.size >= channel.userLimit) {
    return Status.channelIsFull;
  }
  if (channel.passphrase !== undefined && !passphraseMatches(channel.passphrase)) return Status.badPassword;
  return 0;
}
