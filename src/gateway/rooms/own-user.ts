import type { User } from '../../silc/client/types.js';

/** A session's own user as it is now (the engine's objects change), with the key that is known to be one's own. */
export function ownUser(user: User, fingerprint: string | undefined): User {
  const { clientId, nickname, server, username, hostname, realName, mode, idleSeconds } = user;
  return { clientId, nickname, server, username, hostname, realName, mode, fingerprint, idleSeconds };
}
