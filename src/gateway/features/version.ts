import { Namespace } from '../../mapping/namespaces.js';
import { versionQuery } from '../../mapping/version.js';
import { version } from '../../version.js';
import { addressedTo, type Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

const xmlns = Namespace.version;

/** Software version. SILC does not tell what software others use. */
export const softwareVersion = ({ lookup }: FeatureParts): Feature => ({
  name: 'XEP-0092 1.1',
  disco: { gateway: [xmlns], channel: [xmlns], occupant: [xmlns], user: [xmlns] },
  iq: [
    {
      type: 'get',
      xmlns,
      to: ['gateway', 'channel'],
      handle: () => versionQuery('silc-xmpp-gateway', version),
    },
    {
      type: 'get',
      xmlns,
      ...addressedTo(['occupant', 'user'], async ({ from, to }) => {
        await lookup.find(from, to);
        return versionQuery('SILC client', 'unknown');
      }),
    },
  ],
});
