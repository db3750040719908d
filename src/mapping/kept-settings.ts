import { utf8 } from '../silc/bytes.js';
import { isRecord, jsonOf } from './stored-element.js';

/** What the gateway keeps of a room's configuration, because SILC has no place for it. */
export interface KeptSettings {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Language tag. */
  readonly language?: string | undefined;
  /** Most lines of the history on join; undefined: as the gateway has it. */
  readonly historyLines?: number | undefined;
  /** Days for which the history is kept; undefined: as the gateway has it. */
  readonly historyDays?: number | undefined;
  /** Algorithms that were set through the gateway: the server does not tell which they are. */
  readonly cipher?: string | undefined;
  readonly hmac?: string | undefined;
  /** SILC addresses of occupants are shown to moderators only. */
  readonly isSemiAnonymous?: boolean | undefined;
  /** SHA-1 of each picture of the avatar, hex. */
  readonly avatarHashes?: readonly string[] | undefined;
}

/** As the store keeps them. */
export const encodeSettings = (settings: KeptSettings): Uint8Array => utf8(JSON.stringify(settings));

/** What `encodeSettings` has made; what cannot be read is as if it were not set. */
export function decodeSettings(octets: Uint8Array): KeptSettings {
  const fields = jsonOf(octets);
  if (!isRecord(fields)) return {};
  const text = (name: keyof KeptSettings): string | undefined => {
    const field = fields[name];
    return typeof field === 'string' ? field : undefined;
  };
  const { historyLines, historyDays, isSemiAnonymous, avatarHashes } = fields;
  return {
    name: text('name'),
    description: text('description'),
    language: text('language'),
    historyLines: typeof historyLines === 'number' ? historyLines : undefined,
    historyDays: typeof historyDays === 'number' ? historyDays : undefined,
    cipher: text('cipher'),
    hmac: text('hmac'),
    isSemiAnonymous: isSemiAnonymous === true ? true : undefined,
    avatarHashes: Array.isArray(avatarHashes)
      ? avatarHashes.filter((hash): hash is string => typeof hash === 'string')
      : undefined,
  };
}
