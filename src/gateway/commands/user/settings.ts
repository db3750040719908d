import type { Jid } from '../../../component/jid.js';
import { StanzaError } from '../../../component/stanza.js';
import type { FormField, FormValues } from '../../../mapping/data-form.js';
import { type Words, words } from '../../../text/catalogue.js';
import { type AnyText, joinTexts, type Text, text } from '../../../text/text.js';
import {
  isSetting,
  type SettingName,
  settings,
  settingsOf,
  settingValue,
} from '../../settings/definitions.js';
import type { SettingsRoom } from '../../settings/preferences.js';
import type { Bookmarks } from '../../bookmarks/bookmarks.js';
import { ask, roomAddress } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import type { UserCommandParts } from './parts.js';

const DEFAULT = 'default';

interface SettingsParts extends UserCommandParts {
  readonly bookmarks: Bookmarks;
}

/** A user sees and changes settings, of the own person and of rooms. */
export function settingsCommand({ context, bookmarks }: SettingsParts): Command {
  const { preferences } = context;
  const scopeOf = (room: SettingsRoom | undefined): readonly SettingName[] =>
    settingsOf(room === undefined ? 'user' : 'room');
  const roomOf = ({ to }: CommandCall): SettingsRoom | undefined =>
    to.kind === 'channel' ? { network: to.network, name: to.name } : undefined;

  const typed = (user: string, name: SettingName, room?: SettingsRoom): string =>
    String(preferences.get(user, name, room));

  function field(user: string, name: SettingName, room: SettingsRoom | undefined): FormField {
    const definition: { readonly options?: readonly string[]; readonly fallback: string | boolean } =
      settings[name];
    const label = text((words) => words.settings[name]);
    const value = typed(user, name, room);
    if (typeof definition.fallback === 'boolean') return { name, type: 'boolean', label, value };
    if (definition.options === undefined) return { name, type: 'text-single', label, value };
    const options = definition.options.map((option) => ({
      value: option,
      label: optionLabel(name, option),
    }));
    return { name, type: 'list-single', label, value, options };
  }

  /** What holds of bookmarks holds at once, where the server lets it. */
  async function withBookmarks(user: Jid, saved: Text): Promise<CommandStep> {
    await bookmarks.read(user);
    if (!bookmarks.isWanted(user.bare) || bookmarks.isGranted(user.bare)) return done(saved);
    return done(joinTexts([saved, text((words) => words.userCommands.bookmarksNotGranted)], ' '), 'warn');
  }

  async function save(
    values: FormValues,
    { from }: CommandCall,
    room: SettingsRoom | undefined,
  ): Promise<CommandStep> {
    const changed = scopeOf(room).flatMap((name) => {
      const value = settingValue(name, (values.get(name) ?? '').trim());
      if (value === undefined) throw badValue(name);
      return value === preferences.get(from.bare, name, room) ? [] : [[name, value] as const];
    });
    await preferences.set(from.bare, room, Object.fromEntries(changed));
    const saved = text((words) => words.userCommands.settingsSaved);
    return changed.some(([name]) => name === 'bookmarks') ? withBookmarks(from, saved) : done(saved);
  }

  function form(call: CommandCall): CommandStep {
    const room = roomOf(call);
    const { jid } = call.to;
    return ask(
      {
        title: text(({ userCommands: words }) =>
          room === undefined ? words.settingsForm : words.roomSettingsForm(jid),
        ),
        fields: scopeOf(room).map((name) => field(call.from.bare, name, room)),
      },
      (values, later) => save(values, later, room),
    );
  }

  const shown = (value: string): Text =>
    text(({ userCommands: words }) => {
      if (value === '') return words.unset;
      return value === 'true' ? words.yes : value === 'false' ? words.no : value;
    });

  const list = (user: string): AnyText =>
    joinTexts(
      scopeOf(undefined).map((name) => {
        const value = shown(typed(user, name));
        return text((words, language) =>
          words.userCommands.settingIs(name, value.in(language), words.settings[name]),
        );
      }),
      '\n',
    );

  async function inWords(call: CommandCall, words: readonly string[]): Promise<CommandStep> {
    const [name, value, place] = words;
    const { bare } = call.from;
    if (name === undefined) return done(list(bare));
    const address = place === undefined ? undefined : roomAddress(context.addressing, place);
    const room = address && { network: address.network, name: address.name };
    if (!isSetting(name) || (value !== undefined && !scopeOf(room).includes(name))) {
      const why = text(({ userCommands }) => userCommands.noSetting(name));
      throw new StanzaError('cancel', 'item-not-found', why);
    }
    if (value === undefined) {
      const now = shown(typed(bare, name));
      return done(
        text(
          (all, language) =>
            `${all.userCommands.settingIs(name, now.in(language), all.settings[name])}\n${all.settingDetails[name]}`,
        ),
      );
    }
    const wanted = value === DEFAULT ? undefined : settingValue(name, value);
    if (wanted === undefined && value !== DEFAULT) throw badValue(name);
    await preferences.set(bare, room, { [name]: wanted });
    const now = shown(typed(bare, name, room));
    const saved = text((all, language) => all.userCommands.settingSaved(name, now.in(language)));
    return name === 'bookmarks' ? withBookmarks(call.from, saved) : done(saved);
  }

  return {
    name: 'settings',
    title: text((words) => words.userCommands.settingsTitle),
    details: text((words) => words.userCommands.settingsDetails),
    at: ['gateway', 'channel'],
    isOffered: () => true,
    begin: form,
    inWords,
  };
}

const optionLabel = (name: SettingName, option: string): AnyText => {
  const key = `${name}-${option === '' ? DEFAULT : option}`;
  return hasLabel(key) ? text((words) => words.settingOptions[key]) : option;
};

const hasLabel = (key: string): key is keyof Words['settingOptions'] =>
  Object.hasOwn(words.en.settingOptions, key);

const badValue = (name: SettingName): StanzaError =>
  new StanzaError(
    'modify',
    'not-acceptable',
    text((words) => words.userCommands.badValue(name)),
  );
