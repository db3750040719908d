import { utf8 } from '../bytes.js';

/** Longest name in octets: what common file systems take, with room for an ending such as ` (2)`. */
const MAX_NAME = 200;

/** Control characters, and those that turn the direction of what is shown or cannot be seen. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** Characters that file systems or shells of some kind do not take in names. */
const unsafe = /[<>:"|?*]/g;

const dotOrSpace = /[.\s]/;

/** Names of devices, with or without an ending, on systems that have them in each directory; spaces do not hide them. */
const device = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)/i;

/**
 * A name out of what a peer told, that is safe as the last part of a path: no directory, no hidden file, no device, no
 * control characters, at most 200 octets. What is left of nothing is `file`.
 */
export function safeFileName(told: string): string {
  const last = told.replace(invisible, '').split(/[/\\]/).at(-1) ?? '';
  const shown = last.replace(unsafe, '_').replace(/^[.\s]+/, '');
  const name = withoutDangling(shown);
  if (name === '') return 'file';
  return shorten(device.test(name) ? `_${name}` : name);
}

/** Without dots and spaces at the end, which some file systems drop. A regular expression would look at each run of them again and again. */
function withoutDangling(name: string): string {
  let end = name.length;
  while (end > 0 && dotOrSpace.test(name.charAt(end - 1))) end--;
  return name.slice(0, end);
}

/** Cuts the middle out: the ending says what it is. */
function shorten(name: string): string {
  if (utf8(name).length <= MAX_NAME) return name;
  const ending = /\.[^.]{1,16}$/u.exec(name)?.[0] ?? '';
  let kept = '';
  let length = utf8(ending).length;
  for (const character of name.slice(0, name.length - ending.length)) {
    length += utf8(character).length;
    if (length > MAX_NAME) break;
    kept += character;
  }
  return withoutDangling(`${kept}${ending}`);
}
