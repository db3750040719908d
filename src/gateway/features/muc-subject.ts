import { requestedSubject } from '../../mapping/subject.js';
import { type Feature, inRoom } from '../feature.js';

/** The subject of a room is the topic of its channel. The room shows a new one when the server tells it. */
export const mucSubject = (): Feature => ({
  name: 'XEP-0045 1.35.3, 8.1: changing the subject',
  message: [
    {
      types: ['groupchat'],
      errors: 'topic',
      matches: ({ stanza }) => requestedSubject(stanza) !== undefined,
      ...inRoom('channel', 'not-acceptable', ({ stanza, room }) =>
        room.speech.setTopic(requestedSubject(stanza) ?? ''),
      ),
    },
  ],
});
