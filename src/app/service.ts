import { createComponentLink } from '../component/link.js';
import { Gateway, type StopMode } from '../gateway/gateway.js';
import type { Reloaded } from '../gateway/operator.js';
import type { Health } from '../observe/http.js';
import type { Logger } from '../observe/log.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import { openStore } from '../store/open.js';
import { version } from '../version.js';
import type { Config } from './config/load.js';
import { healthOf } from './health.js';
import { linkOptionsOf } from './link-options.js';
import type { Observation } from './observation.js';
import type { Reading } from './reading.js';
import { applyAreas, applyConfig, applyLevels, inTurn, logLevelOf } from './reload.js';

/** A running gateway with everything around it. */
export interface Service {
  readonly health: () => Health;
  /** Port of metrics and health; undefined when they are off. */
  readonly httpPort: number | undefined;
  /**
   * Reads the configuration again. While it is taken over, another call waits for its turn.
   * @throws ConfigError: then nothing was changed
   */
  readonly reload: (() => Promise<Reloaded>) | undefined;
  /**
   * Ends the SILC sessions, closes the component stream and the store. `leave`: every room is shown the shutdown;
   * `suspend`: the next start goes on where this one has ended. Safe to call twice.
   */
  stop(mode?: StopMode): Promise<void>;
}

/**
 * Starts the gateway of a configuration. Resolves when it is attached to the Jabber server for the first time, however
 * long that server is away.
 * @param readConfig - reads the configuration again, for `reload`; absent where there is no file
 * @throws StoreError, the listen error of the metrics port, ComponentError when the Jabber server refuses the secret
 */
export async function startService(config: Config, log: Logger, readConfig?: () => Config): Promise<Service> {
  const { component } = config;
  const backend = await loadBackend(config.crypto.backend);
  const observation = await loadObservation(config.http.listen);
  const areas = {
    component: log.child({ part: 'component' }),
    gateway: log.child({ part: 'gateway' }),
    store: log.child({ part: 'store' }),
  };
  const levels = logLevelOf(log, areas);
  // Its own level the log has already, perhaps another one than the file says.
  applyAreas(config.log, levels);
  const store = await openStore({ ...config.store, log: areas.store });
  const undo: ((mode: StopMode) => Promise<void>)[] = [() => store.close()];
  if (observation !== undefined) undo.push(() => Promise.resolve().then(() => observation.stop()));
  const stop = async (mode: StopMode = 'leave'): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      await step(mode).catch((error: unknown) => log.error({ err: error }, 'while stopping'));
    }
  };
  try {
    const link = createComponentLink({
      ...linkOptionsOf(config),
      log: areas.component,
      failFast: true,
      ...(observation && { onWritten: observation.onWritten }),
    });
    undo.push(() => link.stop());
    const reload =
      readConfig &&
      inTurn(async () =>
        applyConfig(config, readConfig(), {
          changed: (changes) => gateway.reconfigure(changes),
          log: (fresh) => applyLevels(fresh, levels),
        }),
      );
    const gateway: Gateway = new Gateway({
      config,
      operator: { ...levels, figures: observation?.figures, reload },
      link,
      store,
      log: areas.gateway,
      backend,
      ...(observation && { metrics: observation.metrics }),
    });
    undo.push((mode) => gateway.stop(mode));
    const reading = (): Reading => ({ link: link.stats(), store: store.health(), gateway: gateway.status() });
    const health = (): Health =>
      healthOf(reading(), {
        ...{ domain: component.domain, version },
        loopLag: observation?.loopLag() ?? { p99_ms: 0, max_ms: 0 },
        archiveQueue: observation?.archiveQueue() ?? 0,
      });
    observation?.watch(reading);
    const http = await observation?.serve(health);
    if (http !== undefined) undo.push(() => http.close());
    await gateway.start();
    return { health, httpPort: http?.port, reload, stop };
  } catch (error) {
    // What an earlier process has left is still for the next one.
    await stop('suspend');
    throw error;
  }
}

// What only some configurations need is loaded for these only.

async function loadBackend(name: Config['crypto']['backend']): Promise<CryptoBackend> {
  return name === 'noble'
    ? (await import('../silc/crypto/backend-noble.js')).nobleBackend
    : (await import('../silc/crypto/backend-node.js')).nodeBackend;
}

async function loadObservation(listen: string | undefined): Promise<Observation | undefined> {
  return listen === undefined ? undefined : (await import('./observation.js')).createObservation(listen);
}
