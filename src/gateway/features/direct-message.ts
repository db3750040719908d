import { StanzaError } from '../../component/stanza.js';
import { addressedTo, type Feature } from '../feature.js';
import { isMissed, privateContent } from './message-rules.js';
import type { FeatureParts } from './parts.js';

/** Messages to the address of a SILC user. */
export const directMessage = ({ sessions, away }: FeatureParts): Feature => ({
  name: 'messages to a user',
  specs: [
    {
      rfc: 6121,
      title: 'XMPP: Instant Messaging and Presence',
      part: '5: messages to a SILC user and from one',
    },
  ],
  message: [
    {
      matches: isMissed,
      ...addressedTo(['user'], async ({ stanza, from, to }) => {
        if (stanza.attrs.type === 'groupchat') {
          throw new StanzaError('modify', 'not-acceptable', 'This is the address of a user, not of a room.');
        }
        const content = privateContent(stanza);
        const session = sessions.session(from, to.network);
        const addressee = { nickname: to.name, qualifier: to.qualifier };
        await session.direct.sendToUser(stanza, addressee, content, sessions.nicknameOf(from));
        away.sign(session, 'here');
      }),
    },
  ],
});
