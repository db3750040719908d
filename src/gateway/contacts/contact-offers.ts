import { randomUUID } from 'node:crypto';
import type { Jid } from '../../component/jid.js';
import { xml } from '../../component/stanza.js';
import type { UserAddress } from '../../mapping/address.js';
import { Namespace } from '../../mapping/namespaces.js';
import { NS_ROSTER_EXCHANGE, rosterExchange } from '../../mapping/roster-exchange.js';
import type { GatewayContext } from '../context.js';
import { contactAt } from './contact.js';
import type { Contacts } from './contacts.js';
import type { RosterPrivileges } from './roster-privileges.js';

const ANSWER_MS = 10_000;

/** How a SILC user has come, or may come, into the list of a user. */
export type OfferKind = 'there' | 'added' | 'offered' | 'asked';

/**
 * Puts SILC users into the list of a Jabber user: written where the server lets the gateway (XEP-0356), else offered to the client
 * that asks (XEP-0144), else each asks the user for presence.
 */
export class ContactOffers {
  readonly #context: GatewayContext;
  readonly #contacts: Contacts;
  readonly #privileges: RosterPrivileges;

  constructor(context: GatewayContext, contacts: Contacts, privileges: RosterPrivileges) {
    this.#context = context;
    this.#contacts = contacts;
    this.#privileges = privileges;
  }

  /** @returns what was done, by address. @throws StanzaError wait/resource-constraint; StoreError */
  async offer(client: Jid, people: readonly UserAddress[]): Promise<ReadonlyMap<string, OfferKind>> {
    const done = new Map<string, OfferKind>();
    const left: UserAddress[] = [];
    for (const person of new Map(people.map((one) => [one.jid, one])).values()) {
      const known = this.#context.contacts.book.get(client.bare, person.jid);
      if (known?.state.isWatched === true) done.set(person.jid, 'there');
      else if (await this.#write(client, person)) done.set(person.jid, 'added');
      else left.push(person);
    }
    if (left.length === 0) return done;
    const takes = await this.#takesExchange(client);
    if (takes) {
      const items = left.map(({ jid, name }) => ({ jid, name }));
      this.#context.send(rosterExchange(this.#context.domain, client.full, randomUUID(), items));
    }
    for (const person of left) {
      if (!takes)
        this.#contacts.askFor(await this.#contacts.change(client.bare, person, { sharing: 'asked' }));
      done.set(person.jid, takes ? 'offered' : 'asked');
    }
    return done;
  }

  async #write({ bare }: Jid, person: UserAddress): Promise<boolean> {
    if (!(await this.#privileges.add(contactAt(bare, person)))) return false;
    await this.#contacts.change(bare, person, { isWatched: true, sharing: 'granted' });
    this.#context.send(xml('presence', { from: person.jid, to: bare, type: 'probe' }));
    return true;
  }

  async #takesExchange({ full }: Jid): Promise<boolean> {
    const query = xml('query', { xmlns: Namespace.discoInfo });
    const { domain, log } = this.#context;
    try {
      const iq = xml('iq', { type: 'get', from: domain, to: full }, query);
      const answer = await this.#context.request(iq, ANSWER_MS);
      const features = answer.getChild('query', Namespace.discoInfo)?.getChildren('feature') ?? [];
      return features.some(({ attrs }) => attrs['var'] === NS_ROSTER_EXCHANGE);
    } catch (error) {
      log.debug({ client: full, err: error }, 'a client did not tell what it can do');
      return false;
    }
  }
}
