import { CHANNEL_HOLD_MS, within } from '../context.js';
import type { SessionContext } from '../context.js';
import type { UserRecord } from '../people/users.js';

/**
 * Somebody whom the server has just told as present on a channel; to be called before the channel has the member. What is known of
 * somebody whom no channel has shown meanwhile may be about an earlier holder of the Client ID, as a nickname has no more than 256 of
 * them. Other sessions of this process vouch for themselves and for whom they see now; about anybody else the server is asked again.
 * @returns settles when it is known who that is, or cannot be; undefined where it is known already. Never rejects.
 */
export function comesIntoSight(context: SessionContext, user: UserRecord): Promise<void> | undefined {
  const { network, resolver } = context;
  if (user.nickname === undefined) return resolver.fresh(user);
  if (network.channelsOf(user).length > 0) return undefined;
  const vouched = network.seenElsewhere(user.clientId);
  if (vouched === undefined) return identifiedAnew(context, user);
  if (vouched !== user) user.become(vouched);
  return undefined;
}

async function identifiedAnew(context: SessionContext, user: UserRecord): Promise<void> {
  const before = { answers: user.answers, fingerprint: user.fingerprint, nickname: user.nickname };
  await within(context.resolver.fresh(user), CHANNEL_HOLD_MS);
  const { nickname } = user;
  if (user.answers === before.answers) {
    user.forgetIdentity();
    // A change that was told meanwhile is true.
    if (nickname !== before.nickname) user.nickname = nickname;
  } else if (user.fingerprint !== before.fingerprint) {
    // Who has these keys is somebody else.
    context.privateKeys.forget(user);
  }
}
