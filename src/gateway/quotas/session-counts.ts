import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import { text } from '../../text/text.js';
import { Access } from '../access.js';
import type { GatewayConfig, NetworkConfig } from '../config-types.js';
import { withParents } from '../domains.js';
import { FAMILY } from './quotas.js';

/** What a domain may have at most of all sessions, with its subdomains, where no limit of its own is set. */
const SHARE_OF_DOMAIN = 1 / 2;
const SHARE_OF_FAMILY = 3 / 4;

type Asker = Pick<Jid, 'bare' | 'domain'>;

/** How many sessions there are, of whom and where; and who may have one more. */
export class SessionCounts {
  readonly #config: Pick<GatewayConfig, 'limits'>;
  readonly #access: Pick<Access, 'isNamed'>;
  /** Domain, or `*.domain` for all that are under it, after the name of a network or of none → sessions. */
  readonly #counts = new Map<string, number>();
  readonly #rules: ReadonlyMap<string, { readonly config: NetworkConfig; readonly access: Access }>;
  #total = 0;

  constructor(config: GatewayConfig, access: Pick<Access, 'isNamed'>) {
    this.#config = config;
    this.#access = access;
    const { admins } = config.access;
    this.#rules = new Map(
      Object.entries(config.networks).map(([name, one]) => [
        name,
        { config: one, access: new Access({ allow: [], deny: [], ...one.access, admins }) },
      ]),
    );
  }

  get total(): number {
    return this.#total;
  }

  add(domain: string, network: string): void {
    this.#change(domain, network, 1);
  }

  remove(domain: string, network: string): void {
    this.#change(domain, network, -1);
  }

  /** @throws StanzaError when the user cannot have so many more */
  check({ bare, domain }: Asker, more: number): void {
    const { sessions, sessions_per_domain: set } = this.#config.limits;
    const isFree = set === undefined && this.#access.isNamed(bare);
    const limit = set ?? Math.ceil(sessions * SHARE_OF_DOMAIN);
    const family = Math.max(limit, Math.min(limit * FAMILY, Math.ceil(sessions * SHARE_OF_FAMILY)));
    const isFull =
      this.#total + more > sessions || (!isFree && this.#isOver('', domain, limit, family, more));
    if (!isFull) return;
    throw full(text(({ errors }) => errors.tooManyUsers));
  }

  /** @throws StanzaError when the user may not use the network, or it has no room for one more */
  checkNetwork({ bare, domain }: Asker, network: string): void {
    const rules = this.#rules.get(network);
    if (rules === undefined) return;
    if (!rules.access.allows({ bare })) {
      throw new StanzaError(
        'auth',
        'forbidden',
        text(({ quotas }) => quotas.noNetworkForYou(network)),
      );
    }
    const { sessions = Infinity, sessions_per_domain: limit = Infinity } = rules.config.limits ?? {};
    const isFull =
      this.#of(network, '') + 1 > sessions || this.#isOver(network, domain, limit, limit * FAMILY, 1);
    if (isFull) throw full(text(({ quotas }) => quotas.networkFull(network)));
  }

  #isOver(network: string, domain: string, limit: number, family: number, more: number): boolean {
    return withParents(domain).some((name, depth) =>
      depth === 0 ? this.#of(network, name) + more > limit : this.#of(network, `*.${name}`) + more > family,
    );
  }

  #of(network: string, scope: string): number {
    return this.#counts.get(`${network} ${scope}`) ?? 0;
  }

  #change(domain: string, network: string, by: 1 | -1): void {
    this.#total += by;
    const scopes = withParents(domain).map((name, depth) => (depth === 0 ? name : `*.${name}`));
    const keys = [`${network} `, ...scopes.flatMap((scope) => [` ${scope}`, `${network} ${scope}`])];
    for (const key of keys) {
      const count = (this.#counts.get(key) ?? 0) + by;
      if (count > 0) this.#counts.set(key, count);
      else this.#counts.delete(key);
    }
  }
}

function full(why: ConstructorParameters<typeof StanzaError>[2]): StanzaError {
  return new StanzaError('wait', 'resource-constraint', why);
}
