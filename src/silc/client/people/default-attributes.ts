import { AttributeType } from '../../packets/attributes.js';
import type { AttributeValue } from '../../packets/attribute-value.js';
import type { UserAttribute } from '../api/network.js';

/** Way of contact: a chat (draft presence-attrs-04, 2.5). */
const CONTACT_CHAT = 0x20;

/** What is told of the host, where the application wants to; otherwise only that it is a computer. */
export type DeviceDescription = Partial<Omit<Extract<AttributeValue, { kind: 'device' }>, 'kind'>>;

/**
 * What the reference client tells of its user by itself: mood normal, contact by chat, the time zone of this process, a
 * computer. For `setAttributes`: a session tells nothing that it was not given.
 * @param now whose offset from UTC is told
 */
export function defaultAttributes(
  device: DeviceDescription = {},
  now: Date = new Date(),
): readonly UserAttribute[] {
  const nothing = { type: 0, manufacturer: '', version: '', model: '', language: '' };
  return [
    { type: AttributeType.statusMood, value: { kind: 'mask', mask: 0 } },
    { type: AttributeType.preferredContact, value: { kind: 'mask', mask: CONTACT_CHAT } },
    { type: AttributeType.timezone, value: { kind: 'string', text: offsetOf(now) } },
    { type: AttributeType.deviceInfo, value: { kind: 'device', ...nothing, ...device } },
  ];
}

/** ISO 8601: `+02:00`. */
function offsetOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const digits = (n: number): string => String(Math.trunc(n)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${digits(size / 60)}:${digits(size % 60)}`;
}
