import { type Element, xml } from '../component/stanza.js';

/**
 * What a room says when the SILC server has forgotten how its channel was protected and that could not be put back.
 * @param lost - the protections that are missing now, in words
 */
export function unprotectedNotice(room: string, id: string, lost: readonly string[]): Element {
  const text =
    `The SILC server has forgotten how this channel was protected (${lost.join(', ')}), and the gateway could not ` +
    'put that back: the channel is open now as far as that goes.';
  return xml('message', { from: room, id, type: 'groupchat' }, xml('body', {}, text));
}
