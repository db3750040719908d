import { splitNickname } from '../commands/index.js';
import { SilcError } from '../errors.js';
import { prepareChannelName, prepareNickname } from '../stringprep/index.js';
import { checkLength, checkNotEmpty, MAX_CHANNEL_NAME, MAX_HOSTNAME, MAX_NICKNAME } from './limits.js';

/* Checks of names before they are asked for. All throw SilcError `bad-string` or `limit`, where nothing else is said. */

/** A nickname that is legal and not too long; the part behind `@` names a server. */
export function checkNickname(name: string): void {
  const { nickname } = splitNickname(name);
  checkNotEmpty(nickname, 'nickname');
  checkLength(nickname, MAX_NICKNAME, 'nickname');
  prepareNickname(nickname);
}

/** A nickname of one's own: legal, not too long, and without a server. */
export function checkOwnNickname(nickname: string): void {
  checkNotEmpty(nickname, 'nickname');
  checkLength(nickname, MAX_NICKNAME, 'nickname');
  prepareNickname(nickname);
}

export function checkChannelName(name: string): void {
  checkNotEmpty(name, 'channel name');
  checkLength(name, MAX_CHANNEL_NAME, 'channel name');
  prepareChannelName(name);
}

/** A channel's name in the form by which names are compared; one that is none stays what it is. */
export function comparableName(channel: string): string {
  try {
    return prepareChannelName(channel);
  } catch {
    return channel;
  }
}

/** The name of a server or a service. */
export function checkServerName(name: string, field = 'server name'): void {
  checkNotEmpty(name, field);
  checkLength(name, MAX_HOSTNAME, field);
}

/** How many answers are wanted at most. @throws SilcError `usage` */
export function checkCount(count: number | undefined): void {
  if (count === undefined) return;
  if (!Number.isSafeInteger(count) || count < 1 || count > 0xffffffff) {
    throw new SilcError('usage', 'a count is a whole number from 1');
  }
}
