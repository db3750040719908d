import { type Element, xml } from '../component/stanza.js';
import { type AnyText, joinTexts, text, textIn } from '../text/text.js';

/**
 * What a room says when the SILC server has forgotten how its channel was protected and that could not be put back.
 * @param lost - the protections that are missing now, in words
 */
export function unprotectedNotice(room: string, id: string, lost: readonly AnyText[]): Element {
  const said = text(({ rooms }, language) => rooms.unprotected(textIn(language, joinTexts(lost, ', '))));
  return xml('message', { from: room, id, type: 'groupchat' }, xml('body', {}, said));
}
