import { type Language, type Words, words } from './catalogue.js';

/**
 * A text of the gateway, in every language of the catalogue. Where it is used as a string it is English: in logs, and for
 * those whose language the gateway does not speak.
 */
export class Text {
  readonly english: string;
  readonly #pick: (words: Words, language: Language) => string;

  /** @param pick - a text of the catalogue, with the values that belong in it; called once for each reader */
  constructor(pick: (words: Words, language: Language) => string) {
    this.#pick = pick;
    this.english = pick(words.en, 'en');
  }

  in(language: Language): string {
    return language === 'en' ? this.english : this.#pick(words[language], language);
  }

  toString(): string {
    return this.english;
  }
}

/** What users read: of the catalogue, or as it came from somebody. */
export type AnyText = string | Text;

/** `text((words) => words.errors.notInRoom)`, or of an entry with values: `text(({ errors }) => errors.unknownCommand(name))`. */
export const text = (pick: (words: Words, language: Language) => string): Text => new Text(pick);

export const textIn = (language: Language, any: AnyText): string =>
  typeof any === 'string' ? any : any.in(language);

/** Several texts as one. */
export function joinTexts(texts: readonly AnyText[], separator: string): AnyText {
  if (texts.every((one) => typeof one === 'string')) return texts.join(separator);
  return new Text((_words, language) => texts.map((one) => textIn(language, one)).join(separator));
}
