import { utf8 } from '../bytes.js';
import type { CmodeRequest } from '../commands/cmode.js';
import { commands } from '../commands/index.js';
import { DEFAULT_CIPHER, DEFAULT_HMAC, isCipherName, isHmacName } from '../crypto/algorithms.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { channelId, clientId } from '../ids.js';
import { ChannelMode } from '../modes.js';
import { Status } from '../status.js';
import type { ServerChannel } from './channel.js';
import { decodeKeyPayload, encodeKeyPayload, holdsKey } from './channel-proofs.js';
import type { ServerClient } from './client.js';
import { handler } from './command-handler.js';
import { demand } from './refusal.js';
import { needOwnChannel } from './lookup.js';
import { channelModeRefusal } from './rights.js';

/** Longest channel passphrase: it has to fit into the notify of CMODE. */
const MAX_PASSPHRASE_OCTETS = 1024;

/** CMODE (draft commands-07, 2.3.17). Nothing of a request is applied when one part of it is refused. */
export const cmode = handler(commands.cmode, (request, { network, client, reply }) => {
  const channel = needOwnChannel(network, client, request.channelId);
  const { backend } = network;
  const { mode } = request;
  if (mode === undefined) {
    reply({ channelId: channel.id, mode: channel.mode, ...authenticationOf(channel), ...limitOf(channel) });
    return;
  }
  demand(channelModeRefusal(channel, client, mode), channelId(channel.id));
  demand(argumentRefusal(channel, mode, request), channelId(channel.id));
  demand(founderRefusal(backend, channel, client, mode, request), channelId(channel.id));
  // The list is changed as far as it goes, as with silcd.
  const listed = (mode & ChannelMode.channelAuth) !== 0 ? request.channelKeys : undefined;
  if (listed !== undefined) demand(channel.joinKeys.edit(backend, listed), channelId(channel.id));
  const before = channel.mode;
  const founderKey = channel.isFounder(client) ? applyFounderKey(channel, client, mode, request) : undefined;
  if ((mode & ChannelMode.channelAuth) === 0) channel.joinKeys.clear();
  const algorithms = applyModeArguments(channel, mode, request);
  channel.mode = mode;
  network.broadcast(channel, {
    type: 'cmode-change',
    by: clientId(client.id),
    mode,
    ...algorithms,
    passphrase: request.passphrase === undefined ? undefined : utf8(request.passphrase),
    founderKey,
    channelKeys: listed,
    userLimit: channel.userLimit,
  });
  const keyChanged = (before ^ mode) & (ChannelMode.privateKey | ChannelMode.cipher);
  if (keyChanged !== 0) network.rekey(channel);
  reply({ channelId: channel.id, mode, ...authenticationOf(channel), ...limitOf(channel) });
});

/** Founder key and keys of the list, as replies carry them. */
export function authenticationOf(channel: ServerChannel): {
  founderKey: Uint8Array | undefined;
  channelKeys: CmodeRequest['channelKeys'];
} {
  const { founderKey, joinKeys } = channel;
  return {
    founderKey: founderKey === undefined ? undefined : encodeKeyPayload(founderKey),
    channelKeys: joinKeys.reply,
  };
}

const limitOf = ({ userLimit }: ServerChannel): { userLimit: number | undefined } => ({ userLimit });

/** Status 29 where a mode that is newly set lacks its argument; 46 for an algorithm nobody has. */
function argumentRefusal(channel: ServerChannel, mode: number, request: CmodeRequest): number {
  const added = mode & ~channel.mode;
  const lacks =
    ((added & ChannelMode.userLimit) !== 0 && request.userLimit === undefined) ||
    ((added & ChannelMode.passphrase) !== 0 && request.passphrase === undefined) ||
    ((added & ChannelMode.cipher) !== 0 && request.cipher === undefined) ||
    ((added & ChannelMode.hmac) !== 0 && request.hmac === undefined) ||
    ((added & ChannelMode.founderAuth) !== 0 && request.auth === undefined) ||
    ((added & ChannelMode.channelAuth) !== 0 && request.channelKeys === undefined);
  if (lacks) return Status.notEnoughParams;
  if (utf8(request.passphrase ?? '').length > MAX_PASSPHRASE_OCTETS) return Status.resourceLimit;
  if (request.cipher !== undefined && !isCipherName(request.cipher)) return Status.unknownAlgorithm;
  if (request.hmac !== undefined && !isHmacName(request.hmac)) return Status.unknownAlgorithm;
  return 0;
}

/** A founder key that is set for the first time, or replaced by another one, has to be proven. */
function founderRefusal(
  backend: CryptoBackend,
  channel: ServerChannel,
  client: ServerClient,
  mode: number,
  { auth, founderKey }: CmodeRequest,
): number {
  if ((mode & ChannelMode.founderAuth) === 0 || !channel.isFounder(client)) return 0;
  if (channel.has(ChannelMode.founderAuth) && founderKey === undefined) return 0;
  if (auth === undefined) return Status.notEnoughParams;
  const key = founderKey === undefined ? client.publicKey : decodeKeyPayload(founderKey);
  return holdsKey(backend, client, key, auth) ? 0 : Status.authFailed;
}

/** @returns the key where it is another one now, as the notify carries it */
function applyFounderKey(
  channel: ServerChannel,
  client: ServerClient,
  mode: number,
  request: CmodeRequest,
): Uint8Array | undefined {
  if ((mode & ChannelMode.founderAuth) === 0) {
    channel.founderKey = undefined;
    return undefined;
  }
  if (channel.has(ChannelMode.founderAuth) && request.founderKey === undefined) return undefined;
  channel.founderKey =
    request.founderKey === undefined ? client.publicKey : decodeKeyPayload(request.founderKey);
  return channel.founderKey === undefined ? undefined : encodeKeyPayload(channel.founderKey);
}

/**
 * +a, +c and +h that are already set stay as they are, as with silcd: they have to be cleared first. An algorithm that is
 * taken away leaves the one of the channel's creation.
 * @returns the names that the notify tells
 */
function applyModeArguments(
  channel: ServerChannel,
  mode: number,
  request: CmodeRequest,
): { cipher: string | undefined; hmac: string | undefined } {
  const added = mode & ~channel.mode;
  const removed = channel.mode & ~mode;
  if ((mode & ChannelMode.userLimit) === 0) channel.userLimit = undefined;
  else channel.userLimit = request.userLimit ?? channel.userLimit;
  if ((mode & ChannelMode.passphrase) === 0) channel.passphrase = undefined;
  else if ((added & ChannelMode.passphrase) !== 0) channel.passphrase = request.passphrase;
  const { cipher = DEFAULT_CIPHER, hmac = DEFAULT_HMAC } = request;
  if ((added & ChannelMode.cipher) !== 0 && isCipherName(cipher)) channel.cipher = cipher;
  if ((removed & ChannelMode.cipher) !== 0) channel.cipher = channel.firstCipher;
  if ((added & ChannelMode.hmac) !== 0 && isHmacName(hmac)) channel.hmac = hmac;
  if ((removed & ChannelMode.hmac) !== 0) channel.hmac = channel.firstHmac;
  const cipherTold = ((added | removed) & ChannelMode.cipher) !== 0;
  const hmacTold = ((added | removed) & ChannelMode.hmac) !== 0;
  return { cipher: cipherTold ? channel.cipher : undefined, hmac: hmacTold ? channel.hmac : undefined };
}
