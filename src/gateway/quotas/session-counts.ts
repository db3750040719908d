import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import { text } from '../../text/text.js';
import { Access } from '../access.js';
import type { GatewayConfig, NetworkConfig } from '../config-types.js';
import { countQuotaRefusal, type GatewayMetrics } from '../metrics-types.js';
import { boundsOf, DomainCounts } from './domain-counts.js';
import { FAMILY } from './quotas.js';

type Asker = Pick<Jid, 'bare' | 'domain'>;

/** Who may use a network, as it was said last. */
interface NetworkRules {
  readonly network: NetworkConfig;
  readonly admins: readonly string[];
  readonly access: Access;
}

/** How many sessions and places in rooms there are, of whom and where; and who may have one more. */
export class SessionCounts {
  readonly #config: Pick<GatewayConfig, 'limits' | 'access' | 'networks'>;
  readonly #access: Pick<Access, 'isNamed'>;
  readonly #metrics: GatewayMetrics;
  readonly #sessions = new DomainCounts();
  readonly #rooms = new DomainCounts();
  /** By name of the network. */
  readonly #ofNetworks = new Map<string, DomainCounts>();
  readonly #rules = new Map<string, NetworkRules>();

  constructor({
    config,
    access,
    metrics,
  }: {
    readonly config: Pick<GatewayConfig, 'limits' | 'access' | 'networks'>;
    readonly access: Pick<Access, 'isNamed'>;
    readonly metrics: GatewayMetrics;
  }) {
    this.#config = config;
    this.#access = access;
    this.#metrics = metrics;
  }

  get total(): number {
    return this.#sessions.total;
  }

  /** Places in rooms: a user in two rooms has two. */
  get rooms(): number {
    return this.#rooms.total;
  }

  add(domain: string, network: string): void {
    this.#sessions.change(domain, 1);
    this.#countsOf(network).change(domain, 1);
  }

  remove(domain: string, network: string): void {
    this.#sessions.change(domain, -1);
    this.#countsOf(network).change(domain, -1);
  }

  changeRooms(domain: string, by: 1 | -1): void {
    this.#rooms.change(domain, by);
  }

  /** @throws StanzaError when the user cannot have so many more */
  check({ bare, domain }: Asker, more: number): void {
    const { sessions, sessions_per_domain: set } = this.#config.limits;
    const bounds = boundsOf(sessions, set, this.#access.isNamed(bare));
    const scope = this.#sessions.fullFor(domain, more, bounds);
    if (scope === undefined) return;
    countQuotaRefusal(this.#metrics, 'sessions', scope);
    throw full(text(({ errors }) => errors.tooManyUsers));
  }

  /** @throws StanzaError when the user cannot be in one more room, for want of room in the gateway */
  checkRoom({ bare, domain }: Asker): void {
    const { rooms, rooms_per_domain: set } = this.#config.limits;
    const scope = this.#rooms.fullFor(domain, 1, boundsOf(rooms, set, this.#access.isNamed(bare)));
    if (scope === undefined) return;
    countQuotaRefusal(this.#metrics, 'rooms', scope);
    throw full(text(({ quotas }) => quotas[`rooms-full-${scope}`]));
  }

  /** @throws StanzaError when the user may not use the network, or it has no room for one more */
  checkNetwork({ bare, domain }: Asker, network: string): void {
    const config = this.#config.networks[network];
    if (config === undefined) return;
    if (!this.#accessOf(network, config).allows({ bare })) {
      throw new StanzaError(
        'auth',
        'forbidden',
        text(({ quotas }) => quotas.noNetworkForYou(network)),
      );
    }
    const { sessions = Infinity, sessions_per_domain: limit = Infinity } = config.limits ?? {};
    const bounds = { all: sessions, domain: limit, family: limit * FAMILY };
    const scope = this.#countsOf(network).fullFor(domain, 1, bounds);
    if (scope === undefined) return;
    countQuotaRefusal(this.#metrics, 'sessions', scope);
    throw full(text(({ quotas }) => quotas.networkFull(network)));
  }

  /** The rules of a network; made anew when the configuration has been read again. */
  #accessOf(name: string, network: NetworkConfig): Access {
    const { admins } = this.#config.access;
    const known = this.#rules.get(name);
    if (known?.network === network && known.admins === admins) return known.access;
    const access = new Access({ allow: [], deny: [], ...network.access, admins });
    this.#rules.set(name, { network, admins, access });
    return access;
  }

  #countsOf(network: string): DomainCounts {
    const counts = this.#ofNetworks.get(network) ?? new DomainCounts();
    this.#ofNetworks.set(network, counts);
    return counts;
  }
}

function full(why: ConstructorParameters<typeof StanzaError>[2]): StanzaError {
  return new StanzaError('wait', 'resource-constraint', why);
}
