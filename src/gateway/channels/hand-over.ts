import type { BareJid } from '../../component/jid.js';
import { SilcCommandError } from '../../silc/errors.js';
import { ChannelMode } from '../../silc/modes.js';
import type { FoundedChannel, FounderKeys } from './founder-keys.js';
import { isFounder, type RightsPlaces } from './rights-places.js';

/** The founder of record takes the founder's seat, where it is not had. @param onRefused - called with the server's refusal. @throws SilcError */
export async function takeSeat(
  { keyPair, founder }: FoundedChannel,
  places: RightsPlaces,
  onRefused: (error: SilcCommandError) => void,
): Promise<void> {
  const owner = places.find(() => true, founder);
  if (keyPair === undefined || owner?.link === undefined || isFounder(owner)) return;
  const { silc, silcChannel } = owner.link;
  try {
    await silc.channelControl.claimFounder(silcChannel.id, keyPair);
  } catch (error) {
    if (!(error instanceof SilcCommandError)) throw error;
    onRefused(error);
  }
}

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
