import { type Element, xml } from '../component/stanza.js';
import type { ChannelModeChange } from '../silc/client/types.js';
import { ChannelMode } from '../silc/modes.js';
import { fieldValues } from './data-form.js';
import { Namespace } from './namespaces.js';
import { StatusCode } from './status-codes.js';
import { type AnyText, Text, text } from '../text/text.js';

/** What the configuration form of a room (muc#owner, XEP-0045, 10.2) shows of a channel. */
export interface ChannelSettings {
  readonly name: string;
  /** `ChannelMode` mask. */
  readonly mode: number;
  readonly userLimit: number | undefined;
}

const FORM_TYPE = 'http://jabber.org/protocol/muc#roomconfig';

interface BooleanField {
  readonly name: string;
  readonly label: Text;
  readonly bit: number;
  /** The field is true while the bit is not set. */
  readonly inverted: boolean;
}

/** Fields that are one bit of the channel mode each. */
const booleans: readonly BooleanField[] = [
  {
    name: 'muc#roomconfig_publicroom',
    label: text(({ forms }) => forms.publicRoom),
    bit: ChannelMode.secret,
    inverted: true,
  },
  {
    name: 'silc#roomconfig_private',
    label: text(({ forms }) => forms.privateRoom),
    bit: ChannelMode.private,
    inverted: false,
  },
  {
    name: 'muc#roomconfig_membersonly',
    label: text(({ forms }) => forms.membersOnly),
    bit: ChannelMode.invite,
    inverted: false,
  },
  {
    name: 'muc#roomconfig_changesubject',
    label: text(({ forms }) => forms.changeTopic),
    bit: ChannelMode.topic,
    inverted: true,
  },
  {
    name: 'muc#roomconfig_moderatedroom',
    label: text(({ forms }) => forms.moderated),
    bit: ChannelMode.silenceUsers,
    inverted: false,
  },
  {
    name: 'silc#roomconfig_silence_operators',
    label: text(({ forms }) => forms.silenceOperators),
    bit: ChannelMode.silenceOperators,
    inverted: false,
  },
];

const LIMIT = 'muc#roomconfig_maxusers';
const NO_LIMIT = 'none';
const LIMITS = [10, 20, 30, 50, 100];
const PROTECTED = 'muc#roomconfig_passwordprotectedroom';
const SECRET = 'muc#roomconfig_roomsecret';

/** Fields of the form that modes of the channel are set by. */
export const modeFieldNames: readonly string[] = [
  ...booleans.map(({ name }) => name),
  LIMIT,
  PROTECTED,
  SECRET,
];

/** The form with the channel's present modes, and further fields. A passphrase that is set is not shown. */
export function settingsForm(channel: ChannelSettings, further: readonly Element[] = []): Element {
  const isSet = (bit: number): boolean => (channel.mode & bit) !== 0;
  const field = (name: string, type: string, label: AnyText, value: string): Element =>
    xml('field', { var: name, type, label }, xml('value', {}, value));
  return xml(
    'x',
    { xmlns: Namespace.dataForm, type: 'form' },
    xml(
      'title',
      {},
      text(({ forms }) => forms.configurationOf(channel.name)),
    ),
    xml('field', { var: 'FORM_TYPE', type: 'hidden' }, xml('value', {}, FORM_TYPE)),
    booleans.map(({ name, label, bit, inverted }) =>
      field(name, 'boolean', label, isSet(bit) !== inverted ? '1' : '0'),
    ),
    limitField(limitOf(channel)),
    field(
      PROTECTED,
      'boolean',
      text(({ forms }) => forms.passphraseNeeded),
      isSet(ChannelMode.passphrase) ? '1' : '0',
    ),
    field(
      SECRET,
      'text-private',
      text(({ forms }) => forms.passphrase),
      '',
    ),
    further,
  );
}

/** A list, as the registry of XEP-0045 wants it: common limits, none, and the present one. */
function limitField(limit: number): Element {
  const present = limit === 0 ? NO_LIMIT : String(limit);
  const options = [...new Set([...LIMITS, limit])].filter((count) => count > 0).sort((a, b) => a - b);
  return xml(
    'field',
    { var: LIMIT, type: 'list-single', label: text(({ forms }) => forms.mostUsers) },
    xml('value', {}, present),
    [...options.map(String), NO_LIMIT].map((value) =>
      xml(
        'option',
        { label: value === NO_LIMIT ? text(({ forms }) => forms.noLimit) : value },
        xml('value', {}, value),
      ),
    ),
  );
}

const limitOf = ({ mode, userLimit }: ChannelSettings): number =>
  (mode & ChannelMode.userLimit) === 0 ? 0 : (userLimit ?? 0);

/** A submitted form: the change to make (undefined when it changes nothing), or why it cannot be read. */
export type FormResult =
  | { readonly kind: 'change'; readonly change: ChannelModeChange | undefined }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'bad'; readonly reason: AnyText };

/** Reads a submitted form. Fields that are not in it stay as they are. */
export function readSettingsForm(form: Element, channel: ChannelSettings): FormResult {
  if (form.attrs.type === 'cancel') return { kind: 'cancel' };
  if (form.attrs.type !== 'submit')
    return { kind: 'bad', reason: text(({ commands }) => commands.notSubmitted) };
  const values = new Map([...fieldValues(form)].map(([name, [value = '']]) => [name, value]));
  const formType = values.get('FORM_TYPE');
  if (formType !== undefined && formType !== FORM_TYPE) {
    return { kind: 'bad', reason: text(({ forms }) => forms.notConfiguration) };
  }
  let [set, clear] = [0, 0];
  for (const { name, bit, inverted } of booleans) {
    const wanted = booleanOf(values.get(name));
    if (wanted === 'bad') return { kind: 'bad', reason: text(({ forms }) => forms.notBoolean(name)) };
    if (wanted === undefined) continue;
    const on = wanted !== inverted;
    if (on === ((channel.mode & bit) !== 0)) continue;
    if (on) set |= bit;
    else clear |= bit;
  }
  const limit = limitChange(values.get(LIMIT), channel);
  if (limit === 'bad') return { kind: 'bad', reason: text(({ forms }) => forms.notUserCount(LIMIT)) };
  const secret = secretChange(values, channel);
  if (secret instanceof Text) return { kind: 'bad', reason: secret };
  set |= limit.set | secret.set;
  clear |= limit.clear | secret.clear;
  if (set === 0 && clear === 0) return { kind: 'change', change: undefined };
  return {
    kind: 'change',
    change: {
      set,
      clear,
      ...(limit.userLimit === undefined ? {} : { userLimit: limit.userLimit }),
      ...(secret.passphrase === undefined ? {} : { passphrase: secret.passphrase }),
    },
  };
}

/** What a field of the type boolean says. */
export function booleanOf(given: string | undefined): boolean | 'bad' | undefined {
  switch (given?.trim()) {
    case undefined:
      return undefined;
    case '1':
    case 'true':
      return true;
    case '0':
    case 'false':
      return false;
    default:
      return 'bad';
  }
}

function limitChange(
  given: string | undefined,
  channel: ChannelSettings,
): { set: number; clear: number; userLimit?: number } | 'bad' {
  const value = given?.trim().toLowerCase();
  if (value === undefined) return { set: 0, clear: 0 };
  const present = limitOf(channel);
  // XEP-0045 uses an empty value or `none` for no limit; zero says the same.
  const wanted = value === '' || value === 'none' ? 0 : /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  if (wanted === undefined) return 'bad';
  if (wanted === present) return { set: 0, clear: 0 };
  return wanted === 0
    ? { set: 0, clear: ChannelMode.userLimit }
    : { set: ChannelMode.userLimit, clear: 0, userLimit: wanted };
}

function secretChange(
  values: ReadonlyMap<string, string>,
  channel: ChannelSettings,
): { set: number; clear: number; passphrase?: string } | Text {
  const wanted = booleanOf(values.get(PROTECTED));
  if (wanted === 'bad') return text(({ forms }) => forms.notBoolean(PROTECTED));
  const passphrase = values.get(SECRET) ?? '';
  const present = (channel.mode & ChannelMode.passphrase) !== 0;
  if (wanted === false) return { set: 0, clear: present ? ChannelMode.passphrase : 0 };
  if (passphrase !== '') return { set: ChannelMode.passphrase, clear: 0, passphrase };
  if (wanted === true && !present) return text(({ forms }) => forms.passphraseMissing);
  return { set: 0, clear: 0 };
}

/** Tells everybody in a room that its configuration is another one now (XEP-0045, 10.2.1). */
export const configurationChanged = (room: string): Element =>
  changeMessage(room, StatusCode.configurationChanged);

/** Tells everybody that the addresses of occupants are shown to others than before (XEP-0045, 10.2.1). */
export const anonymityChanged = (room: string, isSemiAnonymous: boolean): Element =>
  changeMessage(room, isSemiAnonymous ? StatusCode.semiAnonymous : StatusCode.nonAnonymous);

function changeMessage(room: string, code: StatusCode): Element {
  return xml(
    'message',
    { from: room, type: 'groupchat' },
    xml('x', { xmlns: Namespace.mucUser }, xml('status', { code })),
  );
}
