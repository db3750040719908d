import { constantTimeEqual, utf8 } from '../bytes.js';
import { commands } from '../commands/index.js';
import { channelId, clientId, type ClientId } from '../ids.js';
import { isCipherName, isHmacName } from '../crypto/algorithms.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../modes.js';
import { Status } from '../status.js';
import type { ServerChannel } from './channel.js';
import type { ServerClient } from './client.js';
import { handler } from './command-handler.js';
import { demand, Refusal } from './refusal.js';
import { authenticationOf } from './channel-mode-command.js';
import { holdsKey } from './channel-proofs.js';
import { channelNames, needChannel, needClient, needOwnChannel } from './lookup.js';
import { CREATOR_MODE, isHidden, type ServerNetwork } from './network.js';
import { joinRefusal, topicRefusal } from './rights.js';

/** JOIN, LEAVE, USERS, LIST, TOPIC, INVITE (draft commands-07, 2.3). */

const MAX_TOPIC_OCTETS = 256;

const join = handler(commands.join, (request, { network, client, reply }) => {
  demand(request.clientId === client.id ? 0 : Status.notYou);
  const { name, prepared } = channelNames(request.name);
  const existing = network.channelNamed(prepared);
  if (existing?.members.has(client) === true) {
    throw new Refusal(Status.userOnChannel, clientId(client.id), channelId(existing.id));
  }
  demand(client.channels.size < network.limits.channelsPerClient ? 0 : Status.resourceLimit, name);
  let founder = false;
  if (existing !== undefined) {
    const { membersPerChannel } = network.limits;
    demand(existing.members.size < membersPerChannel ? 0 : Status.channelIsFull, channelId(existing.id));
    const given = utf8(request.passphrase ?? '');
    founder =
      existing.has(ChannelMode.founderAuth) &&
      holdsKey(network.backend, client, existing.founderKey, request.founderAuth);
    const channelKey = (): boolean => existing.joinKeys.admits(network.backend, client, request.channelAuth);
    demand(
      joinRefusal(existing, client, (expected) => constantTimeEqual(given, utf8(expected)), {
        founder,
        channelKey,
      }),
      channelId(existing.id),
    );
  }
  const channel = existing ?? createChannel(network, name, prepared, request.cipher, request.hmac);
  if (founder) network.deposeFounder(channel, client);
  const first = existing === undefined || founder;
  network.addMember(channel, client, first ? CREATOR_MODE : ChannelUserMode.none);
  reply({
    name: channel.name,
    channelId: channel.id,
    clientId: client.id,
    mode: channel.mode,
    created: existing === undefined ? 1 : 0,
    channelKey: network.keyPayload(channel),
    bans: channel.bans.reply,
    invites: channel.invites.reply,
    topic: channel.topic,
    hmac: channel.hmac,
    ...membersOf(channel),
    ...authenticationOf(channel),
    userLimit: channel.userLimit,
  });
  client.notify({ type: 'join', clientId: client.id, channelId: channel.id }, channelId(channel.id));
  if (!founder) return;
  const { founderKey } = authenticationOf(channel);
  const change = { mode: CREATOR_MODE, target: client.id, founderKey };
  network.broadcast(channel, { type: 'cumode-change', by: clientId(client.id), ...change });
});

const leave = handler(commands.leave, (request, { network, client, reply }) => {
  const channel = needOwnChannel(network, client, request.channelId);
  network.removeMember(channel, client);
  reply({ channelId: channel.id });
  network.broadcast(channel, { type: 'leave', clientId: client.id });
  network.rekey(channel);
});

const users = handler(commands.users, (request, { network, client, reply }) => {
  const { name } = request;
  if (request.channelId === undefined && name === undefined) throw new Refusal(Status.notEnoughParams);
  const channel =
    name === undefined || request.channelId !== undefined
      ? request.channelId && needChannel(network, request.channelId)
      : network.channelNamed(channelNames(name).prepared);
  if (channel === undefined || (isHidden(channel) && !channel.members.has(client))) {
    throw new Refusal(
      Status.noSuchChannel,
      request.channelId === undefined ? name : channelId(request.channelId),
    );
  }
  reply({ channelId: channel.id, ...membersOf(channel) });
});

const list = handler(commands.list, (request, { network, client, reply, replyList }) => {
  const all =
    request.channelId === undefined
      ? [...network.channels.values()]
      : [needChannel(network, request.channelId)];
  const visible = all.filter((channel) => channel.members.has(client) || !channel.has(ChannelMode.secret));
  if (visible.length === 0) {
    reply({});
    return;
  }
  replyList(
    visible.map((channel) => {
      const hidden = channel.has(ChannelMode.private) && !channel.members.has(client);
      const { id, name } = channel;
      return {
        value: hidden
          ? { channelId: id, name, topic: '*private*', users: 0 }
          : { channelId: id, name, topic: channel.topic, users: channel.members.size },
      };
    }),
  );
});

const topic = handler(commands.topic, (request, { network, client, reply }) => {
  const channel = needChannel(network, request.channelId);
  if (request.topic !== undefined) {
    demand(topicRefusal(channel, client), channelId(channel.id));
    demand(utf8(request.topic).length <= MAX_TOPIC_OCTETS ? 0 : Status.resourceLimit, channelId(channel.id));
    channel.topic = request.topic;
    network.broadcast(channel, { type: 'topic-set', by: clientId(client.id), topic: request.topic });
  } else if (isHidden(channel) && !channel.members.has(client)) {
    throw new Refusal(Status.noSuchChannelId, channelId(channel.id));
  }
  reply({ channelId: channel.id, topic: channel.topic });
});

const invite = handler(commands.invite, (request, { network, client, reply }) => {
  const channel = needOwnChannel(network, client, request.channelId);
  const operator = channel.isOperator(client) || channel.isFounder(client);
  demand(!channel.has(ChannelMode.invite) || operator ? 0 : Status.noChannelPriv, channelId(channel.id));
  const { entries, action } = request;
  if (request.clientId !== undefined) invitePerson(network, channel, client, request.clientId);
  const edited = entries !== undefined && action !== undefined;
  if (edited) {
    demand(operator ? 0 : Status.noChannelPriv, channelId(channel.id));
    channel.invites.edit(action, entries, network.limits.listEntries);
  }
  const wanted = edited || request.clientId === undefined;
  reply({ channelId: channel.id, ...(wanted ? { entries: channel.invites.reply } : {}) });
});

export const channelCommands = [join, leave, users, list, topic, invite];

function invitePerson(
  network: ServerNetwork,
  channel: ServerChannel,
  by: ServerClient,
  invitedId: ClientId,
): void {
  const invited = needClient(network, invitedId);
  if (channel.members.has(invited)) {
    throw new Refusal(Status.userOnChannel, clientId(invited.id), channelId(channel.id));
  }
  channel.invites.addClient(invited.id, network.limits.listEntries);
  if ((invited.mode & UserMode.blockInvite) !== 0) return;
  invited.notify({ type: 'invite', channelId: channel.id, channelName: channel.name, inviter: by.id });
}

function createChannel(
  network: ServerNetwork,
  name: string,
  prepared: string,
  cipher: string | undefined,
  hmac: string | undefined,
): ServerChannel {
  if (cipher !== undefined && !isCipherName(cipher)) throw new Refusal(Status.unknownAlgorithm, cipher);
  if (hmac !== undefined && !isHmacName(hmac)) throw new Refusal(Status.unknownAlgorithm, hmac);
  const channel = network.createChannel(name, prepared, { cipher, hmac });
  if (channel === undefined) throw new Refusal(Status.resourceLimit, name);
  return channel;
}

function membersOf(channel: ServerChannel): { members: readonly ClientId[]; memberModes: readonly number[] } {
  return {
    members: [...channel.members.keys()].map((member) => member.id),
    memberModes: [...channel.members.values()],
  };
}
