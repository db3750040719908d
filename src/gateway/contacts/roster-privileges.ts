import { type KeptItem, keptItem, rosterGet, rosterSet } from '../../mapping/privileged-roster.js';
import type { GatewayContext } from '../context.js';
import type { Contact } from './contact.js';
import type { ServerPrivileges } from './server-privileges.js';

const ANSWER_MS = 10_000;

/** Writes the lists of users whose servers let the gateway do so (XEP-0356). */
export class RosterPrivileges {
  readonly #context: Pick<GatewayContext, 'request' | 'domain' | 'log'>;
  readonly #privileges: ServerPrivileges;

  constructor(context: Pick<GatewayContext, 'request' | 'domain' | 'log'>, privileges: ServerPrivileges) {
    this.#context = context;
    this.#privileges = privileges;
  }

  /** Puts a contact into the list of its user, each seeing the other. @returns whether that is so */
  async add({ user, address, nickname }: Contact): Promise<boolean> {
    const rights = this.#privileges.rosterOf(user);
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
