import { StanzaError } from '../../component/stanza.js';
import { addressedTo, type Feature } from '../feature.js';
import { carriedContent, hasText } from './muc-message.js';
import type { FeatureParts } from './parts.js';

/** Messages to the address of a SILC user. */
export const directMessage = ({ sessions }: FeatureParts): Feature => ({
  name: 'RFC 6121, 5: messages to a user',
  message: [
    {
      matches: hasText,
      ...addressedTo(['user'], async ({ stanza, from, to }) => {
        const content = carriedContent(stanza);
        if (stanza.attrs.type === 'groupchat') {
          throw new StanzaError('modify', 'not-acceptable', 'This is the address of a user, not of a room.');
        }
        const session = sessions.session(from, to.network);
        const addressee = { nickname: to.name, qualifier: to.qualifier };
        await session.direct.sendToUser(stanza, addressee, content, sessions.nicknameOf(from));
      }),
    },
    {
      matches: hasText,
      ...addressedTo(['gateway'], () => {
        const text = 'This is a gateway to SILC. Write to a room or to a SILC user instead.';
        throw new StanzaError('cancel', 'service-unavailable', text);
      }),
    },
  ],
});
