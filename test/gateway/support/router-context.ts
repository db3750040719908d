import { noMetrics } from '../../../src/gateway/metrics-types.js';
import type { Element } from '../../../src/component/stanza.js';
import { Access } from '../../../src/gateway/access.js';
import { Languages } from '../../../src/gateway/clients/languages.js';
import { UserActivity } from '../../../src/gateway/clients/user-activity.js';
import type { GatewayContext } from '../../../src/gateway/context.js';
import { createAddressing } from '../../../src/mapping/address.js';
import { watchedLog } from '../../support/secrets/log.js';

/** As much of the gateway as a router needs that nobody asks about rooms. Nobody of `evil.example` may use it. */
export function routerContext(
  domain: string,
  send: (stanza: Element) => void,
  logged: object[] = [],
): GatewayContext {
  return {
    addressing: createAddressing({ domain, networks: ['net'], defaultNetwork: 'net' }),
    access: new Access({ allow: [], deny: ['evil.example'], admins: [] }),
    config: { timeouts: { join_ms: 1_000 } },
    log: watchedLog({ error: (fields) => void logged.push(fields) }),
    languages: new Languages(() => 'en'),
    activity: new UserActivity(),
    metrics: noMetrics,
    quotas: { take: () => {} },
    send: (stanza: Element | undefined) => {
      if (stanza !== undefined) send(stanza);
    },
  } as unknown as GatewayContext;
}
