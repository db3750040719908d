import { StanzaError } from '../../component/stanza.js';
import { addressedTo, type Feature, inRoom } from '../feature.js';
import { carriedContent, hasText } from './muc-message.js';

/** Messages to an occupant of a room. The answers come back through the room. */
export const mucPrivateMessage = (): Feature => ({
  name: 'XEP-0045 1.35.3, 7.5: private messages',
  message: [
    {
      types: ['groupchat'],
      ...addressedTo(['occupant'], () => {
        throw new StanzaError('modify', 'bad-request', 'Messages of type groupchat go to the room.');
      }),
    },
    {
      matches: hasText,
      ...inRoom('occupant', 'not-acceptable', ({ stanza, to, room }) =>
        room.session.direct.sendToOccupant(stanza, room, to.occupant, carriedContent(stanza)),
      ),
    },
  ],
});
