import type { BareJid } from '../../component/jid.js';
import { hasDisambiguator } from '../../mapping/identity.js';
import { preparedNickname } from '../../mapping/nickname.js';
import type { User, WatchedPerson } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import { UserMode } from '../../silc/modes.js';
import type { Contact } from './contact.js';
import type { ContactBook } from './contact-book.js';

type Somebody = Pick<User, 'clientId' | 'nickname' | 'fingerprint'>;

/** Whether somebody on SILC is a contact: by the key where it is known, else by the nickname. */
export function isContact({ nickname, qualifier, state }: Contact, person: Somebody): boolean {
  if (state.fingerprint !== undefined && person.fingerprint !== undefined) {
    return state.fingerprint === person.fingerprint;
  }
  if (person.nickname === undefined || preparedNickname(person.nickname) !== nickname) return false;
  return qualifier === undefined || hasDisambiguator(person, qualifier);
}

/** A client of a contact, as far as it can take messages. */
export const isThere = ({ mode }: Pick<WatchedPerson, 'mode'>): boolean => (mode & UserMode.detached) === 0;

/** Which clients of SILC the contacts of users are at the moment. */
export class ContactSightings {
  readonly #book: ContactBook;
  /** By user and address of the contact, the one seen last at the end. */
  readonly #clients = new Map<string, Map<ClientId, WatchedPerson>>();

  constructor(book: ContactBook) {
    this.#book = book;
  }

  /** Clients of a contact. */
  of({ user, address }: Pick<Contact, 'user' | 'address'>): ReadonlyMap<ClientId, WatchedPerson> {
    return this.#clients.get(`${user} ${address}`) ?? new Map<ClientId, WatchedPerson>();
  }

  set({ user, address }: Contact, person: WatchedPerson): void {
    const key = `${user} ${address}`;
    const clients = this.#clients.get(key) ?? new Map<ClientId, WatchedPerson>();
    clients.set(person.clientId, person);
    this.#clients.set(key, clients);
  }

  /** @returns whether there was one */
  delete({ user, address }: Contact, clientId: ClientId): boolean {
    const key = `${user} ${address}`;
    const clients = this.#clients.get(key);
    if (clients?.delete(clientId) !== true) return false;
    if (clients.size === 0) this.#clients.delete(key);
    return true;
  }

  clear({ user, address }: Contact): void {
    this.#clients.delete(`${user} ${address}`);
  }

  /** The client that a contact, who was recognised by the key, has now under whatever nickname. */
  clientAt(user: BareJid, address: string): WatchedPerson | undefined {
    const contact = this.#book.get(user, address);
    if (contact?.state.fingerprint === undefined) return undefined;
    return [...this.of(contact).values()]
      .reverse()
      .find((person) => isThere(person) && person.fingerprint === contact.state.fingerprint);
  }

  /** The address by which a user knows somebody, who may have another nickname now. */
  addressOf(user: BareJid, network: string, person: Somebody): Contact | undefined {
    const meant = this.#book
      .of(user, network)
      .filter((contact) => contact.state.isWatched && isContact(contact, person));
    const [first] = meant;
    // The one of the present nickname, where there are several.
    return (
      meant.find(({ nickname }) => preparedNickname(person.nickname ?? '') === nickname) ??
      (first?.state.fingerprint === undefined ? undefined : first)
    );
  }

  /** Whether a user wants nothing of somebody. */
  isBlocked(user: BareJid, network: string, person: Somebody): boolean {
    return this.#book
      .of(user, network)
      .some((contact) => contact.state.isBlocked === true && isContact(contact, person));
  }
}
