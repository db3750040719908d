import { utf8 } from '../bytes.js';
import { commands } from '../commands/index.js';
import type { CmodeRequest } from '../commands/cmode.js';
import { isCipherName, isHmacName } from '../crypto/algorithms.js';
import { channelId, clientId } from '../ids.js';
import { ChannelMode } from '../modes.js';
import { Status } from '../status.js';
import type { ServerChannel } from './channel.js';
import { demand, handler } from './command-handler.js';
import { needChannel, needMember, needOwnChannel } from './lookup.js';
import { editMasks, masksReply } from './mask-list.js';
import { channelModeRefusal, kickRefusal, memberModeRefusal } from './rights.js';

/** CMODE, CUMODE, KICK, BAN (draft commands-07, 2.3). */

/** silcd drops comments and messages that are longer. */
export const MAX_COMMENT_OCTETS = 128;

/** Longest channel passphrase: it has to fit into the notify of CMODE. */
const MAX_PASSPHRASE_OCTETS = 1024;

const cmode = handler(commands.cmode, (request, { network, client, reply }) => {
  const channel = needOwnChannel(network, client, request.channelId);
  const { mode } = request;
  if (mode === undefined) {
    reply({ channelId: channel.id, mode: channel.mode, userLimit: channel.userLimit });
    return;
  }
  demand(channelModeRefusal(channel, client, mode), channelId(channel.id));
  demand(argumentRefusal(channel, mode, request), channelId(channel.id));
  const before = channel.mode;
  applyModeArguments(channel, mode, request);
  channel.mode = mode;
  network.broadcast(channel, {
    type: 'cmode-change',
    by: clientId(client.id),
    mode,
    cipher: request.cipher,
    hmac: request.hmac,
    passphrase: request.passphrase === undefined ? undefined : utf8(request.passphrase),
    userLimit: channel.userLimit,
  });
  const keyChanged = (before ^ mode) & (ChannelMode.privateKey | ChannelMode.cipher);
  if (keyChanged !== 0) network.rekey(channel);
  reply({ channelId: channel.id, mode, userLimit: channel.userLimit });
});

const cumode = handler(commands.cumode, (request, { network, client, reply }) => {
  const channel = needOwnChannel(network, client, request.channelId);
  const target = needMember(network, channel, request.clientId);
  demand(memberModeRefusal(channel, client, target, request.mode), channelId(channel.id));
  channel.members.set(target, request.mode);
  network.broadcast(channel, {
    type: 'cumode-change',
    by: clientId(client.id),
    mode: request.mode,
    target: target.id,
  });
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
  network.rekey(channel);
  reply({ channelId: channel.id, clientId: target.id });
});

const ban = handler(commands.ban, (request, { network, client, reply }) => {
  const channel = needChannel(network, request.channelId);
  demand(channel.members.has(client) ? 0 : Status.notOnChannel, channelId(channel.id));
  // The founder bit alone is not enough, as with silcd.
  demand(channel.isOperator(client) ? 0 : Status.noChannelPriv, channelId(channel.id));
  if (request.entries !== undefined && request.action !== undefined) {
    editMasks(channel.banMasks, request.action, request.entries, network.limits.listEntries);
  }
  reply({ channelId: channel.id, entries: masksReply(channel.banMasks) });
});

export const moderationCommands = [cmode, cumode, kick, ban];

/** Status 29 where a mode that is newly set lacks its argument; 46 for an algorithm nobody has. */
function argumentRefusal(channel: ServerChannel, mode: number, request: CmodeRequest): number {
  const added = mode & ~channel.mode;
  const lacks =
    ((added & ChannelMode.userLimit) !== 0 && request.userLimit === undefined) ||
    ((added & ChannelMode.passphrase) !== 0 && request.passphrase === undefined) ||
    ((added & ChannelMode.cipher) !== 0 && request.cipher === undefined) ||
    ((added & ChannelMode.hmac) !== 0 && request.hmac === undefined);
  if (lacks) return Status.notEnoughParams;
  if (utf8(request.passphrase ?? '').length > MAX_PASSPHRASE_OCTETS) return Status.resourceLimit;
  if (request.cipher !== undefined && !isCipherName(request.cipher)) return Status.unknownAlgorithm;
  if (request.hmac !== undefined && !isHmacName(request.hmac)) return Status.unknownAlgorithm;
  return 0;
}

/** +a and +c that are already set stay as they are, as with silcd: they have to be cleared first. */
function applyModeArguments(channel: ServerChannel, mode: number, request: CmodeRequest): void {
  const added = mode & ~channel.mode;
  if ((mode & ChannelMode.userLimit) === 0) channel.userLimit = undefined;
  else channel.userLimit = request.userLimit ?? channel.userLimit;
  if ((mode & ChannelMode.passphrase) === 0) channel.passphrase = undefined;
  else if ((added & ChannelMode.passphrase) !== 0) channel.passphrase = request.passphrase;
  if ((added & ChannelMode.cipher) !== 0 && request.cipher !== undefined && isCipherName(request.cipher)) {
    channel.cipher = request.cipher;
  }
  if ((mode & ChannelMode.hmac) !== 0 && request.hmac !== undefined && isHmacName(request.hmac)) {
    channel.hmac = request.hmac;
  }
}
