import type { AccessEntry, AccessListName, ChannelModeChange, KeyPair } from '../../silc/client/types.js';
import { utf8 } from '../../silc/bytes.js';
import { decodePublicKey, type SilcPublicKey } from '../../silc/crypto/public-key.js';
import { SilcError } from '../../silc/errors.js';
import { ChannelMode } from '../../silc/modes.js';
import { type Text, text } from '../../text/text.js';

/** How a channel is configured, as far as it can be configured so again on a server that has forgotten it. */
export interface KeptConfiguration {
  /** `ChannelMode` mask without founder authentication. */
  readonly mode: number;
  readonly userLimit: number | undefined;
  /** Undefined where there is none, and where it was set past the gateway. */
  readonly passphrase: string | undefined;
  /** Empty where there is none. */
  readonly topic: string;
  readonly lists: Readonly<Record<AccessListName, readonly AccessEntry[]>>;
  /** With which one may join; those that were set past the gateway are not known. */
  readonly joinKeys: readonly SilcPublicKey[];
}

/** As a channel is when it is founded. */
export const UNCONFIGURED: KeptConfiguration = {
  mode: 0,
  userLimit: undefined,
  passphrase: undefined,
  topic: '',
  lists: { ban: [], invite: [] },
  joinKeys: [],
};

/** Entries of one list that are kept: what a server takes. */
const MAX_ENTRIES = 64;

/** Modes whose arguments nobody tells: the algorithms that were set. */
const UNKNOWN_ARGUMENTS = ChannelMode.cipher | ChannelMode.hmac;

/** Modes that keep people out, or quiet, or the channel out of sight, in words. */
const protections: readonly (readonly [number, Text])[] = [
  [ChannelMode.passphrase, text(({ rooms }) => rooms.passphrase)],
  [ChannelMode.invite, text(({ rooms }) => rooms.invitedOnly)],
  [ChannelMode.channelAuth, text(({ rooms }) => rooms.keysOnly)],
  [ChannelMode.userLimit, text(({ rooms }) => rooms.userLimit)],
  [ChannelMode.privateKey, text(({ rooms }) => rooms.ownKeys)],
  [ChannelMode.private, text(({ rooms }) => rooms.private)],
  [ChannelMode.secret, text(({ rooms }) => rooms.secret)],
  [ChannelMode.silenceUsers, text(({ rooms }) => rooms.moderated)],
  [ChannelMode.silenceOperators, text(({ rooms }) => rooms.silencedOperators)],
];

/** What protects a channel by these modes (`ChannelMode`), in words. */
export const protectionsOf = (mode: number): readonly Text[] =>
  protections.filter(([bit]) => (mode & bit) !== 0).map(([, name]) => name);

/** Bits of a kept mode that cannot be set again, for want of an argument. */
export function lostModes({ mode, userLimit, passphrase, joinKeys }: KeptConfiguration): number {
  const lacks =
    UNKNOWN_ARGUMENTS |
    (joinKeys.length === 0 ? ChannelMode.channelAuth : 0) |
    (passphrase === undefined ? ChannelMode.passphrase : 0) |
    (userLimit === undefined ? ChannelMode.userLimit : 0);
  return mode & lacks;
}

/**
 * The change that makes a channel what it was, in one command.
 * @param present - its `ChannelMode` mask now
 * @param founderKey - set with it
 */
export function restoring(
  kept: KeptConfiguration,
  present: number,
  founderKey: KeyPair | undefined,
): ChannelModeChange {
  const wanted = kept.mode & ~lostModes(kept);
  const has = (bit: number): boolean => (wanted & bit) !== 0;
  const { passphrase, userLimit, joinKeys } = kept;
  return {
    set: wanted | (founderKey === undefined ? 0 : ChannelMode.founderAuth),
    clear: present & ~(wanted | ChannelMode.founderAuth),
    ...(has(ChannelMode.passphrase) && passphrase !== undefined ? { passphrase } : {}),
    ...(has(ChannelMode.userLimit) && userLimit !== undefined ? { userLimit } : {}),
    ...(has(ChannelMode.channelAuth) ? { joinKeys: { add: joinKeys } } : {}),
    ...(founderKey === undefined ? {} : { founderKey }),
  };
}

/** An entry of a list with or without another one. Those of Client IDs are not kept: they end with their sessions. */
export function withEntry(
  entries: readonly AccessEntry[],
  action: 'add' | 'delete',
  entry: AccessEntry,
): readonly AccessEntry[] {
  const others = entries.filter((one) => nameOf(one) !== nameOf(entry));
  return action === 'delete' ? others : keepable([...others, entry]);
}

/** Those entries that outlast a restart of the server. */
const keepable = (entries: readonly AccessEntry[]): readonly AccessEntry[] =>
  entries.filter((entry) => nameOf(entry) !== undefined).slice(0, MAX_ENTRIES);

/** The same of both lists. */
export const keepableLists = ({ ban, invite }: KeptConfiguration['lists']): KeptConfiguration['lists'] => ({
  ban: keepable(ban),
  invite: keepable(invite),
});

/** The same for the same entry; undefined for one that is not kept. */
function nameOf(entry: AccessEntry): string | undefined {
  if (entry.kind === 'mask') return `mask ${entry.mask}`;
  return entry.kind === 'key' ? `key ${base64(entry.key.encoded)}` : undefined;
}

const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64');

/** As the store keeps it. */
export function encodeConfiguration({ lists, joinKeys, ...rest }: KeptConfiguration): Uint8Array {
  const isByKey = (rest.mode & ChannelMode.channelAuth) !== 0;
  const names = (entries: readonly AccessEntry[]): (string | undefined)[] => keepable(entries).map(nameOf);
  const join = names(joinKeys.map((key) => ({ kind: 'key', key })));
  const keys = isByKey ? { join } : {};
  return utf8(JSON.stringify({ ...rest, ban: names(lists.ban), invite: names(lists.invite), ...keys }));
}

/** What `encodeConfiguration` has made; anything else is a channel as it is founded. */
export function decodeConfiguration(octets: Uint8Array): KeptConfiguration {
  const fields = parsed(new TextDecoder().decode(octets));
  const { mode, userLimit, passphrase, topic } = fields;
  return {
    mode: typeof mode === 'number' ? mode >>> 0 : 0,
    userLimit: typeof userLimit === 'number' ? userLimit : undefined,
    passphrase: typeof passphrase === 'string' ? passphrase : undefined,
    topic: typeof topic === 'string' ? topic : '',
    lists: { ban: entriesOf(fields['ban']), invite: entriesOf(fields['invite']) },
    // Without the mode they count for nothing.
    joinKeys: entriesOf(fields['join']).flatMap((entry) => (entry.kind === 'key' ? entry.key : [])),
  };
}

function parsed(text: string): Partial<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function entriesOf(names: unknown): readonly AccessEntry[] {
  return Array.isArray(names) ? names.flatMap((name) => entryOf(name) ?? []) : [];
}

function entryOf(name: unknown): AccessEntry | undefined {
  if (typeof name !== 'string') return undefined;
  if (name.startsWith('mask ')) return { kind: 'mask', mask: name.slice(5) };
  try {
    return { kind: 'key', key: decodePublicKey(new Uint8Array(Buffer.from(name.slice(4), 'base64'))) };
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
