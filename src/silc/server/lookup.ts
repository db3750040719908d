import { SilcError } from '../errors.js';
import { channelId, clientId, type ChannelId, type ClientId } from '../ids.js';
import { Status } from '../status.js';
import { prepareChannelName, prepareNickname } from '../stringprep/index.js';
import type { ServerChannel } from './channel.js';
import type { ServerClient } from './client.js';
import { Refusal } from './refusal.js';
import type { ServerNetwork } from './network.js';

/** Finding what a command names. Every function throws the Refusal that silcd answers with. */

export function needChannel(network: ServerNetwork, id: ChannelId): ServerChannel {
  const channel = network.channels.get(id);
  if (channel === undefined) throw new Refusal(Status.noSuchChannelId, channelId(id));
  return channel;
}

/** A channel that the client is on. */
export function needOwnChannel(network: ServerNetwork, client: ServerClient, id: ChannelId): ServerChannel {
  const channel = needChannel(network, id);
  if (!channel.members.has(client)) throw new Refusal(Status.notOnChannel, channelId(id));
  return channel;
}

export function needClient(network: ServerNetwork, id: ClientId): ServerClient {
  const client = network.clients.get(id);
  if (client === undefined) throw new Refusal(Status.noSuchClientId, clientId(id));
  return client;
}

export function needMember(network: ServerNetwork, channel: ServerChannel, id: ClientId): ServerClient {
  const client = needClient(network, id);
  if (!channel.members.has(client)) {
    throw new Refusal(Status.userNotOnChannel, clientId(id), channelId(channel.id));
  }
  return client;
}

/** A nickname that somebody wants to have, prepared. */
export function newNickname(name: string): string {
  return prepared(() => prepareNickname(name), Status.badNickname, name);
}

/** The nickname part of `nick[@server]`, prepared. */
export function preparedNickname(name: string): string {
  return newNickname(name.split('@', 1)[0] ?? '');
}

/** The channel part of `channel[@server]`, as written and prepared. */
export function channelNames(name: string): { readonly name: string; readonly prepared: string } {
  const plain = name.split('@', 1)[0] ?? '';
  return { name: plain, prepared: prepared(() => prepareChannelName(plain), Status.badChannel, name) };
}

function prepared(prepare: () => string, status: number, name: string): string {
  try {
    return prepare();
  } catch (error) {
    if (error instanceof SilcError) throw new Refusal(status, name);
    throw error;
  }
}
