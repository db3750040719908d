import type { BareJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { Addressing } from '../../mapping/address.js';
import type { ContactRepository } from '../../store/contact-types.js';
import { text } from '../../text/text.js';
import { SerialQueue } from '../../util/serial-queue.js';
import type { Log } from '../log-types.js';
import {
  type Contact,
  type ContactState,
  decodeState,
  encodeState,
  isKept,
  nameOf,
  STRANGER,
} from './contact.js';

/** Contacts of one user on one network: an engine watches 128 people at most, some by nickname and key for a moment. */
export const MAX_CONTACTS = 100;
/** Rows that wait to be written. */
const MAX_WRITES = 10_000;

/** Who is whose contact. */
export class ContactBook {
  readonly #repository: ContactRepository;
  readonly #addressing: Addressing;
  readonly #log: Log;
  /** By user, then by address. */
  readonly #contacts = new Map<BareJid, Map<string, Contact>>();
  /** By network, then by user and name: contacts on networks that are not in the configuration now, and so have no addresses. */
  readonly #dormant = new Map<string, Map<string, Contact>>();
  readonly #writes = new SerialQueue(MAX_WRITES);
  /** What nobody waits for, by user and address. */
  readonly #noted = new Map<string, Contact>();
  #noting: Promise<void> | undefined;

  constructor(repository: ContactRepository, addressing: Addressing, log: Log) {
    this.#repository = repository;
    this.#addressing = addressing;
    this.#log = log;
  }

  /** To be called before anything else. @throws StoreError */
  async load(): Promise<void> {
    for (const { user, network, contact, content } of await this.#repository.all()) {
      const [nickname = '', qualifier] = contact.split('*', 2);
      const address = this.#addressing.userToJid(network, nickname, qualifier);
      const names = { user: user as BareJid, network, address, nickname, qualifier };
      if (!this.#addressing.networks.includes(network) && !this.#dormant.has(network))
        this.#dormant.set(network, new Map());
      this.#put({ ...names, state: decodeState(content) });
    }
  }

  /** A network is taken out of the configuration: nobody has contacts on it, until it is back. */
  withdraw(network: string): void {
    const known = [...this.#contacts.keys()].flatMap((user) => this.of(user, network));
    for (const { user, address } of known) this.#drop(user, address);
    if (!this.#dormant.has(network)) this.#dormant.set(network, new Map());
    for (const contact of known) this.#put(contact);
  }

  /** A network is in the configuration (again), perhaps with other addresses. */
  restore(network: string): void {
    const dormant = [...(this.#dormant.get(network)?.values() ?? [])];
    this.#dormant.delete(network);
    for (const contact of dormant) {
      const address = this.#addressing.userToJid(network, contact.nickname, contact.qualifier);
      this.#put({ ...contact, address });
    }
  }

  users(): Iterable<BareJid> {
    return [...this.#contacts.keys()];
  }

  /** Those of a user, of one network or of all. */
  of(user: BareJid, network?: string): readonly Contact[] {
    const all = [...(this.#contacts.get(user)?.values() ?? [])];
    return network === undefined ? all : all.filter((contact) => contact.network === network);
  }

  get(user: BareJid, address: string): Contact | undefined {
    return this.#contacts.get(user)?.get(address);
  }

  /**
   * Stores it in place of what was known, or forgets it where there is nothing to be kept.
   * @throws StanzaError wait/resource-constraint; StoreError, with which nothing has changed
   */
  change(contact: Contact, change: Partial<ContactState>): Promise<Contact> {
    return this.#writes.run(async () => {
      const known = this.get(contact.user, contact.address);
      if (known === undefined && this.of(contact.user, contact.network).length >= MAX_CONTACTS) {
        const most = text(({ contacts }) => contacts.tooMany(String(MAX_CONTACTS)));
        throw new StanzaError('wait', 'resource-constraint', most);
      }
      const next: Contact = { ...contact, state: { ...(known?.state ?? STRANGER), ...change } };
      await this.#write(next);
      this.#put(next);
      return next;
    });
  }

  /** The same for what nobody waits for. Nothing happens to somebody who is no contact any more. */
  note(user: BareJid, address: string, change: Partial<ContactState>): void {
    const known = this.get(user, address);
    if (known === undefined) return;
    const next: Contact = { ...known, state: { ...known.state, ...change } };
    this.#put(next);
    this.#noted.set(`${user} ${address}`, next);
    if (this.#noting === undefined) this.#noting = this.#writeNoted();
  }

  /** Resolves when everything so far is written. */
  async flush(): Promise<void> {
    await this.#noting;
    await this.#writes.run(() => undefined).catch(() => undefined);
  }

  /** Each contact waits once, however often it changes: when a server dies, all of them go at the same time. */
  async #writeNoted(): Promise<void> {
    for (const [key, noted] of this.#noted) {
      this.#noted.delete(key);
      const { user, address } = noted;
      try {
        await this.#writes.run(async () => {
          // What is known when its turn has come: it may have changed once more, or be gone.
          const newest = this.get(user, address) ?? this.#dormant.get(noted.network)?.get(dormantKey(noted));
          if (newest !== undefined) await this.#write(newest);
        });
      } catch (error) {
        this.#log.warn({ user, err: error }, 'a contact could not be stored');
      }
    }
    this.#noting = undefined;
  }

  #put(contact: Contact): void {
    const { user, address, state } = contact;
    const dormant = this.#dormant.get(contact.network);
    if (dormant !== undefined) {
      if (isKept(state)) dormant.set(dormantKey(contact), contact);
      else dormant.delete(dormantKey(contact));
      return;
    }
    if (!isKept(state)) {
      this.#drop(user, address);
      return;
    }
    const contacts = this.#contacts.get(user) ?? new Map<string, Contact>();
    this.#contacts.set(user, contacts.set(address, contact));
  }

  #drop(user: BareJid, address: string): void {
    const contacts = this.#contacts.get(user);
    contacts?.delete(address);
    if (contacts?.size === 0) this.#contacts.delete(user);
  }

  async #write(contact: Contact): Promise<void> {
    const { user, network, state } = contact;
    if (!isKept(state)) await this.#repository.remove(user, network, nameOf(contact));
    else await this.#repository.put({ user, network, contact: nameOf(contact), content: encodeState(state) });
  }
}

const dormantKey = (contact: Contact): string => `${contact.user} ${nameOf(contact)}`;
