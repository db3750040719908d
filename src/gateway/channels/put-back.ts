import type { AccessEntry } from '../../silc/client/types.js';
import type { SilcPublicKey } from '../../silc/crypto/public-key.js';
import { ChannelMode } from '../../silc/modes.js';
import type { FoundedChannel } from './founder-keys.js';
import { restoring, withEntry } from './kept-configuration.js';
import type { RightsHolder } from './rights-places.js';

/**
 * Makes a channel what it was, by a session that is its founder.
 * @param local - keys of those who were on it and come back
 * @throws SilcCommandError, SilcError
 */
export async function putBack(
  { configuration, keyPair }: FoundedChannel,
  { silc, silcChannel }: NonNullable<RightsHolder['link']>,
  local: readonly SilcPublicKey[],
): Promise<void> {
  const { id } = silcChannel;
  const { mode, topic, lists } = configuration;
  const { channelControl } = silc;
  const isForInvited = (mode & ChannelMode.invite) !== 0;
  const returning = isForInvited ? local.map((key): AccessEntry => ({ kind: 'key', key })) : [];
  const invited = returning.reduce((all, entry) => withEntry(all, 'add', entry), lists.invite);
  // Before the mode that keeps out whoever is not on the list.
  if (invited.length > 0) await channelControl.editEntries(id, 'invite', 'add', invited);
  const change = restoring(configuration, silcChannel.mode, keyPair);
  if (change.set !== 0 || change.clear !== 0) await silc.setChannelMode(id, change);
  if (lists.ban.length > 0) await channelControl.editEntries(id, 'ban', 'add', lists.ban);
  if (topic !== '' && topic !== silcChannel.topic) await silc.setTopic(id, topic);
}
