import { requestedSubject, topicOf } from '../../mapping/subject.js';
import { type Feature, inRoom } from '../feature.js';
import { multiUserChat } from '../spec.js';

/** The subject of a room is the topic of its channel. The room shows a new one when the server tells it. */
export const mucSubject = (): Feature => ({
  name: 'subject',
  specs: [
    multiUserChat('8.1: the subject', [], 'an empty subject: SILC can replace a topic, but not take it away'),
  ],
  message: [
    {
      types: ['groupchat'],
      errors: 'topic',
      matches: ({ stanza }) => requestedSubject(stanza) !== undefined,
      ...inRoom('channel', 'not-acceptable', async ({ stanza, silc, channelId }) => {
        await silc.setTopic(channelId, topicOf(requestedSubject(stanza) ?? ''));
      }),
    },
  ],
});
