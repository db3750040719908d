import { type BareJid, tryParseJid } from '../../component/jid.js';
import { xml } from '../../component/stanza.js';
import type { UserAddress } from '../../mapping/address.js';
import { contactGone, nickElement } from '../../mapping/contact-presence.js';
import type { User } from '../../silc/client/types.js';
import { UserMode } from '../../silc/modes.js';
import type { GatewayContext } from '../context.js';
import { ClientFeatures } from '../profiles/client-features.js';
import type { ContactProfiles } from '../profiles/contact-profiles.js';
import { ProfileEvents } from '../profiles/profile-events.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { type Contact, contactAt, type ContactState, nameOf } from './contact.js';
import type { OnlineClients } from './online-clients.js';
import type { ContactPorts } from './ports.js';
import { UserContacts } from './user-contacts.js';

/** So long after the start servers may take to tell who is online. */
const STARTING_MS = 60_000;

/** The SILC users in the lists of Jabber users: who watches whom, and what each is told. */
export class Contacts {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #ports: ContactPorts;
  /** By user and network. */
  readonly #users = new Map<string, UserContacts>();
  readonly online: OnlineClients;
  /** What the clients of users want to be told. */
  readonly clients: ClientFeatures;
  #isStarting = false;
  #startTimer: NodeJS.Timeout | undefined;

  constructor(
    context: GatewayContext,
    sessions: SessionRegistry,
    online: OnlineClients,
    profiles: ContactProfiles,
    capsOf: ContactPorts['capsOf'],
  ) {
    this.#context = context;
    this.#sessions = sessions;
    this.online = online;
    const isStarting = (): boolean => this.#isStarting;
    this.clients = new ClientFeatures(context, (user, client, kind) => {
      for (const contacts of this.#ofUser(user)) contacts.clientKnown(client, kind);
    });
    this.#ports = {
      ...{ context, sessions, online, profiles, capsOf },
      events: new ProfileEvents(context, this.clients),
      get isStarting() {
        return isStarting();
      },
    };
  }

  start(): void {
    this.online.start();
    this.#isStarting = true;
    this.#context.connected.subscribe(({ session }) => this.changed(session.user, session.network.name));
  }

  /** @param isForGood - no other process goes on: whoever is shown is gone */
  stop(isForGood: boolean): void {
    clearTimeout(this.#startTimer);
    this.online.stop();
    for (const contacts of this.#users.values()) contacts.stop(isForGood);
    this.#users.clear();
  }

  /** The link to the Jabber server is there (again): who is online now? */
  linkOnline(isFirst: boolean): void {
    if (isFirst) {
      this.#startTimer = setTimeout(() => {
        this.#isStarting = false;
        this.online.forgetHeard();
        for (const contacts of this.#users.values()) contacts.update();
      }, STARTING_MS);
      this.#startTimer.unref();
    } else {
      void this.online.recheck();
    }
    const { book } = this.#context.contacts;
    for (const user of book.users()) {
      const contacts = book.of(user);
      // What a process before has shown is not known to be so, and nobody tells whether the user is online.
      if (!this.#probe(user, contacts) && isFirst)
        for (const { address } of contacts) this.#context.send(contactGone(address, user));
    }
  }

  /** A network is in the configuration now: contacts on it are watched, for whom there are any. */
  networkAdded(network: string): void {
    const { book } = this.#context.contacts;
    book.restore(network);
    for (const user of book.users()) {
      const contacts = book.of(user, network);
      if (contacts.length === 0) continue;
      if (!this.online.isOnline(user)) this.#probe(user, contacts);
      this.changed(user, network);
    }
  }

  /** A network is not in the configuration any more, and its sessions have ended: nobody on it is there for anybody. */
  networkRemoved(network: string): void {
    for (const [key, contacts] of this.#users) {
      if (!key.startsWith(`${network} `)) continue;
      contacts.stop(true);
      this.#users.delete(key);
    }
    this.#context.contacts.book.withdraw(network);
  }

  /** A contact who sees the user's presence asks whether the user is online. @returns whether there is one */
  #probe(user: BareJid, contacts: readonly Contact[]): boolean {
    const shared = contacts.find(({ state }) => state.sharing === 'granted');
    if (shared === undefined) return false;
    this.#context.send(xml('presence', { from: shared.address, to: user, type: 'probe' }));
    return true;
  }

  /** The clients of a user, or the session, are others than before. */
  changed(user: BareJid, network?: string): void {
    const book = this.#context.contacts.book;
    const networks =
      network === undefined ? new Set(book.of(user).map((contact) => contact.network)) : [network];
    for (const name of networks) {
      const known = this.#users.get(`${name} ${user}`);
      if (known === undefined && book.of(user, name).length === 0) continue;
      const contacts = known ?? this.#of(user, name);
      contacts?.update();
      if (contacts?.isIdle === true) this.#users.delete(`${name} ${user}`);
    }
  }

  /** A user comes online, or does something by which the session is wanted. */
  tryAgain(user: BareJid): void {
    for (const contacts of this.#ofUser(user)) contacts.tryAgain();
  }

  /** Changes what a user has with a SILC user. @throws StanzaError, StoreError */
  async change(user: BareJid, to: UserAddress, change: Partial<ContactState>): Promise<Contact> {
    const known = this.#context.contacts.book.get(user, to.jid) ?? contactAt(user, to);
    const contact = await this.#context.contacts.book.change(known, change);
    const contacts = this.#of(user, to.network);
    if (!contact.state.isWatched || contact.state.isBlocked === true) contacts?.forget(contact);
    else contacts?.tryAgain();
    return contact;
  }

  /** A user has accepted other keys of contacts: these are whom the contacts are known by. Never rejects. */
  async keysChanged(user: BareJid, network: string): Promise<void> {
    const { contacts: kept, trust, log } = this.#context;
    for (const contact of kept.book.of(user, network)) {
      const { fingerprint } = contact.state;
      if (fingerprint === undefined) continue;
      try {
        const known = await trust.find({ user, network, contact: nameOf(contact) });
        if (known === undefined || known.standing === 'heard' || known.fingerprint === fingerprint) continue;
        const key = { fingerprint: known.fingerprint, publicKey: undefined };
        kept.book.note(user, contact.address, key);
        kept.sightings.clear(contact);
        this.show(contact);
        this.#of(user, network)?.update();
      } catch (error) {
        log.warn({ user, err: error }, 'the key of a contact could not be read');
      }
    }
  }

  /** Presence of a contact, to a client that asks or to all of the user. */
  show(contact: Contact, to?: string): void {
    this.#of(contact.user, contact.network)?.show(contact, to);
  }

  /** A look-up has found who has the address of a contact. */
  found({ user, network }: Contact, { clientId, nickname, mode = 0, fingerprint }: User): void {
    if ((mode & UserMode.rejectWatching) !== 0) return;
    this.#of(user, network)?.found({ clientId, nickname, mode, fingerprint });
  }

  /** Asks a user to show presence to a contact (RFC 6121, 3.1; XEP-0172, 4.1). */
  askFor({ user, address, nickname }: Contact): void {
    this.#context.send(
      xml('presence', { from: address, to: user, type: 'subscribe' }, nickElement(nickname)),
    );
  }

  #ofUser(user: BareJid): readonly UserContacts[] {
    const networks = new Set(this.#context.contacts.book.of(user).map(({ network }) => network));
    return [...networks].flatMap((network) => this.#of(user, network) ?? []);
  }

  #of(user: BareJid, network: string): UserContacts | undefined {
    const key = `${network} ${user}`;
    const known = this.#users.get(key);
    if (known !== undefined) return known;
    const jid = tryParseJid(user);
    if (jid === undefined || !this.#sessions.networks.has(network) || !this.#context.access.allows(jid))
      return;
    const contacts = new UserContacts(jid, network, this.#ports);
    this.#users.set(key, contacts);
    return contacts;
  }
}
