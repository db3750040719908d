import { createComponentLink } from '../component/link.js';
import type { Config } from './config/load.js';
import { Gateway } from '../gateway/gateway.js';
import type { GatewayCounter, GatewayGauge } from '../gateway/metrics-types.js';
import { type Health, ObservationServer } from '../observe/http.js';
import type { Logger } from '../observe/log.js';
import { createMetrics, type Descriptions } from '../observe/metrics.js';
import { nobleBackend } from '../silc/crypto/backend-noble.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { openStore } from '../store/open.js';

const counters: Descriptions<GatewayCounter> = {
  stanzas_in: 'Stanzas received from the Jabber server.',
  stanzas_out: 'Stanzas sent to the Jabber server.',
  stanzas_dropped: 'Stanzas that could not be sent: outbox full, or not sendable.',
  handler_errors: 'Stanzas and events whose handling failed unexpectedly; each is in the log.',
  joins: 'Joins asked for by Jabber users.',
  joins_refused: 'Joins that ended in an error.',
  silc_connects: 'SILC sessions opened.',
  silc_connect_failures: 'SILC sessions that could not be opened.',
  silc_links_lost: 'SILC sessions that broke.',
  messages_to_silc: 'Messages handed to SILC.',
  messages_from_silc: 'Messages received from SILC.',
  ghosts_removed: 'Clients removed from rooms because their Jabber server said they are gone.',
};

const gauges: Descriptions<GatewayGauge> = {
  sessions: 'SILC sessions that are open.',
  rooms: 'Rooms that have at least one client.',
  resources: 'Clients that are in a room, counted per room.',
};

/** A running gateway with everything around it. */
export interface Service {
  readonly health: () => Health;
  /** Port of metrics and health; undefined when they are off. */
  readonly httpPort: number | undefined;
  /** Shows every room the shutdown, says QUIT on SILC, closes the component stream and the store. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the gateway of a configuration. Resolves when it is attached to the Jabber server for the first time, however
 * long that server is away.
 * @throws StoreError, the listen error of the metrics port, ComponentError when the Jabber server refuses the secret
 */
export async function startService(config: Config, log: Logger): Promise<Service> {
  const { component } = config;
  const backend = config.crypto.backend === 'noble' ? nobleBackend : nodeBackend;
  const metrics = createMetrics(counters, gauges);
  const store = await openStore({ url: config.store.url, keyFile: config.store.key_file });
  const undo: (() => Promise<void>)[] = [() => store.close()];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      await step().catch((error: unknown) => log.error({ err: error }, 'while stopping'));
    }
  };
  try {
    const link = createComponentLink({
      domain: component.domain,
      host: component.host,
      port: component.port,
      secret: component.secret ?? '',
      log: log.child({ part: 'component' }),
      failFast: true,
    });
    undo.push(() => link.stop());
    const gateway = new Gateway({
      config,
      link,
      store,
      log: log.child({ part: 'gateway' }),
      metrics,
      backend,
    });
    undo.push(() => gateway.stop());
    const health = (): Health => ({ ok: link.online, component: link.online ? 'online' : 'offline' });
    const http = await observe(config, metrics.registry, health);
    if (http !== undefined) undo.push(() => http.close());
    await gateway.start();
    return { health, httpPort: http?.port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function observe(
  config: Config,
  registry: ReturnType<typeof createMetrics>['registry'],
  health: () => Health,
): Promise<ObservationServer | undefined> {
  if (config.http.listen === undefined) return undefined;
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(config.http.listen) ?? [];
  return ObservationServer.listen({ host, port: Number(port), registry, health });
}
