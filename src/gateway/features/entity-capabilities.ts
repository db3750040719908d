import { NS_CAPS } from '../../mapping/caps.js';
import { userInfo } from '../../mapping/disco.js';
import type { DiscoNode, Feature, Request } from '../feature.js';
import { advertised } from './disco.js';
import type { FeatureParts } from './parts.js';

/** What SILC users and the gateway can do, as a hash in their presence: clients ask once for all of them. */
export function entityCapabilities(
  { caps }: Pick<FeatureParts, 'caps'>,
  features: () => readonly Feature[],
): Feature {
  function discoNode({ to }: Request, node: string): DiscoNode | undefined {
    if (to.kind === 'gateway') {
      const info = caps.infoOfGateway(node);
      return info && { info, items: [] };
    }
    const mode = to.kind === 'user' ? caps.modeOf(node) : undefined;
    return mode === undefined
      ? undefined
      : { info: userInfo(mode, advertised(features(), 'user'), node), items: [] };
  }

  return {
    name: 'entity capabilities',
    specs: [
      {
        xep: 115,
        title: 'Entity Capabilities',
        version: '1.6.0',
        date: '2022-03-08',
        status: 'partial',
        part: 'of contacts and the gateway; of Jabber clients what they want to be told (+notify), and of which kind they are',
        leftOut: 'capabilities of occupants',
        namespaces: [NS_CAPS],
      },
    ],
    disco: { gateway: [NS_CAPS], user: [NS_CAPS] },
    extensions: [NS_CAPS],
    discoNode,
  };
}
