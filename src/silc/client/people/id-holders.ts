import { monotonicMs } from '../../../util/clock.js';
import { CHANNEL_HOLD_MS, PRIVATE_HOLD_MS, untilNamed, within } from '../context.js';
import type { SessionContext } from '../context.js';
import type { UserRecord } from './users.js';

/*
 * Who holds a Client ID. A nickname has no more than 256 of them: whoever takes the nickname of somebody who is gone may get the same one,
 * and nobody is told of the end of those who are on no common channel.
 */

/** Somebody out of sight is taken to hold a Client ID so long after the last sign of it. */
const BELIEVED_MS = 60_000;

/**
 * Somebody whom the server has just told as present on a channel; to be called before the channel has the member. Unless a channel shows
 * that one already the server is asked who it is, and without an answer nobody is taken for the one before. Other sessions of this
 * process vouch for themselves and for whom they see now.
 * @returns settles when it is known who that is, or cannot be; undefined where it is known already. Never rejects.
 */
export function comesIntoSight(context: SessionContext, user: UserRecord): Promise<void> | undefined {
  const { network, resolver } = context;
  if (user.nickname === undefined) return resolver.fresh(user);
  if (network.channelsOf(user).length > 0 || learntFromOthers(context, user)) return undefined;
  const before = user.nickname;
  return identifiedAnew(context, user, within(resolver.fresh(user), CHANNEL_HOLD_MS), () => {
    const { nickname } = user;
    user.forgetIdentity();
    // A change that was told meanwhile is true.
    if (nickname !== before) user.nickname = nickname;
  });
}

/**
 * Somebody is heard who is on no common channel as far as is known: whoever was neither seen nor asked about for a minute is asked
 * about again. Without an answer it is taken to be the one before.
 * @param isProven - keys that the two have together have proven who it is
 * @returns settles when it is known who that is, or cannot be; undefined where it is known already. Never rejects.
 */
export function heardOutOfSight(
  context: SessionContext,
  user: UserRecord,
  isProven = false,
): Promise<void> | undefined {
  const { network, resolver } = context;
  if (user.nickname === undefined) return untilNamed(context, user, PRIVATE_HOLD_MS);
  if (isProven || user === network.self || monotonicMs() - user.seenAt < BELIEVED_MS) return undefined;
  if (network.channelsOf(user).length > 0 || learntFromOthers(context, user)) return undefined;
  return identifiedAnew(context, user, within(resolver.unknown(user), PRIVATE_HOLD_MS), () => undefined);
}

function learntFromOthers({ network }: SessionContext, user: UserRecord): boolean {
  const vouched = network.seenElsewhere(user.clientId);
  if (vouched === undefined) return false;
  if (vouched !== user) user.become(vouched);
  return true;
}

async function identifiedAnew(
  context: SessionContext,
  user: UserRecord,
  asked: Promise<void>,
  unanswered: () => void,
): Promise<void> {
  const { answers, fingerprint } = user;
  await asked;
  if (user.answers === answers) unanswered();
  // Who has these keys is somebody else.
  else if (user.fingerprint !== fingerprint) context.privateKeys.forget(user);
}
