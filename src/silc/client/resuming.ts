import { provePublicKey } from '../authentication.js';
import { commands } from '../commands/index.js';
import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { SilcCommandError, SilcDisconnectError } from '../errors.js';
import type { TypedId } from '../ids.js';
import { ChannelMode } from '../modes.js';
import type { ChannelKeyPayload } from '../packets/channel-key.js';
import { encodePayload } from '../packets/codec.js';
import { PacketType } from '../packets/packet-type.js';
import { resumeClientPayload } from '../packets/resume-client.js';
import { Status } from '../status.js';
import { ChannelKeys } from './channels/channel-keys.js';
import type { SessionContext } from './context.js';
import type { DetachedSession } from './detached-session.js';
import { compareMembers, depart } from './channels/membership.js';
import { ChannelRecord } from './channel-record.js';
import { isOfServer } from './network-state.js';
import type { KeyPair } from '../crypto/key-pair.js';

/**
 * The server does not resume the session: it does not know it (any more), or the key is another one. It will not do so
 * later either; a new session can be made.
 */
export class SilcResumeError extends SilcDisconnectError {
  constructor(cause: SilcDisconnectError) {
    super(cause.status, cause.text);
    this.name = 'SilcResumeError';
  }
}

/** RESUME_CLIENT: the proof is over the old Client ID, with the hash function of the key exchange. */
export async function sendResume(
  connection: SilcConnection,
  backend: CryptoBackend,
  keyPair: KeyPair,
  { clientId }: DetachedSession,
): Promise<void> {
  const { hash } = connection.exchange.algorithms;
  const authentication = provePublicKey(backend, keyPair, hash, clientId);
  const payload = encodePayload(resumeClientPayload, { clientId, authentication });
  await connection.send({ type: PacketType.resumeClient, payload });
}

/** The error of a registration by RESUME_CLIENT that failed. */
export function resumeError(error: unknown): unknown {
  const refused = error instanceof SilcDisconnectError && error.status === Status.incompleteInformation;
  return refused ? new SilcResumeError(error) : error;
}

/** Puts the channels as they were into the network state, before the server's first packets: their keys come at once. */
export function restoreChannels(context: SessionContext, detached: DetachedSession): void {
  const { network, backend } = context;
  network.self.mode = detached.userMode;
  for (const { members, hmac, ...fields } of detached.channels) {
    const channel = new ChannelRecord({ ...fields, keys: new ChannelKeys(backend, hmac) });
    network.addChannel(channel);
    for (const { clientId, nickname, mode } of members) {
      if (clientId === detached.clientId) channel.ownMode = mode;
      // Where another session leads, it has the others already.
      if (!channel.leads) continue;
      // On another server the own ID is a new one.
      const user = clientId === detached.clientId ? network.self : network.users.ensureFresh(clientId);
      user.nickname ??= nickname;
      network.setMember(channel, user, mode);
    }
    channel.shared?.show(channel, network.self, channel.ownMode ?? 0);
    channel.isShown = true;
  }
}

/** Compares the restored channels with the server's and makes the watches again; never rejects. */
export async function rebuild(context: SessionContext, detached: DetachedSession): Promise<void> {
  const { network } = context;
  const restored = [...network.channels.values()];
  for (const peer of detached.negotiatedWith) context.privateKeys.renegotiate(peer);
  await Promise.all([
    context.presence.restore(detached.watches),
    ...restored.map((channel) => rebuildChannel(context, channel, detached)),
  ]);
  const channels = restored.filter((channel) => network.channels.get(channel.id) === channel);
  const lost = restored.filter((channel) => !channels.includes(channel)).map(({ name }) => name);
  const unshared = channels.filter((channel) => isUnshared(context, channel));
  // It concerns oneself too: where the only channel was left meanwhile, it is told all the same.
  context.post([network.self, ...restored], { type: 'resumed', channels, lost, unshared });
}

/**
 * A CHANNEL_KEY comes. A server that had no key for a channel of a resumed session sends the one that it makes twice: to
 * the session, and then to the channel. It does not tell the other servers, so that only its own users have it.
 */
export function noteKeyOfResumed(
  channel: ChannelRecord,
  key: Pick<ChannelKeyPayload, 'cipher' | 'key'>,
  destination: TypedId,
): void {
  channel.keyMadeHere = destination.type === 3 && channel.keys.isNewest(key);
}

/** The key of a channel was made by the own server, and somebody on the channel is on another one. */
function isUnshared({ network, serverId }: SessionContext, channel: ChannelRecord): boolean {
  const others = [...channel.members.keys()].filter((id) => id !== network.self.clientId);
  return channel.keyMadeHere && others.some((id) => !isOfServer(id, serverId));
}

/** Statuses that say that the channel has ended, or that the session is not on it. */
const notThere: readonly number[] = [
  Status.noSuchChannel,
  Status.noSuchChannelId,
  Status.notOnChannel,
  Status.badChannelId,
];

async function rebuildChannel(
  context: SessionContext,
  channel: ChannelRecord,
  detached: DetachedSession,
): Promise<void> {
  const { network, queue, resolver } = context;
  const here = (): boolean => network.channel(channel.id) === channel;
  const channelId = (): { channelId: ChannelRecord['id'] } => ({ channelId: channel.id });
  const priority = 'background';
  try {
    if (channel.leads) {
      await queue.run(commands.users, channelId, {
        priority,
        onReply: (reply) => compareMembers(context, channel, reply),
      });
    }
    if (!here()) return;
    for (const { user } of channel.table.values()) {
      // Names were kept, the rest was not.
      if (user !== network.self && user.fingerprint === undefined) void resolver.fresh(user);
    }
    await queue.run(commands.cmode, channelId, {
      channel: channel.name,
      priority,
      onReply: ({ mode, userLimit }) => {
        if (here()) compareMode(context, channel, mode, userLimit);
      },
    });
    await queue.run(commands.topic, channelId, {
      channel: channel.name,
      priority,
      onReply: ({ topic }) => {
        // A silcd that had nobody on the channel before does not know its topic.
        const known = topic !== undefined || context.serverId === detached.server.id;
        if (here() && known) compareTopic(context, channel, topic);
      },
    });
  } catch (error) {
    // Whatever else it is, the channel stays as it was; the server corrects it by and by.
    if (!(error instanceof SilcCommandError) || !notThere.includes(error.status) || !here()) return;
    depart(context, channel, network.self, { kind: 'vanished' });
  }
}

function compareMode(
  context: SessionContext,
  channel: ChannelRecord,
  mode: number,
  userLimit: number | undefined,
): void {
  const oldMode = channel.mode;
  channel.mode = mode;
  channel.userLimit = (mode & ChannelMode.userLimit) === 0 ? undefined : (userLimit ?? channel.userLimit);
  if (mode === oldMode || !channel.leads) return;
  context.post([channel], { type: 'channel-mode-changed', channel, oldMode, by: undefined });
}

function compareTopic(context: SessionContext, channel: ChannelRecord, topic: string | undefined): void {
  if ((channel.topic ?? '') === (topic ?? '')) return;
  channel.topic = topic;
  if (!channel.leads) return;
  const event = { type: 'topic-changed', channel, topic: topic ?? '', by: undefined } as const;
  context.post([channel], event, undefined, topic?.length);
}
