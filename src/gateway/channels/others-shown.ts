import type { Element } from '../../component/stanza.js';
import { withVerifiedHat } from '../../mapping/hats.js';
import type { KeptSettings } from '../../mapping/kept-settings.js';
import { anonymityChanged } from '../../mapping/room-form.js';
import type { GatewayContext } from '../context.js';
import type { Delivery, LocalMember } from './delivery.js';
import type { Occupant, Occupants } from './occupants.js';

/** Presences that are told once more in one room of one user. */
const MAX_SHOWN_AGAIN = 2_000;

/** A channel, as its occupants are shown. */
interface ShownChannel {
  readonly network: string;
  readonly jid: string;
  readonly occupants: Occupants;
  readonly delivery: Delivery;
  memberOf(occupant: Occupant): LocalMember | undefined;
  occupantOf(member: LocalMember): Occupant | undefined;
}

/** The presences of all others on a channel, without `to`, as one local user sees them: with addresses where they are to be seen, and hats. */
export function othersAsSeen(
  { trust }: Pick<GatewayContext, 'trust'>,
  channel: ShownChannel,
  member: LocalMember,
): Element[] {
  const self = channel.occupantOf(member);
  const { anonymity, presences } = channel.delivery;
  const isHidden = anonymity.hidesFrom(self);
  return [...channel.occupants.values()].flatMap((occupant) => {
    if (occupant.clientId === self?.clientId || channel.memberOf(occupant) === member) return [];
    const presence = presences.of(occupant, isHidden);
    const isVerified = trust.isVerified(member.user, channel.network, occupant.fingerprint);
    return [isVerified ? withVerifiedHat(presence) : presence];
  });
}

/** Who sees more of the others than before is shown them once more, where that is not too much. */
export function showOthersAgain(
  context: Pick<GatewayContext, 'trust'>,
  channel: ShownChannel,
  member: LocalMember,
): void {
  if (!channel.delivery.anonymity.isSemiAnonymous) return;
  showOthers(context, channel, member);
}

/** A room is configured anew: everybody is told where addresses are shown to others than before, and shown them. */
export function anonymityConfigured(
  context: Pick<GatewayContext, 'trust'>,
  channel: ShownChannel,
  kept: KeptSettings,
): void {
  const { delivery, occupants } = channel;
  const { anonymity } = delivery;
  const wasSemiAnonymous = anonymity.isSemiAnonymous;
  anonymity.becomes(kept);
  const { isSemiAnonymous } = anonymity;
  if (isSemiAnonymous === wasSemiAnonymous) return;
  delivery.toEverybody(anonymityChanged(channel.jid, isSemiAnonymous));
  if (isSemiAnonymous) return;
  for (const occupant of occupants.values()) {
    const member = channel.memberOf(occupant);
    if (member !== undefined && occupant.role !== 'moderator') showOthers(context, channel, member);
  }
}

/** The same whatever the room shows to others. */
export function showOthers(
  context: Pick<GatewayContext, 'trust'>,
  channel: ShownChannel,
  member: LocalMember,
): void {
  if (channel.occupants.size * member.clients.size > MAX_SHOWN_AGAIN) return;
  for (const presence of othersAsSeen(context, channel, member)) channel.delivery.toMember(member, presence);
}
