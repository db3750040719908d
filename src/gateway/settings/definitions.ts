/** What a setting is about: a user everywhere, or one room of a user, or both, the room first. */
export type SettingScope = 'user' | 'room';
export type SettingValue = string | boolean;

interface Definition<T extends SettingValue> {
  readonly scopes: readonly SettingScope[];
  /** What holds where nothing is said. An empty text: what the gateway or the operator has chosen. */
  readonly fallback: T;
  /** Longest text, in UTF-16 units. */
  readonly max?: number;
  /** Nothing else is taken. */
  readonly options?: readonly string[];
}

const text = (definition: Definition<string>): Definition<string> => definition;
const toggle = (definition: Definition<boolean>): Definition<boolean> => definition;

/** All settings of users, by name. What they do is said in the catalogue of texts, under the same names. */
export const settings = {
  language: text({ scopes: ['user'], fallback: '', options: ['', 'en', 'de'] }),
  nick: text({ scopes: ['user'], fallback: '', max: 128 }),
  'real-name': text({ scopes: ['user'], fallback: '', max: 128 }),
  'away-text': text({ scopes: ['user'], fallback: '', max: 256 }),
  'stay-connected': toggle({ scopes: ['user'], fallback: false }),
  bookmarks: toggle({ scopes: ['user'], fallback: false }),
  sign: toggle({ scopes: ['user', 'room'], fallback: false }),
  'private-keys': toggle({ scopes: ['user'], fallback: false }),
  'verified-only': toggle({ scopes: ['user'], fallback: false }),
  files: text({ scopes: ['user'], fallback: '', options: ['', 'link', 'picture', 'offer'] }),
  'share-profile': toggle({ scopes: ['user'], fallback: false }),
  'share-location': toggle({ scopes: ['user'], fallback: false }),
  mentions: toggle({ scopes: ['user', 'room'], fallback: true }),
  autojoin: toggle({ scopes: ['room'], fallback: false }),
} as const;

export type SettingName = keyof typeof settings;
/** Type of the value of a setting. */
export type ValueOf<N extends SettingName> = (typeof settings)[N] extends Definition<infer T> ? T : never;

export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(settings, name);
}

const names = Object.keys(settings).filter(isSetting);

/** Names of the settings that something can have. */
export const settingsOf = (scope: SettingScope): readonly SettingName[] =>
  names.filter((name) => settings[name].scopes.some((one) => one === scope));

/** A value as somebody has written it; undefined for one that the setting does not take. */
export function settingValue(name: SettingName, typed: string): SettingValue | undefined {
  const { fallback, max = 0, options }: Definition<SettingValue> = settings[name];
  if (typeof fallback === 'boolean') {
    if (/^(?:1|true|yes|on)$/i.test(typed)) return true;
    return /^(?:0|false|no|off)$/i.test(typed) ? false : undefined;
  }
  if (options !== undefined) return options.includes(typed) ? typed : undefined;
  // A control character is nobody's name.
  return typed.length <= max && !/\p{Cc}/u.test(typed) ? typed : undefined;
}
