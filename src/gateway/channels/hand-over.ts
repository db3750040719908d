import type { BareJid } from '../../component/jid.js';
import { ChannelMode } from '../../silc/modes.js';
import type { FoundedChannel, FounderKeys } from './founder-keys.js';
import type { RightsPlaces } from './rights-places.js';

/**
 * Makes another owner the founder of record. One who is there takes the founder's seat and sets the own key; for one who is not,
 * the gateway goes on using the old one.
 * @param owners - the other owners
 * @throws SilcError, StoreError, StanzaError
 */
export async function handOver(
  founded: FoundedChannel,
  owners: readonly BareJid[],
  places: RightsPlaces,
  keys: FounderKeys,
): Promise<FoundedChannel> {
  const here = places.find(({ user }) => owners.includes(user));
  const successor = here?.user ?? owners[0];
  if (successor === undefined || founded.keyPair === undefined) return founded;
  if (here?.link === undefined) return keys.handOver(founded, successor, founded.keyPair);
  const { silc, silcChannel } = here.link;
  const founderKey = await keys.ownOf(successor);
  await silc.channelControl.claimFounder(silcChannel.id, founded.keyPair);
  await silc.setChannelMode(silcChannel.id, { set: ChannelMode.founderAuth, founderKey });
  return keys.handOver(founded, successor, founderKey);
}
