import type { Element } from '../component/stanza.js';
import type { ComponentLink } from '../component/types.js';
import { createAddressing } from '../mapping/address.js';
import { connectSession } from '../silc/client/connect.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import type { Repositories } from '../store/types.js';
import { withDeadline } from '../util/race.js';
import { Access } from './access.js';
import { BanMarks } from './ban-marks.js';
import type { GatewayConfig } from './config-types.js';
import type { Connect, GatewayContext } from './context.js';
import type { Feature } from './feature.js';
import { createFeatures } from './features/index.js';
import type { FeatureParts } from './features/parts.js';
import { createIds } from './ids.js';
import { Identities } from './identities.js';
import { Liveness } from './liveness.js';
import type { Log } from './log-types.js';
import { type GatewayMetrics, noMetrics } from './metrics-types.js';
import { Network } from './network.js';
import { OutOfStep } from './out-of-step.js';
import { Router } from './router.js';
import { ServiceSession } from './service-session.js';
import { UserLookup } from './user-lookup.js';
import { Users } from './users.js';

/** What a gateway is made of. */
export interface GatewayDependencies {
  readonly config: GatewayConfig;
  /** Not started yet. */
  readonly link: ComponentLink;
  readonly store: Repositories;
  readonly backend: CryptoBackend;
  readonly log: Log;
  readonly metrics?: GatewayMetrics;
  /** Default: `connectSession` of the engine. */
  readonly connect?: Connect;
}

/** Most time that the end of all sessions may take. */
const STOP_MS = 8_000;

interface Parts extends FeatureParts {
  readonly features: readonly Feature[];
  readonly router: Router;
  readonly outOfStep: OutOfStep;
}

/** The gateway: takes stanzas from the Jabber server to SILC and back. */
export class Gateway {
  readonly #dependencies: GatewayDependencies;
  #parts: Parts | undefined;
  #stopped = false;

  constructor(dependencies: GatewayDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Loads the secrets, then starts the link.
   * @throws StoreError; ComponentError as the link's `start`.
   */
  async start(): Promise<void> {
    const { link } = this.#dependencies;
    const parts = await this.#build();
    this.#parts = parts;
    link.onUndelivered((loss) => {
      parts.context.metrics.increment('stanzas_dropped');
      parts.context.log.debug({ ...loss }, 'a stanza was not sent');
      parts.outOfStep.note(loss);
    });
    link.onStanza((stanza) => void parts.router.receive(stanza));
    link.onOnline((first) => {
      if (first) return;
      parts.outOfStep.tellAll();
      parts.liveness.probeAll().catch((error: unknown) => {
        parts.context.log.error({ err: error }, 'looking for lost clients failed');
      });
    });
    for (const feature of parts.features) await feature.start?.();
    await link.start();
  }

  /** Tells every client (status 332), ends every SILC session, stops the link. Takes about `STOP_MS` at most. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const parts = this.#parts;
    if (parts !== undefined) {
      parts.outOfStep.stop();
      parts.router.stop();
      const ended = Promise.allSettled([
        parts.users.endAll({ kind: 'shutdown' }),
        ...[...parts.services.values()].map((service) => service.close()),
        ...parts.features.map((feature) => feature.stop?.()),
      ]);
      const late = (): Error => new Error('too late');
      await withDeadline(ended, STOP_MS, late).catch(() => {
        parts.context.log.warn({}, 'not every SILC session ended in time');
      });
    }
    await this.#dependencies.link.stop();
  }

  async #build(): Promise<Parts> {
    const {
      config,
      link,
      store,
      backend,
      log,
      metrics = noMetrics,
      connect = connectSession,
    } = this.#dependencies;
    const networkNames = Object.keys(config.networks);
    const context: GatewayContext = {
      config,
      domain: link.domain,
      addressing: createAddressing({
        domain: link.domain,
        networks: networkNames,
        defaultNetwork: networkNames.find((name) => config.networks[name]?.default === true),
      }),
      access: new Access(config.access),
      store,
      backend,
      connect,
      ids: await createIds(store.secrets, backend),
      bans: new BanMarks(),
      log,
      metrics,
      send: (stanza) => this.#send(stanza),
      request: (iq, timeoutMs) => link.request(iq, timeoutMs),
    };
    const identities = new Identities(context);
    const networks = new Map(
      Object.entries(config.networks).map(([name, network]) => [name, new Network(name, network, context)]),
    );
    const services = new Map(
      [...networks].map(([name, network]) => [name, new ServiceSession(network, context, identities)]),
    );
    const users = new Users(context, networks, identities);
    const liveness = new Liveness(context, users);
    const lookup = new UserLookup(context, users, services);
    const parts = { context, users, services, lookup, liveness };
    const features = createFeatures(parts);
    const router = new Router(context, users, features);
    const outOfStep = new OutOfStep(users, () => link.online);
    return { ...parts, features, router, outOfStep };
  }

  #send(stanza: Element | undefined): void {
    if (stanza === undefined) return;
    const { link, metrics = noMetrics } = this.#dependencies;
    metrics.increment('stanzas_out');
    link.send(stanza);
  }
}
