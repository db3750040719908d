import { Namespace } from '../../mapping/namespaces.js';
import { versionQuery } from '../../mapping/version.js';
import { version } from '../../version.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

const own = [Namespace.version];

/** Software version. SILC does not tell what software others use. */
export const softwareVersion = ({ lookup }: FeatureParts): Feature => ({
  name: 'software version',
  specs: [
    {
      xep: 92,
      title: 'Software Version',
      version: '1.1',
      date: '2007-02-15',
      status: 'partial',
      leftOut: 'the operating system is not told; SILC does not tell the software of others',
      namespaces: own,
    },
  ],
  disco: { gateway: own, channel: own, occupant: own, user: own },
  iq: [
    {
      type: 'get',
      xmlns: Namespace.version,
      to: ['gateway', 'channel', 'occupant', 'user'],
      handle: async (request) => {
        const { to } = request;
        if (to.kind === 'gateway' || to.kind === 'channel') return versionQuery('silc-xmpp-gateway', version);
        await lookup.find(request);
        return versionQuery('SILC client', 'unknown');
      },
    },
  ],
});
