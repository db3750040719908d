import { type Element, xml } from '../component/stanza.js';
import { ChannelMode } from '../silc/modes.js';

/*
 * Fields of the configuration form of a room for the keys of its channel: the founder's, those with which one may join, and those of its
 * members. Left out: private keys of the members of a channel, which the Jabber users of the gateway have no place for.
 */

/** What the form shows of the keys of a channel. */
export interface ChannelKeys {
  /** Fingerprint of the key by which the channel knows its founder; undefined where it has none. */
  readonly founderKey: string | undefined;
  /** Addresses of those whose keys let them in; empty where no key is needed. */
  readonly joinKeys: readonly string[];
}

/** What a submitted form changes of them. */
export interface KeyChange {
  /** Bits of `ChannelMode` to clear. */
  readonly clear: number;
  /** The whole list as it is to be; undefined: as it is. */
  readonly joinKeys: readonly string[] | undefined;
}

const FOUNDER_KEY = 'silc#roomconfig_founderkey';
const JOIN_KEYS = 'silc#roomconfig_joinkeys';
const PRIVATE_KEY = 'silc#roomconfig_privatekey';

/** A silcd takes 64 keys; owners are among them. */
const MAX_KEYS = 50;

const words = {
  founderKey: 'Key of the founder (cannot be changed here)',
  joinKeys: 'Only these users may join, by their keys; owners are among them (owners only; empty: everybody)',
  privateKey: 'Members talk with keys of their own (founder only; can only be taken back)',
  founderKeyFixed: `${FOUNDER_KEY} cannot be changed: the gateway keeps the key.`,
  privateKeyRefused: `${PRIVATE_KEY} cannot be set: users of this gateway have no place for such a key, and could not read any more.`,
  noBoolean: `${PRIVATE_KEY} is not a boolean.`,
  tooMany: `${JOIN_KEYS} has room for ${MAX_KEYS} users.`,
};

/** Names of the fields. */
export const keyFieldNames: readonly string[] = [FOUNDER_KEY, JOIN_KEYS, PRIVATE_KEY];

/** The fields with their present values. @param mode - `ChannelMode` mask */
export function keyFields(mode: number, { founderKey, joinKeys }: ChannelKeys): readonly Element[] {
  const field = (name: string, type: string, label: string, values: readonly string[]): Element =>
    xml(
      'field',
      { var: name, type, label },
      values.map((value) => xml('value', {}, value)),
    );
  const hasPrivateKeys = (mode & ChannelMode.privateKey) !== 0;
  return [
    ...(founderKey === undefined ? [] : [field(FOUNDER_KEY, 'fixed', words.founderKey, [founderKey])]),
    field(JOIN_KEYS, 'jid-multi', words.joinKeys, joinKeys),
    field(PRIVATE_KEY, 'boolean', words.privateKey, [hasPrivateKeys ? '1' : '0']),
  ];
}

/** Reads them from a submitted form; what is not in it stays as it is. @returns a text for what cannot be done */
export function readKeyFields(
  fields: ReadonlyMap<string, readonly string[]>,
  mode: number,
  present: ChannelKeys,
): KeyChange | string {
  const founderKey = fields.get(FOUNDER_KEY)?.[0];
  if (founderKey !== undefined && founderKey !== (present.founderKey ?? '')) return words.founderKeyFixed;
  const privateKey = fields.get(PRIVATE_KEY)?.[0]?.trim();
  const isOn = (mode & ChannelMode.privateKey) !== 0;
  if (privateKey !== undefined && !/^(?:0|1|true|false)$/.test(privateKey)) return words.noBoolean;
  const isWanted = privateKey === undefined ? isOn : privateKey === '1' || privateKey === 'true';
  if (isWanted && !isOn) return words.privateKeyRefused;
  const joinKeys = fields.get(JOIN_KEYS);
  const wanted = joinKeys && [...new Set(joinKeys.map((jid) => jid.trim()).filter((jid) => jid !== ''))];
  if (wanted !== undefined && wanted.length > MAX_KEYS) return words.tooMany;
  const isSame =
    wanted?.length === present.joinKeys.length && wanted.every((jid) => present.joinKeys.includes(jid));
  return { clear: isOn && !isWanted ? ChannelMode.privateKey : 0, joinKeys: isSame ? undefined : wanted };
}
