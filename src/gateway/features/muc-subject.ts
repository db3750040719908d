import { StanzaError } from '../../component/stanza.js';
import { requestedSubject, topicOf } from '../../mapping/subject.js';
import { type Feature, inRoom } from '../feature.js';

/** The subject of a room is the topic of its channel. The room shows a new one when the server tells it. */
export const mucSubject = (): Feature => ({
  name: 'XEP-0045 1.35.3, 8.1: changing the subject',
  message: [
    {
      types: ['groupchat'],
      errors: 'topic',
      matches: ({ stanza }) => requestedSubject(stanza) !== undefined,
      ...inRoom('channel', 'not-acceptable', async ({ stanza, silc, channelId }) => {
        const topic = topicOf(requestedSubject(stanza) ?? '');
        if (topic === '') {
          const text = 'A topic of SILC can be replaced, but not taken away.';
          throw new StanzaError('modify', 'not-acceptable', text);
        }
        await silc.setTopic(channelId, topic);
      }),
    },
  ],
});
