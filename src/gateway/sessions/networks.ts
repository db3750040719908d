import type { AddressingOptions } from '../../mapping/address.js';
import type { GatewayConfig, NetworkConfig } from '../config-types.js';
import type { GatewayContext } from '../context.js';
import type { Identities } from './identities.js';
import { Network } from './network.js';
import { ServiceSession } from './service-session.js';

/** Names of the networks as they stand in addresses. They change when nobody is on the old ones any more. */
export class NetworkNames implements AddressingOptions {
  readonly domain: string;
  networks: readonly string[] = [];
  defaultNetwork: string | undefined;

  constructor(domain: string, networks: GatewayConfig['networks']) {
    this.domain = domain;
    this.set(networks);
  }

  set(networks: GatewayConfig['networks']): void {
    this.networks = Object.keys(networks);
    this.defaultNetwork = this.networks.find((name) => networks[name]?.default === true);
  }
}

/** The SILC networks that users can be on, and the gateway's own session on each. */
export class Networks {
  readonly #all = new Map<string, Network>();
  readonly #services = new Map<string, ServiceSession>();
  readonly #context: GatewayContext;
  readonly #identities: Identities;

  constructor(context: GatewayContext, identities: Identities) {
    this.#context = context;
    this.#identities = identities;
    for (const [name, config] of Object.entries(context.config.networks)) this.add(name, config);
  }

  /** By name, in the order of the configuration. Whoever keeps it sees networks come and go. */
  get all(): ReadonlyMap<string, Network> {
    return this.#all;
  }

  /** Likewise the gateway's own sessions. */
  get services(): ReadonlyMap<string, ServiceSession> {
    return this.#services;
  }

  add(name: string, config: NetworkConfig): void {
    const network = new Network(name, config, this.#context);
    this.#all.set(name, network);
    this.#services.set(name, new ServiceSession(network, this.#context, this.#identities));
  }
}
