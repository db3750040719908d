import type { Element } from '../../component/stanza.js';

/** About how long a stanza is, in UTF-16 units: all that somebody has written into it. Deep ones have been refused before. */
export function lengthOf({ name, attrs, children }: Element): number {
  let length = name.length;
  for (const value of Object.values(attrs)) length += value.length;
  for (const child of children) length += typeof child === 'string' ? child.length : lengthOf(child);
  return length;
}
