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

  /**
   * Puts a contact into the list of its user, each seeing the other. What the server says to have done is read back: ejabberd
   * takes name and groups, and leaves the subscription as it is.
   * @returns whether that is so
   */
  async add({ user, address, nickname }: Contact): Promise<boolean> {
    const rights = this.#privileges.rosterOf(user);
    const { domain, log } = this.#context;
    if (rights?.maySet !== true || !rights.mayGet) return false;
    try {
      const known = await this.#item(user, address);
      if (known?.isMutual === true) return true;
      const item: KeptItem = known ?? { name: nickname, groups: [] };
      await this.#context.request(rosterSet(domain, user, address, item), ANSWER_MS);
      return (await this.#item(user, address))?.isMutual === true;
    } catch (error) {
      log.debug({ user, err: error }, 'a contact could not be put into the list of its user');
      return false;
    }
  }

  async #item(user: string, address: string): Promise<ReturnType<typeof keptItem>> {
    return keptItem(await this.#context.request(rosterGet(this.#context.domain, user), ANSWER_MS), address);
  }
}
