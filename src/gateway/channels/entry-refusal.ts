import type { Affiliation } from '../../mapping/affiliation.js';
import { commands } from '../../silc/commands/index.js';
import { equalBytes } from '../../silc/bytes.js';
import type { SilcPublicKey } from '../../silc/crypto/public-key.js';
import { SilcCommandError } from '../../silc/errors.js';
import { ChannelMode } from '../../silc/modes.js';
import { Status } from '../../silc/status.js';
import type { KeptConfiguration } from './kept-configuration.js';

/**
 * How a channel would refuse somebody, were it what it was.
 * @param kept - affiliation of the one who wants in
 * @param given - passphrase
 * @param key - of the one who wants in
 */
export function entryRefusal(
  { mode, passphrase, joinKeys }: KeptConfiguration,
  kept: Affiliation | undefined,
  given: string | undefined,
  key: SilcPublicKey,
): SilcCommandError | undefined {
  const refused = (status: number, text: string): SilcCommandError =>
    new SilcCommandError(commands.join.number, status, `the founder of the channel wants ${text}`);
  if (kept === 'outcast') return refused(Status.bannedFromChannel, 'somebody kept out');
  if (passphrase !== undefined && passphrase !== given) return refused(Status.badPassword, 'a passphrase');
  const isListed = joinKeys.some(({ encoded }) => equalBytes(encoded, key.encoded));
  const isByKey = (mode & ChannelMode.channelAuth) !== 0 && joinKeys.length > 0;
  if (isByKey && !isListed) return refused(Status.permDenied, 'certain keys only');
  const isInvited = kept !== undefined || (mode & ChannelMode.invite) === 0;
  return isInvited ? undefined : refused(Status.notInvited, 'invited users only');
}
