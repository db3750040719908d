import { provePublicKey } from '../authentication.js';
import { commands } from '../commands/index.js';
import { fingerprint } from '../crypto/fingerprint.js';
import { SilcCommandError } from '../errors.js';
import { clientId, type ClientId } from '../ids.js';
import { UserMode } from '../modes.js';
import { authenticationPayload } from '../packets/authentication-payload.js';
import { encodePayload } from '../packets/codec.js';
import { Status } from '../status.js';
import { maskOf } from './channels/channel-commands.js';
import type { SessionContext } from './context.js';
import type { UserRecord } from './people/users.js';
import type { ChannelRecord } from './channel-record.js';
import type { MemberRecord } from './shared/shared-channel.js';
import type { DetachedSession } from './detached-session.js';
import { checkLength, MAX_COMMENT } from './limits.js';
import type { KeyPair } from '../crypto/key-pair.js';
import type { KillOutcome } from './api/presence.js';

/** What has to be kept of a session to resume it, as it is now. */
export function describeSession(context: SessionContext): DetachedSession {
  const { network, backend, serverId, connection } = context;
  const { self } = network;
  return {
    clientId: self.clientId,
    nickname: self.nickname ?? '',
    userMode: maskOf((self.mode ?? 0) & ~UserMode.detached),
    server: { id: serverId, fingerprint: fingerprint(backend, connection.exchange.peerPublicKey) },
    channels: [...network.channels.values()].map((channel) => ({
      name: channel.name,
      id: channel.id,
      mode: channel.mode,
      topic: channel.topic,
      userLimit: channel.userLimit,
      hmac: channel.keys.hmac,
      members: membersOf(channel, self).map(({ user, mode }) => ({
        clientId: user.clientId,
        nickname: user.nickname,
        mode,
      })),
    })),
    watches: context.presence.watched(),
    negotiatedWith: context.privateKeys.negotiatedWith(),
  };
}

/** Everybody on a channel where the session leads; otherwise itself: the others are in what the leader leaves behind. */
function membersOf(channel: ChannelRecord, self: UserRecord): readonly MemberRecord[] {
  return channel.leads ? [...channel.members.values()] : [{ user: self, mode: channel.ownMode ?? 0 }];
}

/**
 * KILL of an own session: the server wants a proof over its Client ID, made with SHA-1. What has become of it tells GETKEY,
 * which answers at once also for unknown IDs: silcd ends a session that has a connection, but only takes a detached one off
 * its channels.
 */
export async function killDetached(
  context: SessionContext,
  keyPair: KeyPair,
  user: ClientId,
  comment: string | undefined,
): Promise<KillOutcome> {
  if (comment !== undefined) checkLength(comment, MAX_COMMENT, 'comment');
  const proof = provePublicKey(context.backend, keyPair, 'sha1', user);
  const auth = encodePayload(authenticationPayload, proof);
  await context.queue.run(commands.kill, () => ({ clientId: user, comment, auth }));
  try {
    await context.queue.run(commands.getkey, () => ({ id: clientId(user) }));
  } catch (error) {
    if (error instanceof SilcCommandError && error.status === Status.noSuchClientId) return 'ended';
    throw error;
  }
  return 'kept';
}
