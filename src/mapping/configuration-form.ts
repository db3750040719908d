import { type Element, xml } from '../component/stanza.js';
import type { ChannelModeChange } from '../silc/client/types.js';
import { ciphers, hmacs } from '../silc/crypto/algorithms.js';
import { ChannelMode } from '../silc/modes.js';
import { fieldValues, repeatedField } from './data-form.js';
import { type ChannelKeys, JOIN_KEYS, keyFieldNames, keyFields, readKeyFields } from './protection-form.js';
import type { KeptSettings } from './kept-settings.js';
import {
  booleanOf,
  type ChannelSettings,
  modeFieldNames,
  readSettingsForm,
  settingsForm,
} from './room-form.js';
import { type AnyText, Text, text } from '../text/text.js';

/** What the whole configuration form shows. */
export interface Configuration extends ChannelSettings {
  readonly kept: KeptSettings;
  /** Days for which the gateway keeps the history of rooms at most; 0 where it keeps none. */
  readonly mostDays: number;
  readonly keys: ChannelKeys;
  /** Addresses of admins and owners, as their lists show them. */
  readonly admins: readonly string[];
  readonly owners: readonly string[];
}

/** What a submitted form changes; what it leaves as it is is undefined. */
export interface ConfigurationChange {
  readonly mode: ChannelModeChange | undefined;
  readonly kept: KeptSettings | undefined;
  /** The whole lists as they are to be. */
  readonly admins: readonly string[] | undefined;
  readonly owners: readonly string[] | undefined;
  /** Whose keys are to let them in. */
  readonly joinKeys: readonly string[] | undefined;
  /** The channel is to outlast its users; not to is a mode that is cleared. */
  readonly isToLast: boolean;
}

export type ConfigurationResult =
  | { readonly kind: 'change'; readonly change: ConfigurationChange }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'bad'; readonly reason: AnyText };

const NAME = 'muc#roomconfig_roomname';
const DESCRIPTION = 'muc#roomconfig_roomdesc';
const LANGUAGE = 'muc#roomconfig_lang';
const WHOIS = 'muc#roomconfig_whois';
const HISTORY = 'muc#maxhistoryfetch';
const HISTORY_DAYS = 'silc#roomconfig_historydays';
const PERSISTENT = 'muc#roomconfig_persistentroom';
const ADMINS = 'muc#roomconfig_roomadmins';
const OWNERS = 'muc#roomconfig_roomowners';
const CIPHER = 'silc#roomconfig_cipher';
const HMAC = 'silc#roomconfig_hmac';

/** Fields of the registry that have one possible value on SILC: it is accepted, every other one refused. */
const settled: Readonly<Record<string, string>> = {
  'muc#roomconfig_allowpm': 'anyone',
};

/** Texts, with the most UTF-16 units that are kept. */
const texts: readonly (readonly [string, 'name' | 'description' | 'language', number, Text])[] = [
  [NAME, 'name', 200, text(({ forms }) => forms.roomName)],
  [DESCRIPTION, 'description', 1_000, text(({ forms }) => forms.roomDescription)],
  [LANGUAGE, 'language', 35, text(({ forms }) => forms.roomLanguage)],
];
const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;
/** Most lines of history that a room may give to who joins. */
const MAX_HISTORY = 500;
const MAX_PEOPLE = 50;

/** Who is shown the SILC addresses of occupants. */
const MODERATORS = 'moderators';
const viewers = [MODERATORS, 'anyone'];

/** As the channel was created: no mode of the algorithm is set. */
const AS_CREATED = 'default';
/** Set past the gateway: which one it is is not told. */
const SET_ELSEWHERE = 'other';

const algorithms = [
  {
    field: CIPHER,
    label: text(({ forms }) => forms.cipher),
    bit: ChannelMode.cipher,
    key: 'cipher',
    names: Object.keys(ciphers),
  },
  {
    field: HMAC,
    label: text(({ forms }) => forms.hmac),
    bit: ChannelMode.hmac,
    key: 'hmac',
    names: Object.keys(hmacs),
  },
] as const;

const known: ReadonlySet<string> = new Set([
  ...modeFieldNames,
  ...texts.map(([field]) => field),
  ...algorithms.map(({ field }) => field),
  ...keyFieldNames,
  ...[WHOIS, HISTORY, HISTORY_DAYS, PERSISTENT, ADMINS, OWNERS, 'FORM_TYPE'],
  ...Object.keys(settled),
]);

/** Fields of several values. */
const lists: ReadonlySet<string> = new Set([ADMINS, OWNERS, JOIN_KEYS]);

const viewersOf = ({ isSemiAnonymous }: KeptSettings): string =>
  isSemiAnonymous === true ? MODERATORS : 'anyone';

const optionLabel = (option: string): AnyText => {
  if (option === MODERATORS) return text(({ forms }) => forms.moderators);
  if (option === 'anyone') return text(({ forms }) => forms.anyone);
  if (option === AS_CREATED) return text(({ forms }) => forms.asCreated);
  return option === SET_ELSEWHERE ? text(({ forms }) => forms.setElsewhere) : option;
};

/** The form (XEP-0045, 10.2) with the present configuration. */
export function configurationForm(present: Configuration): Element {
  const { kept, mode, keys, admins, owners, mostDays } = present;
  const field = (name: string, type: string, label: AnyText, values: readonly string[]): Element =>
    xml(
      'field',
      { var: name, type, label },
      values.map((value) => xml('value', {}, value)),
    );
  const lasts = (mode & ChannelMode.founderAuth) !== 0;
  const fields = [
    ...texts.map(([name, key, , label]) => field(name, 'text-single', label, [kept[key] ?? ''])),
    field(
      PERSISTENT,
      'boolean',
      text(({ forms }) => forms.outlasts),
      [lasts ? '1' : '0'],
    ),
    xml(
      'field',
      { var: WHOIS, type: 'list-single', label: text(({ forms }) => forms.whoSeesAddresses) },
      xml('value', {}, viewersOf(kept)),
      viewers.map((value) => xml('option', { label: optionLabel(value) }, xml('value', {}, value))),
    ),
    field(
      HISTORY,
      'text-single',
      text(({ forms }) => forms.historyLines),
      [kept.historyLines === undefined ? '' : String(kept.historyLines)],
    ),
    ...(mostDays === 0
      ? []
      : [
          field(
            HISTORY_DAYS,
            'text-single',
            text(({ forms }) => forms.historyDays(mostDays)),
            [String(Math.min(kept.historyDays ?? mostDays, mostDays))],
          ),
        ]),
    ...algorithms.map(({ field: name, label, bit, key, names }) => {
      const now = (mode & bit) === 0 ? AS_CREATED : (kept[key] ?? SET_ELSEWHERE);
      const options = [AS_CREATED, ...names, ...(now === SET_ELSEWHERE ? [SET_ELSEWHERE] : [])];
      return xml(
        'field',
        { var: name, type: 'list-single', label },
        xml('value', {}, now),
        options.map((option) => xml('option', { label: optionLabel(option) }, xml('value', {}, option))),
      );
    }),
    ...keyFields(mode, keys),
    field(
      ADMINS,
      'jid-multi',
      text(({ forms }) => forms.admins),
      admins,
    ),
    field(
      OWNERS,
      'jid-multi',
      text(({ forms }) => forms.owners),
      owners,
    ),
  ];
  return settingsForm(present, fields);
}

/** Reads a submitted form. Fields that are not in it stay as they are; one that cannot be set is refused. */
export function readConfigurationForm(form: Element, present: Configuration): ConfigurationResult {
  const modes = readSettingsForm(form, present);
  if (modes.kind !== 'change') return modes;
  const fields = fieldValues(form);
  const bad = (reason: AnyText): ConfigurationResult => ({ kind: 'bad', reason });
  const twice = repeatedField(form);
  if (twice !== undefined) return bad(text(({ forms }) => forms.moreThanOneValue(twice)));
  for (const [name, [value = '', ...more]] of fields) {
    if (!known.has(name)) return bad(text(({ forms }) => forms.cannotBeSet(name)));
    if (more.length > 0 && !lists.has(name)) return bad(text(({ forms }) => forms.moreThanOneValue(name)));
    const only = settled[name];
    if (only !== undefined && value !== only) return bad(text(({ forms }) => forms.isAlways(name, only)));
  }
  let { set = 0, clear = 0 } = modes.change ?? {};
  const keys = readKeyFields(fields, present.mode, present.keys);
  if (keys instanceof Text) return bad(keys);
  set |= keys.set;
  clear |= keys.clear;
  let kept: KeptSettings = present.kept;
  for (const [name, key, most] of texts) {
    const given = fields.get(name)?.[0]?.trim();
    if (given === undefined) continue;
    if (given.length > most) return bad(text(({ forms }) => forms.longerThan(name, most)));
    if (key === 'language' && given !== '' && !LANGUAGE_TAG.test(given))
      return bad(text(({ forms }) => forms.noLanguageTag(name)));
    if (given !== (kept[key] ?? '')) kept = { ...kept, [key]: given === '' ? undefined : given };
  }
  const history = fields.get(HISTORY)?.[0]?.trim();
  if (history !== undefined) {
    const lines = history === '' ? undefined : /^\d{1,6}$/.test(history) ? Number(history) : NaN;
    if (Number.isNaN(lines) || (lines ?? 0) > MAX_HISTORY)
      return bad(text(({ forms }) => forms.noNumberUpTo(HISTORY, MAX_HISTORY)));
    if (lines !== kept.historyLines) kept = { ...kept, historyLines: lines };
  }
  const days = fields.get(HISTORY_DAYS)?.[0]?.trim();
  if (days !== undefined && days !== '') {
    const wanted = /^\d{1,6}$/.test(days) ? Number(days) : NaN;
    if (!(wanted <= present.mostDays))
      return bad(text(({ forms }) => forms.noNumberUpTo(HISTORY_DAYS, present.mostDays)));
    const now = Math.min(kept.historyDays ?? present.mostDays, present.mostDays);
    if (wanted !== now) kept = { ...kept, historyDays: wanted === present.mostDays ? undefined : wanted };
  }
  const who = fields.get(WHOIS)?.[0];
  if (who !== undefined && !viewers.includes(who)) return bad(text(({ forms }) => forms.notInList(WHOIS)));
  if (who !== undefined && who !== viewersOf(kept))
    kept = { ...kept, isSemiAnonymous: who === MODERATORS ? true : undefined };
  const names: { cipher?: string; hmac?: string } = {};
  for (const { field, bit, key, names: all } of algorithms) {
    const wanted = fields.get(field)?.[0];
    const now = (present.mode & bit) === 0 ? AS_CREATED : (present.kept[key] ?? SET_ELSEWHERE);
    if (wanted === undefined || wanted === now) continue;
    if (wanted === AS_CREATED) clear |= bit;
    else if ((all as readonly string[]).includes(wanted)) {
      set |= bit;
      names[key] = wanted;
    } else return bad(text(({ forms }) => forms.notInList(field)));
    kept = { ...kept, [key]: wanted === AS_CREATED ? undefined : wanted };
  }
  const lasts = booleanOf(fields.get(PERSISTENT)?.[0]);
  if (lasts === 'bad') return bad(text(({ forms }) => forms.notBoolean(PERSISTENT)));
  const hasKey = (present.mode & ChannelMode.founderAuth) !== 0;
  if (lasts === false && hasKey) clear |= ChannelMode.founderAuth;
  const admins = listOf(fields.get(ADMINS), present.admins);
  const owners = listOf(fields.get(OWNERS), present.owners);
  if ((admins?.length ?? 0) > MAX_PEOPLE || (owners?.length ?? 0) > MAX_PEOPLE)
    return bad(text(({ forms }) => forms.tooManyUsers));
  return {
    kind: 'change',
    change: {
      mode: set === 0 && clear === 0 ? undefined : { ...modes.change, set, clear, ...names },
      kept: kept === present.kept ? undefined : kept,
      ...{ admins, owners },
      joinKeys: keys.joinKeys,
      isToLast: lasts === true && !hasKey,
    },
  };
}

function listOf(
  values: readonly string[] | undefined,
  present: readonly string[],
): readonly string[] | undefined {
  if (values === undefined) return undefined;
  const wanted = [...new Set(values.map((value) => value.trim()).filter((value) => value !== ''))];
  const isSame = wanted.length === present.length && wanted.every((value) => present.includes(value));
  return isSame ? undefined : wanted;
}
