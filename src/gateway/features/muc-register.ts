import { StanzaError } from '../../component/stanza.js';
import { resourceToNickname } from '../../mapping/nickname.js';
import {
  MUC_REGISTER,
  NS_REGISTER,
  readRegistration,
  registration,
} from '../../mapping/room-registration.js';
import { addressedTo, asOccupant, type Feature } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/**
 * XEP-0045 1.35.3 (2025-12-01), 7.10 and 7.12: a nickname that is reserved in a room. Other users of the gateway do not get it there;
 * SILC users may have it all the same, since nicknames of SILC are not unique. Left out: requests to the owner; to register makes
 * nobody a member.
 */
export const mucRegister = ({ context: { nicknames } }: FeatureParts): Feature => ({
  name: 'reserved nicknames',
  specs: [
    multiUserChat(
      '7.10, 7.12: reserved nicknames',
      [NS_REGISTER, MUC_REGISTER],
      'approval by the owner, and membership by registering',
    ),
  ],
  disco: { channel: [NS_REGISTER, MUC_REGISTER] },
  extensions: [MUC_REGISTER],
  iq: [
    {
      type: 'get',
      xmlns: NS_REGISTER,
      ...addressedTo(['channel'], async ({ from, to }) =>
        registration(await nicknames.of({ network: to.network, channel: to.name }, from.bare)),
      ),
    },
    {
      type: 'set',
      xmlns: NS_REGISTER,
      ...asOccupant('channel', 'not-acceptable', async ({ from, to }, query): Promise<undefined> => {
        const wish = readRegistration(query);
        const place = { network: to.network, channel: to.name };
        if (wish.kind === 'bad')
          throw new StanzaError(
            'modify',
            'bad-request',
            text(({ forms }) => forms.noNickname),
          );
        if (wish.kind === 'remove') await nicknames.remove(place, from.bare);
        if (wish.kind !== 'reserve') return;
        if (resourceToNickname(wish.nickname) === undefined) {
          const said = text(({ forms }) => forms.nicknameNotCarried);
          throw new StanzaError('modify', 'not-acceptable', said);
        }
        await nicknames.reserve(place, from.bare, wish.nickname);
      }),
    },
  ],
});
