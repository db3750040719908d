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

  /** Nothing can be begun there any more. @returns the gateway's own session, which is to be closed */
  remove(name: string): ServiceSession | undefined {
    const service = this.#services.get(name);
    this.#all.delete(name);
    this.#services.delete(name);
    return service;
  }

  /** Puts them in the order of the configuration. */
  sort(names: readonly string[]): void {
    for (const map of [this.#all, this.#services]) sortMap<unknown>(map, names);
  }
}

function sortMap<T>(map: Map<string, T>, names: readonly string[]): void {
  for (const name of names) {
    const value = map.get(name);
    if (value === undefined) continue;
    map.delete(name);
    map.set(name, value);
  }
}
