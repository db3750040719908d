import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import { type ContactPresence, contactGone, contactPresence } from '../../mapping/contact-presence.js';
import type { WatchedOfflineCause, WatchedPerson } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import { type Text, text } from '../../text/text.js';
import { monotonicMs } from '../../util/clock.js';
import { isInternalError, reportInternalError } from '../failures.js';
import type { Profile } from '../../mapping/profile/profile.js';
import type { ClientKind } from '../profiles/client-features.js';
import type { ToldContact } from '../profiles/profile-events.js';
import { ProfileRounds } from '../profiles/profile-rounds.js';
import type { UserSession } from '../sessions/user-session.js';
import type { Contact } from './contact.js';
import { ContactWatch } from './contact-watch.js';
import type { ContactPorts } from './ports.js';
import { isContact, isThere } from './sightings.js';

/** Who closes one client and opens another does not leave SILC in between. */
const SETTLE_MS = 5_000;
/** Who subscribes is online, also where nobody tells: taken to be so for this time. */
const WANTED_MS = 300_000;
/** Pauses between two tries to get a session, the first and the longest. */
const [FIRST_PAUSE_MS, LAST_PAUSE_MS] = [30_000, 1_800_000];

const CAUSES: Readonly<Partial<Record<WatchedOfflineCause, Text>>> = {
  killed: text(({ contacts }) => contacts.killed),
  'server-signoff': text(({ contacts }) => contacts.serverGone),
  'nick-change': text(({ contacts }) => contacts.otherNickname),
};

/**
 * The contacts of one user on one network. While a client of the user is online and there are contacts, the user's session is there,
 * watches them, and their presence goes to the user.
 */
export class UserContacts {
  readonly #user: Jid;
  readonly #network: string;
  readonly #ports: ContactPorts;
  /** What was sent last, by address of the contact. */
  readonly #shown = new Map<string, string>();
  /** Addresses of contacts that are shown as being there. */
  readonly #there = new Set<string>();
  #session: UserSession | undefined;
  #watch: ContactWatch | undefined;
  #rounds: ProfileRounds | undefined;
  #letGoTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  /** A process before may have shown contacts. */
  #isResumed = false;
  /** It is of no use to try again before the user comes anew: an operator has put the user off the network, or the like. */
  #isRefused = false;
  #wantedUntil = -Infinity;
  #wantedTimer: NodeJS.Timeout | undefined;

  /** @param user - bare */
  constructor(user: Jid, network: string, ports: ContactPorts) {
    this.#user = user;
    this.#network = network;
    this.#ports = ports;
  }

  /** Those whose presence the user wants. */
  contacts(): readonly Contact[] {
    const { book } = this.#ports.context.contacts;
    return book
      .of(this.#user.bare, this.#network)
      .filter(({ state }) => state.isWatched && state.isBlocked !== true);
  }

  /** Nothing of this is needed any more. */
  get isIdle(): boolean {
    return this.#session === undefined && this.#letGoTimer === undefined && this.contacts().length === 0;
  }

  get #isOnline(): boolean {
    const { online, sessions, isStarting } = this.#ports;
    if (online.isOnline(this.#user.bare) || monotonicMs() < this.#wantedUntil) return true;
    return (
      isStarting &&
      !online.isHeardOf(this.#user.bare) &&
      sessions.find(this.#user, this.#network) !== undefined
    );
  }

  /** The contacts, the user's clients or the session are others than before. */
  update(): void {
    // From here on the server tells.
    if (this.#ports.online.isOnline(this.#user.bare)) this.#wantedUntil = -Infinity;
    if (this.#isOnline && this.contacts().length > 0) this.#hold();
    else this.#letGo();
    if (this.#session?.isOver === true) this.#over(this.#session);
  }

  /** The user does something from which a client is seen to be online, or has come online: a session is tried again at once. */
  tryAgain(): void {
    this.#isRefused = false;
    this.#wantedUntil = monotonicMs() + WANTED_MS;
    clearTimeout(this.#wantedTimer);
    this.#wantedTimer = setTimeout(() => {
      this.update();
    }, WANTED_MS + 1);
    this.#wantedTimer.unref();
    this.#pauseMs = FIRST_PAUSE_MS;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.update();
  }

  /** Presence of a contact. @param to - who asks; without it to all clients of the user, where it is news */
  show({ address, user, state }: Contact, to?: string): void {
    const { context } = this.#ports;
    const contact = context.contacts.book.get(user, address);
    const presence =
      state.isBlocked === true || contact === undefined ? undefined : this.#presenceOf(contact);
    const stanza =
      presence === undefined
        ? contactGone(address, to ?? user)
        : contactPresence(address, to ?? user, presence, this.#ports.capsOf(presence.mode));
    if (to !== undefined) {
      context.send(stanza);
      return;
    }
    const news = stanza.toString();
    const shown = this.#shown.get(address);
    if (shown === news || (shown === undefined && presence === undefined)) return;
    this.#shown.set(address, news);
    context.send(stanza);
    this.#tellProfile(contact, presence !== undefined);
  }

  /** Somebody was looked up. Where there is no watch yet that would tell of the end, it is seen again by the watch. */
  found(person: WatchedPerson): void {
    this.#watch?.found(person);
  }

  /** Somebody on SILC was seen. */
  seen(person: WatchedPerson, previous: ClientId | undefined): void {
    const { sightings } = this.#ports.context.contacts;
    for (const contact of this.contacts()) {
      const before = previous === undefined ? undefined : sightings.of(contact).get(previous);
      const wasKnown =
        previous !== undefined && previous !== person.clientId && sightings.delete(contact, previous);
      const isMeant = isContact(contact, person);
      if (isMeant) {
        sightings.set(contact, person);
        const isSame = before?.fingerprint !== undefined && before.fingerprint === person.fingerprint;
        this.#rounds?.seen(person.clientId, isSame ? previous : undefined);
      }
      if (isMeant || sightings.delete(contact, person.clientId) || wasKnown) this.show(contact);
    }
  }

  /** Clients of the contacts who are there, as they are shown. */
  people(): readonly ClientId[] {
    return this.contacts().flatMap((contact) => this.#clientOf(contact)?.clientId ?? []);
  }

  /** Somebody tells other things than before. */
  profileChanged(clientId: ClientId, before: Profile | undefined): void {
    for (const contact of this.contacts()) {
      if (!this.#ports.context.contacts.sightings.of(contact).has(clientId)) continue;
      this.show(contact);
      const told = this.#toldBy(contact);
      if (told !== undefined) this.#ports.events.changed(this.#user.bare, told, before);
    }
  }

  /** A client of the user wants to know what contacts tell. */
  clientKnown(client: string, kind: ClientKind): void {
    this.#ports.events.arrived(
      client,
      kind,
      this.contacts().flatMap((contact) => this.#toldBy(contact) ?? []),
    );
  }

  gone(clientId: ClientId, cause: WatchedOfflineCause): void {
    const { context } = this.#ports;
    for (const contact of this.contacts()) {
      if (!context.contacts.sightings.delete(contact, clientId)) continue;
      const isLast = context.contacts.sightings.of(contact).size === 0;
      if (isLast) context.contacts.book.note(contact.user, contact.address, { lastSeen: Date.now() });
      if (!isLast || CAUSES[cause] === undefined) this.show(contact);
      else this.#showGone(contact, CAUSES[cause]);
    }
  }

  missing(contact: Contact, clientId: ClientId): void {
    if (this.#ports.context.contacts.sightings.delete(contact, clientId)) this.show(contact);
  }

  /** A contact is none any more, or is not wanted. */
  forget(contact: Contact): void {
    this.#ports.context.contacts.sightings.clear(contact);
    if (contact.state.isBlocked === true) this.show(contact);
    this.#shown.delete(contact.address);
    this.#there.delete(contact.address);
    this.#watch?.update();
    this.update();
  }

  /** Those who have not been seen on a new link until now are not there. */
  settled(): void {
    if (!this.#isResumed) return;
    this.#isResumed = false;
    for (const contact of this.contacts()) {
      if (this.#shown.has(contact.address)) continue;
      // What the process before has shown may be another thing.
      this.#shown.set(contact.address, '');
      this.show(contact);
    }
  }

  /** @param isForGood - whoever is shown is gone */
  stop(isForGood: boolean): void {
    for (const timer of [this.#letGoTimer, this.#retryTimer, this.#wantedTimer]) clearTimeout(timer);
    this.#closeWatch(true);
    const { context } = this.#ports;
    for (const contact of isForGood ? this.contacts() : []) {
      context.contacts.sightings.clear(contact);
      this.show(contact);
    }
  }

  #presenceOf(contact: Contact): ContactPresence | undefined {
    const client = this.#clientOf(contact);
    if (client === undefined) return undefined;
    const { nickname, mode, idleSince, clientId } = client;
    const profile = this.#ports.profiles.of({ network: this.#network, clientId });
    return { nickname, mode, profile, idleSince: idleSince === undefined ? undefined : new Date(idleSince) };
  }

  /** Clients hear of what a contact tells when it comes, as of other Jabber users. */
  #tellProfile(contact: Contact | undefined, isThere: boolean): void {
    if (contact === undefined) return;
    const wasThere = this.#there.has(contact.address);
    if (!isThere) this.#there.delete(contact.address);
    const told = isThere && !wasThere ? this.#toldBy(contact) : undefined;
    if (told === undefined) return;
    this.#there.add(contact.address);
    this.#ports.events.came(this.#user.bare, told);
  }

  #clientOf(contact: Contact): WatchedPerson | undefined {
    return [...this.#ports.context.contacts.sightings.of(contact).values()].filter(isThere).at(-1);
  }

  #toldBy(contact: Contact): ToldContact | undefined {
    const { address } = contact;
    const presence = this.#presenceOf(contact);
    return presence && { address, profile: presence.profile };
  }

  #showGone(contact: Contact, status: Text): void {
    const stanza = contactGone(contact.address, contact.user, status);
    if (this.#shown.get(contact.address) === undefined) return;
    this.#shown.set(contact.address, contactGone(contact.address, contact.user).toString());
    this.#ports.context.send(stanza);
  }

  #hold(): void {
    clearTimeout(this.#letGoTimer);
    this.#letGoTimer = undefined;
    if (this.#session === undefined) this.#open();
    const { silc } = this.#session ?? {};
    if (silc === undefined) return;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (this.#watch?.silc === silc) {
      this.#watch.update();
      return;
    }
    this.#watch?.close(this.#watch.silc.state === 'closed');
    this.#isResumed ||= this.#ports.isStarting;
    this.#watch = new ContactWatch(this.#ports.context, silc, this);
    this.#rounds?.close();
    this.#rounds = new ProfileRounds(silc, this.#network, this.#ports.profiles, this);
  }

  #closeWatch(isOver: boolean): void {
    this.#watch?.close(isOver);
    this.#rounds?.close();
    this.#watch = undefined;
    this.#rounds = undefined;
  }

  #open(): void {
    if (this.#isRefused || this.#retryTimer !== undefined) return;
    const { sessions } = this.#ports;
    try {
      const session = sessions.session(this.#user, this.#network);
      session.uses.add(this);
      this.#session = session;
      session.open(sessions.nicknameOf(this.#user)).catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { context } = this.#ports;
    if (!(error instanceof StanzaError) && isInternalError(error)) {
      reportInternalError(context, error, 'the session for contacts failed', { user: this.#user.bare });
    }
    if (error instanceof StanzaError && error.type !== 'wait') {
      this.#isRefused = true;
      return;
    }
    if (this.#retryTimer !== undefined) return;
    this.#retryTimer = setTimeout(
      () => {
        this.#retryTimer = undefined;
        this.update();
      },
      this.#pauseMs * (0.75 + Math.random() / 2),
    );
    this.#retryTimer.unref();
    this.#pauseMs = Math.min(2 * this.#pauseMs, LAST_PAUSE_MS);
  }

  /** The session has ended: nobody is there as far as is known. */
  #over(session: UserSession): void {
    this.#session = undefined;
    session.uses.delete(this);
    this.#closeWatch(true);
    for (const contact of this.contacts()) {
      this.#ports.context.contacts.sightings.clear(contact);
      this.show(contact);
    }
    if (!this.#isOnline) return;
    // It has no other answer than why it is over.
    session.open('').catch((error: unknown) => this.#failed(error));
  }

  #letGo(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#isRefused = false;
    if (this.#session === undefined || this.#letGoTimer !== undefined) return;
    this.#letGoTimer = setTimeout(() => {
      this.#letGoTimer = undefined;
      if (this.#isOnline && this.contacts().length > 0) return;
      const session = this.#session;
      this.#session = undefined;
      this.#closeWatch(false);
      for (const contact of this.contacts()) {
        this.#ports.context.contacts.sightings.clear(contact);
        this.show(contact);
      }
      this.#shown.clear();
      this.#there.clear();
      session?.uses.delete(this);
      session?.release();
    }, SETTLE_MS);
    this.#letGoTimer.unref();
  }
}
