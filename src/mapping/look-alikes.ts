/*
 * Letters of other scripts that look like Latin ones, the concern of XEP-0165. A short list of what nearly all typefaces draw alike, in
 * lower case, which also stands for the capitals. Left out: letters within one script (l, 1 and I).
 */

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  // Cyrillic
  ...{ а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ԍ: 'g', һ: 'h', н: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k' },
  ...{ ӏ: 'l', м: 'm', о: 'o', р: 'p', ԛ: 'q', ѕ: 's', т: 't', ѵ: 'v', ԝ: 'w', х: 'x', у: 'y', ү: 'y' },
  // Greek
  ...{ α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x' },
  ...{ ζ: 'z', γ: 'y', ω: 'w' },
  // Armenian, and rare letters of Latin itself
  ...{ հ: 'h', օ: 'o', ս: 'u', ց: 'g', ı: 'i', ɑ: 'a', ɡ: 'g', ɩ: 'i' },
};

/** What a prepared nickname looks like: two that look alike have the same. */
export const shapeOf = (nickname: string): string =>
  Array.from(nickname, (char) => LOOK_ALIKES[char] ?? char).join('');
