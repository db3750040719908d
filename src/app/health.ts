import type { Health } from '../observe/http.js';
import type { LoopLag } from '../observe/loop-lag.js';
import type { Reading } from './reading.js';

/** Beside the parts themselves. */
interface Around {
  readonly domain: string;
  readonly version: string;
  readonly loopLag: LoopLag;
  readonly archiveQueue: number;
}

/**
 * What /healthz says. Not well (503) is a gateway without its Jabber server, whose Jabber server takes it for another domain, or
 * whose store fails: nobody can begin anything there. A SILC server that is away is told, and is no fault of the gateway. No address of a
 * user is in it.
 */
export function healthOf({ link, store, gateway }: Reading, around: Around): Health {
  const { foreignDomain, online, outbox } = link;
  const networks = [...(gateway?.networks ?? [])];
  const degraded = networks.flatMap(([name, { servers }]) => {
    if (servers.some(({ isAway, hasOtherKey }) => !isAway && !hasOtherKey)) return [];
    const why = servers.some(({ hasOtherKey }) => hasOtherKey)
      ? 'a server shows another key than it should'
      : 'no server answers';
    return [`network ${name}: ${why}`];
  });
  return {
    ok: online && foreignDomain === undefined && store.ok,
    version: around.version,
    component: online ? 'online' : 'offline',
    ...(foreignDomain !== undefined && {
      component_reason: `the Jabber server takes this component for ${foreignDomain}, not for ${around.domain}`,
    }),
    store: store.ok ? 'ok' : 'failing',
    ...(store.reason !== undefined && { store_reason: store.reason }),
    degraded,
    networks: Object.fromEntries(
      networks.map(([name, { servers, sessions }]) => [
        name,
        {
          servers: servers.map(({ address, isAway, hasOtherKey }) => ({
            address,
            state: hasOtherKey ? 'other key' : isAway ? 'away' : 'ok',
          })),
          sessions,
        },
      ]),
    ),
    backlog: {
      to_jabber_stanzas: outbox.stanzas,
      to_jabber_size: outbox.size,
      archive_entries: around.archiveQueue,
      requests: gateway?.requests ?? 0,
    },
    event_loop_lag: around.loopLag,
  };
}
