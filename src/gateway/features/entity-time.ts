import { xml } from '../../component/stanza.js';
import type { Feature } from '../feature.js';

const NS_TIME = 'urn:xmpp:time';

/** Entity time of the gateway. Its place on earth is nobody's business, so it is told in UTC. */
export const entityTime = (): Feature => ({
  name: 'entity time',
  specs: [
    {
      xep: 202,
      title: 'Entity Time',
      version: '2.0',
      date: '2009-09-11',
      status: 'partial',
      leftOut: 'the time of SILC users: SILC tells their time zone at most, which is in the card',
      namespaces: [NS_TIME],
    },
  ],
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
