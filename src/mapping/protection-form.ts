import { type Element, xml } from '../component/stanza.js';
import { ChannelMode } from '../silc/modes.js';
import type { Text } from '../text/text.js';
import { type AnyText, text } from '../text/text.js';

/*
 * Fields of the configuration form of a room for the keys of its channel: the founder's, those with which one may join, and the mode that its
 * members have keys of their own. The keys themselves are not in it: each member sets them, past the server.
 */

/** What the form shows of the keys of a channel. */
export interface ChannelKeys {
  /** Fingerprint of the key by which the channel knows its founder; undefined where it has none. */
  readonly founderKey: string | undefined;
  /** Addresses of those whose keys let them in; empty where no key is needed. */
  readonly joinKeys: readonly string[];
  /** Who configures has set a private key of the channel. */
  readonly hasPrivateKey: boolean;
}

/** What a submitted form changes of them. */
export interface KeyChange {
  /** Bits of `ChannelMode` to set and to clear. */
  readonly set: number;
  readonly clear: number;
  /** The whole list as it is to be; undefined: as it is. */
  readonly joinKeys: readonly string[] | undefined;
}

const FOUNDER_KEY = 'silc#roomconfig_founderkey';
/** Name of the field whose values are the addresses of those whose keys let them in. */
export const JOIN_KEYS = 'silc#roomconfig_joinkeys';
const PRIVATE_KEY = 'silc#roomconfig_privatekey';

/** A silcd takes 64 keys; owners are among them. */
const MAX_KEYS = 50;

/** Names of the fields. */
export const keyFieldNames: readonly string[] = [FOUNDER_KEY, JOIN_KEYS, PRIVATE_KEY];

/** The fields with their present values. @param mode - `ChannelMode` mask */
export function keyFields(mode: number, { founderKey, joinKeys }: ChannelKeys): readonly Element[] {
  const field = (name: string, type: string, label: AnyText, values: readonly string[]): Element =>
    xml(
      'field',
      { var: name, type, label },
      values.map((value) => xml('value', {}, value)),
    );
  const hasPrivateKeys = (mode & ChannelMode.privateKey) !== 0;
  return [
    ...(founderKey === undefined
      ? []
      : [
          field(
            FOUNDER_KEY,
            // Of a fixed field some clients show the value alone, and nobody knows what it is.
            'text-single',
            text(({ forms }) => forms.founderKey),
            [founderKey],
          ),
        ]),
    field(
      JOIN_KEYS,
      'jid-multi',
      text(({ forms }) => forms.joinKeys),
      joinKeys,
    ),
    field(
      PRIVATE_KEY,
      'boolean',
      text(({ forms }) => forms.privateKey),
      [hasPrivateKeys ? '1' : '0'],
    ),
  ];
}

/** Reads them from a submitted form; what is not in it stays as it is. @returns a text for what cannot be done */
export function readKeyFields(
  fields: ReadonlyMap<string, readonly string[]>,
  mode: number,
  present: ChannelKeys,
): KeyChange | Text {
  const founderKey = fields.get(FOUNDER_KEY)?.[0];
  if (founderKey !== undefined && founderKey !== (present.founderKey ?? ''))
    return text(({ forms }) => forms.founderKeyFixed(FOUNDER_KEY));
  const privateKey = fields.get(PRIVATE_KEY)?.[0]?.trim();
  const isOn = (mode & ChannelMode.privateKey) !== 0;
  if (privateKey !== undefined && !/^(?:0|1|true|false)$/.test(privateKey))
    return text(({ forms }) => forms.notBoolean(PRIVATE_KEY));
  const isWanted = privateKey === undefined ? isOn : privateKey === '1' || privateKey === 'true';
  // Whoever sets the mode without a key cannot say anything any more.
  if (isWanted && !isOn && !present.hasPrivateKey)
    return text(({ forms }) => forms.privateKeyRefused(PRIVATE_KEY));
  const joinKeys = fields.get(JOIN_KEYS);
  const wanted = joinKeys && [...new Set(joinKeys.map((jid) => jid.trim()).filter((jid) => jid !== ''))];
  if (wanted !== undefined && wanted.length > MAX_KEYS)
    return text(({ forms }) => forms.tooManyKeys(JOIN_KEYS, MAX_KEYS));
  const isSame =
    wanted?.length === present.joinKeys.length && wanted.every((jid) => present.joinKeys.includes(jid));
  return {
    set: isWanted && !isOn ? ChannelMode.privateKey : 0,
    clear: isOn && !isWanted ? ChannelMode.privateKey : 0,
    joinKeys: isSame ? undefined : wanted,
  };
}
