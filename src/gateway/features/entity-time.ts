import { xml } from '../../component/stanza.js';
import type { Feature } from '../feature.js';

const NS_TIME = 'urn:xmpp:time';

/** Entity time of the gateway. Its place on earth is nobody's business, so it is told in UTC. */
export const entityTime = (): Feature => ({
  name: 'XEP-0202 2.0',
  disco: { gateway: [NS_TIME] },
  iq: [
    {
      type: 'get',
      xmlns: NS_TIME,
      to: ['gateway'],
      handle: () =>
        xml('time', { xmlns: NS_TIME }, xml('tzo', {}, '+00:00'), xml('utc', {}, new Date().toISOString())),
    },
  ],
});
