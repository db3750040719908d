import { commands } from '../commands/index.js';
import type { IdentifyReply } from '../commands/identify.js';
import type { WhoisReply, WhoisRequest } from '../commands/whois.js';
import { channelId, clientId, serverId, type TypedId } from '../ids.js';
import { UserMode } from '../modes.js';
import type { Attribute } from '../packets/attributes.js';
import { encodePayload } from '../packets/codec.js';
import { NotifyType } from '../packets/notify.js';
import { publicKeyPayload, PublicKeyType } from '../packets/public-key-payload.js';
import { Status } from '../status.js';
import { holdersOfKey, requestedAttributes } from './attributes.js';
import type { ServerClient } from './client.js';
import { handler, type ReplyItem } from './command-handler.js';
import { demand, Refusal } from './refusal.js';
import { channelNames, needClient, newNickname, preparedNickname } from './lookup.js';
import { isHidden, type ServerNetwork } from './network.js';
import { monotonicMs } from '../../util/clock.js';

/** WHOIS, WHOWAS, IDENTIFY, NICK, UMODE, GETKEY (draft commands-07, 2.3). */

/** Modes that a client may set itself; operator bits can only be given up. */
const ownModes =
  UserMode.gone |
  UserMode.indisposed |
  UserMode.busy |
  UserMode.page |
  UserMode.hyper |
  UserMode.robot |
  UserMode.blockPrivateMessages |
  UserMode.rejectWatching |
  UserMode.blockInvite;

const whois = handler(commands.whois, (request, { network, replyList, replyLater }) => {
  const { nickname, count, ids = [] } = request;
  const attributes = requestedAttributes(request.attributes);
  if (attributes !== undefined) {
    const wanted = wantedWithAttributes(network, request, attributes);
    replyLater(() => withAttributes(network, wanted, attributes));
    return;
  }
  if (ids.length > 0) {
    replyList(ids.map((id) => itemOf(() => whoisReply(needClient(network, id)))));
    return;
  }
  if (nickname === undefined) throw new Refusal(Status.notEnoughParams);
  const holders = network.holdersOf(preparedNickname(nickname));
  if (holders.length === 0) throw new Refusal(Status.noSuchNick, nickname, nickname);
  replyList(first(holders, count).map((holder) => ({ value: whoisReply(holder) })));
});

const whowas = handler(commands.whowas, ({ nickname, count }, { network, replyList }) => {
  const former = network.formerHoldersOf(preparedNickname(nickname));
  if (former.length === 0) throw new Refusal(Status.noSuchNick, nickname, nickname);
  replyList(
    first(former, count).map(({ id, fullNickname, fullUser, realName }) => ({
      value: { clientId: id, nickname: fullNickname, user: fullUser, realName },
    })),
  );
});

const identify = handler(commands.identify, (request, { network, reply, replyList }) => {
  const { nickname, serverName, channelName, count, ids = [] } = request;
  if (ids.length > 0) {
    replyList(ids.map((id) => itemOf(() => identifyReply(network, id))));
  } else if (nickname !== undefined) {
    const holders = network.holdersOf(preparedNickname(nickname));
    if (holders.length === 0) throw new Refusal(Status.noSuchNick, nickname, nickname);
    replyList(
      first(holders, count).map((holder) => ({ value: identifyReply(network, clientId(holder.id)) })),
    );
  } else if (channelName !== undefined) {
    const channel = network.channelNamed(channelNames(channelName).prepared);
    if (channel === undefined) throw new Refusal(Status.noSuchChannel, channelName);
    reply(identifyReply(network, channelId(channel.id)));
  } else {
    if (serverName === undefined) throw new Refusal(Status.notEnoughParams);
    if (serverName !== network.name) throw new Refusal(Status.noSuchServer, serverName);
    reply(identifyReply(network, serverId(network.id)));
  }
});

const nick = handler(commands.nick, ({ nickname }, { network, client, reply }) => {
  const prepared = newNickname(nickname);
  if (nickname !== client.nickname) {
    const id = network.newClientId(prepared);
    if (id === undefined) throw new Refusal(Status.nicknameInUse, nickname);
    network.changeNickname(client, nickname, prepared, id);
  }
  reply({ clientId: client.id, nickname: client.nickname });
});

const umode = handler(commands.umode, (request, { network, client, reply }) => {
  demand(request.clientId === client.id ? 0 : Status.notYou);
  const { mode } = request;
  if (mode !== undefined) {
    const added = mode & ~client.mode;
    demand((added & ~ownModes) === 0 ? 0 : Status.permDenied);
    const changed = mode !== client.mode;
    client.mode = mode;
    if (changed) network.watches.announce(client, { type: NotifyType.umodeChange });
  }
  reply({ mode: client.mode });
});

const getkey = handler(commands.getkey, ({ id }, { network, reply }) => {
  demand(id.type === 2 || (id.type === 1 && id.id === network.id) ? 0 : Status.noSuchServerId, id);
  const { encoded: data } = id.type === 2 ? needClient(network, id.id).publicKey : network.publicKey;
  reply({ id, publicKey: encodePayload(publicKeyPayload, { type: PublicKeyType.silc, data }) });
});

export const peopleCommands = [whois, whowas, identify, nick, umode, getkey];

/** Whom a WHOIS with attributes is about: IDs, those with a public key, or the holders of a nickname. */
function wantedWithAttributes(
  network: ServerNetwork,
  { nickname, count, ids = [] }: WhoisRequest,
  attributes: readonly Attribute[],
): readonly ReplyItem<ServerClient>[] {
  if (ids.length > 0) return ids.map((id) => itemOf(() => needClient(network, id)));
  const byKey = holdersOfKey(network, attributes);
  const named = nickname === undefined ? undefined : network.holdersOf(preparedNickname(nickname));
  // A key beside a nickname means those of the nickname who hold it, as with silcd.
  const holders = byKey === undefined ? named : (named?.filter((client) => byKey.includes(client)) ?? byKey);
  if (holders === undefined) throw new Refusal(Status.notEnoughParams);
  if (holders.length === 0) {
    if (nickname === undefined) throw new Refusal(Status.noSuchPublicKey);
    throw new Refusal(Status.noSuchNick, nickname, nickname);
  }
  return first(holders, count).map((value) => ({ value }));
}

/** Persons of one WHOIS whose attributes are told: each answer may cost the server a signature. */
const MAX_WITH_ATTRIBUTES = 16;

/** The replies, when everybody has answered for itself or somebody else has. */
function withAttributes(
  network: ServerNetwork,
  wanted: readonly ReplyItem<ServerClient>[],
  request: readonly Attribute[],
): Promise<readonly ReplyItem<WhoisReply>[]> {
  return Promise.all(
    wanted.map(async (item, i) => {
      if (!('value' in item)) return item;
      if (i >= MAX_WITH_ATTRIBUTES) return { value: whoisReply(item.value) };
      const attributes = await network.attributes.ask(item.value, request);
      return { value: { ...whoisReply(item.value), attributes } };
    }),
  );
}

function whoisReply(client: ServerClient): WhoisReply {
  const shown = [...client.channels].filter((channel) => !isHidden(channel));
  return {
    clientId: client.id,
    nickname: client.fullNickname,
    user: client.fullUser,
    // An empty argument is not transmitted, and clients take a missing real name for a broken reply.
    realName: client.realName === '' ? client.username : client.realName,
    channels: shown.map(({ name, id, mode }) => ({ name, channelId: id, mode })),
    mode: client.mode,
    idleSeconds: Math.floor((monotonicMs() - client.lastActive) / 1000),
    fingerprint: client.fingerprint,
    channelUserModes: shown.map((channel) => channel.members.get(client) ?? 0),
  };
}

function identifyReply(network: ServerNetwork, id: TypedId): IdentifyReply {
  if (id.type === 2) {
    const client = needClient(network, id.id);
    return { id, name: client.fullNickname, info: client.fullUser };
  }
  if (id.type === 3) {
    const channel = network.channels.get(id.id);
    if (channel === undefined) throw new Refusal(Status.noSuchChannelId, id);
    return { id, name: channel.name };
  }
  if (id.type !== 1 || id.id !== network.id) throw new Refusal(Status.noSuchServerId, id);
  return { id, name: network.name };
}

/** So many of the answers as were asked for; 0 asks for all. */
function first<T>(all: readonly T[], count: number | undefined): readonly T[] {
  return count === undefined || count === 0 ? all : all.slice(0, count);
}

function itemOf<Reply>(make: () => Reply): ReplyItem<Reply> {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error };
    throw error;
  }
}
