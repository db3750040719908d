import type { TypedId } from '../ids.js';
import { NotifyType } from '../packets/notify-payload.js';
import type { NetworkState } from './network-state.js';
import type { SeatHolder } from './shared/shared-channel.js';

/** Notify payload: type u16, length u16, count u8. Argument: length u16, number u8. ID payload: type u16, length u16. */
const ARGUMENT = 5;
const ID = ARGUMENT + 3 + 4;

/**
 * True for a notify about somebody else on channels where another session leads, which tells it: as each of the sessions
 * gets a copy, it is not decoded. Whatever looks unusual is not passed over.
 */
export function isToldElsewhere(network: NetworkState, payload: Uint8Array, destination: TypedId): boolean {
  switch (((payload[0] ?? 0) << 8) | (payload[1] ?? 0)) {
    case NotifyType.join:
    case NotifyType.leave:
    case NotifyType.kicked: {
      const channel = destination.type === 3 ? network.channel(destination.id) : undefined;
      if (channel === undefined || channel.leads) return false;
      return isOther(payload, network) && isOther(payload, channel.leader);
    }
    case NotifyType.signoff:
    case NotifyType.killed:
    case NotifyType.nickChange:
      // Somebody may be known for private messages.
      if (network.users.size > 1 || !isOther(payload, network)) return false;
      for (const { leads, leader } of network.channels.values()) {
        if (leads || !isOther(payload, leader)) return false;
      }
      return true;
    default:
      return false;
  }
}

/** The first argument is a Client ID, and not the one of this session. */
function isOther(payload: Uint8Array, { selfOctets }: SeatHolder): boolean {
  const { length } = selfOctets;
  const isId =
    payload[ARGUMENT + 1] === length + 4 &&
    payload[ARGUMENT + 2] === 1 &&
    payload[ARGUMENT + 4] === 2 &&
    payload[ARGUMENT + 6] === length;
  if (!isId) return false;
  for (let n = 0; n < length; n++) if (payload[ID + n] !== selfOctets[n]) return true;
  return false;
}
