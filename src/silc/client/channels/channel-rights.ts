import { commands } from '../../commands/index.js';
import type { SilcCommandError } from '../../errors.js';
import { ChannelMode, ChannelUserMode, FOUNDER_CHANNEL_MODES, OWN_CHANNEL_USER_MODES } from '../../modes.js';
import { Status } from '../../status.js';
import { commandError } from '../requests/pending-command.js';
import type { ChannelRecord } from '../channel-record.js';

/*
 * What the server will refuse for certain is refused here, with the status that it would answer.
 * Where oneself is not known on the channel, the server decides.
 */

/** The refusal of a channel mode mask; undefined where there is none to be expected. */
export function channelModeRefusal(channel: ChannelRecord, wanted: number): SilcCommandError | undefined {
  const own = channel.ownMode;
  if (own === undefined || (own & ChannelUserMode.founder) !== 0) return undefined;
  if ((own & ChannelUserMode.operator) === 0) return commandError(commands.cmode, Status.noChannelPriv);
  // The mask of every change on a channel with +k holds the bit, and that takes a founder.
  const sensitive = ((channel.mode ^ wanted) & FOUNDER_CHANNEL_MODES) | (wanted & ChannelMode.privateKey);
  return sensitive === 0 ? undefined : commandError(commands.cmode, Status.noChannelFounderPriv);
}

/** The refusal of a member's mode mask. */
export function memberModeRefusal(
  { ownMode: own }: ChannelRecord,
  isSelf: boolean,
  old: number,
  wanted: number,
): SilcCommandError | undefined {
  if (own === undefined) return undefined;
  const changed = old ^ wanted;
  const refused = (status: number): SilcCommandError => commandError(commands.cumode, status);
  if (!isSelf) {
    if ((changed & OWN_CHANNEL_USER_MODES) !== 0) return refused(Status.notYou);
    if ((own & (ChannelUserMode.founder | ChannelUserMode.operator)) === 0) {
      return refused(Status.noChannelPriv);
    }
    const founders = (old | wanted) & ChannelUserMode.founder;
    return founders === 0 ? undefined : refused(Status.noChannelFounderPriv);
  }
  const rises = changed & wanted & ChannelUserMode.operator;
  if (rises !== 0 && (own & ChannelUserMode.founder) === 0) return refused(Status.noChannelPriv);
  return (changed & ChannelUserMode.quiet) === 0 ? undefined : refused(Status.permDenied);
}
