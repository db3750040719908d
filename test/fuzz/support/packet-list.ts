import { concat } from '../../../src/silc/bytes.js';
import { clientId, NO_ID, serverId, type ServerId, type TypedId } from '../../../src/silc/ids.js';
import { channelId } from '../../../src/silc/ids.js';
import { channelNumber } from '../../support/scripted-server.js';
import { people } from './notifies.js';
import type { HostilePacket } from './packets.js';

/** Who packets come from and go to, by number. */
const ADDRESSES: readonly TypedId[] = [
  NO_ID,
  serverId('7f000001452e00ff' as ServerId),
  ...people.map(clientId),
  ...[1, 2, 3].map((n) => channelId(channelNumber(n))),
];
const HEAD = 6;

/** Packets as one row of octets, any change of which is a row of packets again. */
export function writePackets(packets: readonly HostilePacket[]): Uint8Array {
  return concat(
    ...packets.flatMap(({ type, flags, source, destination, payload }) => [
      Uint8Array.of(
        type,
        flags,
        numberOf(source),
        numberOf(destination),
        payload.length >> 8,
        payload.length & 0xff,
      ),
      payload,
    ]),
  );
}

/** What is cut short at the end counts as it is. */
export function readPackets(octets: Uint8Array): readonly HostilePacket[] {
  const packets: HostilePacket[] = [];
  for (let at = 0; at + HEAD < octets.length;) {
    const [type = 0, flags = 0, source = 0, destination = 0, high = 0, low = 0] = octets.subarray(
      at,
      at + HEAD,
    );
    at += HEAD;
    const payload = octets.subarray(at, at + high * 256 + low);
    at += payload.length;
    if (payload.length > 0) {
      packets.push({ type, flags, source: addressOf(source), destination: addressOf(destination), payload });
    }
  }
  return packets;
}

const addressOf = (number: number): TypedId => ADDRESSES[number % ADDRESSES.length] ?? NO_ID;

function numberOf(wanted: TypedId): number {
  return Math.max(
    0,
    ADDRESSES.findIndex(
      (one) =>
        one.type === wanted.type &&
        'id' in one === 'id' in wanted &&
        JSON.stringify(one) === JSON.stringify(wanted),
    ),
  );
}
