import { tryParseJid, type Jid } from '../../component/jid.js';
import {
  type KeptItem,
  keptItem,
  rosterGet,
  rosterSet,
  type RosterRights,
} from '../../mapping/privileged-roster.js';
import { LruMap } from '../../util/lru-map.js';
import type { GatewayContext } from '../context.js';
import type { Contact } from './contact.js';

/** Servers that are remembered. */
const MAX_SERVERS = 1_000;
const ANSWER_MS = 10_000;

/** Which servers let the gateway write the lists of their users (XEP-0356). */
export class RosterPrivileges {
  readonly #context: Pick<GatewayContext, 'request' | 'domain' | 'log'>;
  readonly #servers = new LruMap<string, RosterRights>(MAX_SERVERS);

  constructor(context: Pick<GatewayContext, 'request' | 'domain' | 'log'>) {
    this.#context = context;
  }

  /** A server says what it grants: for its own users, whoever it is. */
  granted({ domain }: Jid, rights: RosterRights): void {
    this.#servers.set(domain, rights);
  }

  /** Puts a contact into the list of its user, each seeing the other. @returns whether that is so */
  async add({ user, address, nickname }: Contact): Promise<boolean> {
    const rights = this.#servers.get(tryParseJid(user)?.domain ?? '');
    const { domain, log } = this.#context;
    if (rights?.maySet !== true) return false;
    try {
      const known = rights.mayGet
        ? keptItem(await this.#context.request(rosterGet(domain, user), ANSWER_MS), address)
        : undefined;
      const item: KeptItem = known ?? { name: nickname, groups: [] };
      await this.#context.request(rosterSet(domain, user, address, item), ANSWER_MS);
      return true;
    } catch (error) {
      log.debug({ user, err: error }, 'a contact could not be put into the list of its user');
      return false;
    }
  }
}
