import { utf8 } from '../bytes.js';
import { commands } from '../commands/index.js';
import { channelId, clientId } from '../ids.js';
import { Status } from '../status.js';
import { cmode } from './channel-mode-command.js';
import { encodeKeyPayload, holdsKey } from './channel-proofs.js';
import { handler } from './command-handler.js';
import { demand } from './refusal.js';
import { needChannel, needMember, needOwnChannel } from './lookup.js';
import { claimsFounder, kickRefusal, memberModeRefusal } from './rights.js';

/** CMODE, CUMODE, KICK, BAN (draft commands-07, 2.3). */

/** silcd drops comments and messages that are longer. */
export const MAX_COMMENT_OCTETS = 128;

const cumode = handler(commands.cumode, (request, { network, client, reply }) => {
  const channel = needOwnChannel(network, client, request.channelId);
  const target = needMember(network, channel, request.clientId);
  const claims = claimsFounder(channel, client, target, request.mode);
  if (claims) {
    const { founderKey } = channel;
    demand(holdsKey(network.backend, client, founderKey, request.auth) ? 0 : Status.authFailed);
  }
  demand(memberModeRefusal(channel, client, target, request.mode, claims), channelId(channel.id));
  if (claims) network.deposeFounder(channel, client);
  const changed = channel.members.get(target) !== request.mode;
  channel.members.set(target, request.mode);
  const proven = claims ? channel.founderKey : undefined;
  // What changes nothing is told to nobody, as with silcd.
  if (changed) {
    network.broadcast(channel, {
      type: 'cumode-change',
      by: clientId(client.id),
      mode: request.mode,
      target: target.id,
      founderKey: proven === undefined ? undefined : encodeKeyPayload(proven),
    });
  }
  reply({ mode: request.mode, channelId: channel.id, clientId: target.id });
});

const kick = handler(commands.kick, (request, { network, client, reply }) => {
  const channel = needOwnChannel(network, client, request.channelId);
  const target = needMember(network, channel, request.clientId);
  demand(kickRefusal(channel, client, target), channelId(channel.id));
  const { comment } = request;
  const kept = comment !== undefined && utf8(comment).length <= MAX_COMMENT_OCTETS ? comment : undefined;
  network.broadcast(channel, {
    type: 'kicked',
    clientId: target.id,
    comment: kept,
    by: clientId(client.id),
  });
  network.removeMember(channel, target);
  // Whoever was invited by ID and is kicked is not invited any more, as with silcd.
  channel.invites.deleteClient(target.id);
  network.rekey(channel);
  reply({ channelId: channel.id, clientId: target.id });
});

const ban = handler(commands.ban, (request, { network, client, reply }) => {
  const channel = needChannel(network, request.channelId);
  demand(channel.members.has(client) ? 0 : Status.notOnChannel, channelId(channel.id));
  // The founder bit alone is not enough, as with silcd.
  demand(channel.isOperator(client) ? 0 : Status.noChannelPriv, channelId(channel.id));
  if (request.entries !== undefined && request.action !== undefined) {
    channel.bans.edit(request.action, request.entries, network.limits.listEntries);
  }
  reply({ channelId: channel.id, entries: channel.bans.reply });
});

export const moderationCommands = [cmode, cumode, kick, ban];
