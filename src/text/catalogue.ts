import { asking as askingDe } from './de/asking.js';
import { commands as commandsDe } from './de/commands.js';
import { errors as errorsDe } from './de/errors.js';
import { trust as trustDe } from './de/trust.js';
import { asking } from './en/asking.js';
import { commands } from './en/commands.js';
import { errors } from './en/errors.js';
import { trust } from './en/trust.js';

/** Languages of the gateway's texts, as `xml:lang` names them (RFC 5646). */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** All texts that users read, by area. English decides what there is: a language in which one is missing does not compile. */
export interface Words {
  readonly asking: typeof asking;
  readonly commands: typeof commands;
  readonly errors: typeof errors;
  readonly trust: typeof trust;
}

export const words: Readonly<Record<Language, Words>> = {
  en: { asking, commands, errors, trust },
  de: { asking: askingDe, commands: commandsDe, errors: errorsDe, trust: trustDe },
};

/** The language of the catalogue for a tag: `de-AT` is `de` (lookup of RFC 4647, 3.4). Undefined for one that it does not have. */
export function languageOf(tag: string): Language | undefined {
  const [primary] = tag.toLowerCase().split('-', 1);
  return languages.find((language) => language === primary);
}
