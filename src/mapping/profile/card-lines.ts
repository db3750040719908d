import { type AnyText, text, type Text } from '../../text/text.js';
import { type ContactWay, type Profile } from './profile.js';

/** Whether what a user tells is the user's own word, as far as the asker can know. */
export type ProfileStanding =
  /** By the key that the asker trusts, or by that of the user where none is known yet. */
  | 'signed'
  | 'unknown-key'
  | 'unsigned'
  | 'failed'
  /** The user has another key than the one that the asker trusts. */
  | 'other-key';

/** What is said of it in a card; nothing else of a profile is shown under the last two. */
export const isShown = (standing: ProfileStanding): boolean =>
  standing !== 'failed' && standing !== 'other-key';

const standings: Readonly<Record<ProfileStanding, Text>> = {
  signed: text(({ profiles }) => profiles.signed),
  'unknown-key': text(({ profiles }) => profiles.signedUnknown),
  unsigned: text(({ profiles }) => profiles.unsigned),
  failed: text(({ profiles }) => profiles.badSignature),
  'other-key': text(({ profiles }) => profiles.otherKey),
};

/** What a card has no field for, line by line. */
export function profileLines(profile: Profile, standing: ProfileStanding): readonly AnyText[] {
  const first = standings[standing];
  if (!isShown(standing)) return [first];
  const { status, languages, device, services } = profile;
  return [
    first,
    status === undefined ? undefined : text(({ profiles }) => profiles.status(status)),
    moodText(profile),
    languages.length === 0
      ? undefined
      : text((words, language) => words.profiles.languages(names(languages, language))),
    contactText(profile.contactWays),
    device === undefined
      ? undefined
      : text(({ profiles }) => {
          const kind = device.kind === undefined ? undefined : profiles[device.kind];
          return profiles.device([kind, device.name].filter((part) => part !== undefined).join(', '));
        }),
    ...services.map(({ address, port, isOnline }) =>
      text(({ profiles }) => profiles.service(`${address}:${port}`, isOnline)),
    ),
  ].filter((line) => line !== undefined);
}

/** The moods in words; undefined for none. */
export function moodText({ moods }: Pick<Profile, 'moods'>): Text | undefined {
  if (moods.length === 0) return undefined;
  return text(({ profiles }) => profiles.mood(moods.map((mood) => profiles[mood]).join(', ')));
}

/** How somebody is best reached; undefined where that is by writing, which is known. */
export function contactText(ways: readonly ContactWay[]): Text | undefined {
  if (!ways.some((way) => way !== 'chat')) return undefined;
  return text(({ profiles }) => profiles.reachedBy(ways.map((way) => profiles[way]).join(', ')));
}

/** Languages as people call them. */
function names(tags: readonly string[], language: string): string {
  const display = new Intl.DisplayNames([language], { type: 'language' });
  return tags.map((tag) => display.of(tag) ?? tag).join(', ');
}
