import { ComponentError, prepareResource } from '../component/jid.js';
import { SilcError } from '../silc/errors.js';
import { prepareNickname } from '../silc/stringprep/index.js';
import { escapeNotAscii, escapeResource, unescapeResource } from './escape.js';
import { isOneWay, isStable } from './preparation.js';

/**
 * A nickname as the resource of an occupant: letter case and accents as displayed, prepared by resourceprep. The few that
 * resourceprep refuses (mixed writing directions) are written with `\{hex}`.
 * @returns undefined for a text of which nothing or too much is left, which no nickname of SILC is.
 */
export function nicknameToResource(nickname: string): string | undefined {
  const text = escapeResource(nickname);
  for (const candidate of [text, escapeNotAscii(text)]) {
    const prepared = tryResource(candidate);
    if (prepared !== undefined && isOneWay(prepared) && isStable(prepared, prepareResource)) return prepared;
  }
  return undefined;
}

/** The nickname that a client asks for by a resource (XEP-0045, 7.2.1), undefined when SILC cannot carry it. */
export function resourceToNickname(resource: string): string | undefined {
  const nickname = unescapeResource(resource);
  return nickname === undefined || preparedNickname(nickname) === undefined ? undefined : nickname;
}

/** Longest nickname of SILC, in octets. */
const MAX_OCTETS = 128;
/** Stands for what SILC does not allow; no nickname holds it. */
const FORBIDDEN = '\0';

/**
 * What SILC can carry of a nickname that it cannot carry as it is: blanks and signs become `_`, what is invisible goes, what is too
 * long is cut.
 * @returns undefined when nothing remains
 */
export function cleanedNickname(resource: string): string | undefined {
  const kept = Array.from(unescapeResource(resource) ?? resource, (char) => {
    const prepared = preparedNickname(`a${char}`);
    if (prepared === undefined) return FORBIDDEN;
    return prepared === 'a' ? '' : char;
  });
  const words = kept.join('').split(FORBIDDEN);
  const text = words.filter((word) => word !== '').join('_');
  let [nickname, octets] = ['', 0];
  for (const char of text) {
    octets += new TextEncoder().encode(char).length;
    if (octets > MAX_OCTETS) break;
    nickname += char;
  }
  return preparedNickname(nickname) === undefined ? undefined : nickname;
}

/** The form in which SILC compares nicknames; undefined when it is none. */
export function preparedNickname(nickname: string): string | undefined {
  try {
    return prepareNickname(nickname);
  } catch (cause) {
    if (cause instanceof SilcError) return undefined;
    throw cause;
  }
}

function tryResource(text: string): string | undefined {
  try {
    return prepareResource(text);
  } catch (cause) {
    if (cause instanceof ComponentError) return undefined;
    throw cause;
  }
}
