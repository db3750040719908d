import type {
  SessionEvent,
  User,
  WatchedOfflineCause,
  WatchedPerson,
  WatchTarget,
} from '../../silc/client/types.js';
import { fromHex, toHex } from '../../silc/bytes.js';
import { decodePublicKey } from '../../silc/crypto/public-key.js';
import type { ClientId } from '../../silc/ids.js';
import { UserMode } from '../../silc/modes.js';
import { preparedNickname } from '../../mapping/nickname.js';
import { monotonicMs } from '../../util/clock.js';
import type { GatewayContext } from '../context.js';
import { handleEvent } from '../failures.js';
import type { ChatSession } from '../sessions/chat-session.js';
import { type Contact, nameOf } from './contact.js';
import { isContact } from './sightings.js';

/** Until contacts who were there before must have been seen again on a new link: the engine asks for one after the other. */
const CONFIRM_MS = 30_000;
const CONFIRM_EACH_MS = 7_000;
/** The key of one contact is asked for so often at most. */
const LEARN_EACH_MS = 10_000;

/** Watches that wait for others to stand, at most: a session has not many more than there may be contacts. */
const MAX_ENDING = 16;

/** Who hears of it. */
export interface WatchListener {
  /** Those who are watched. */
  contacts(): readonly Contact[];
  /** Somebody is there, or has changed, who may have been known under another Client ID. */
  seen(person: WatchedPerson, previous: ClientId | undefined): void;
  gone(clientId: ClientId, cause: WatchedOfflineCause): void;
  /** A contact was taken to be a client that is not there. */
  missing(contact: Contact, clientId: ClientId): void;
  /** Whoever is there has been seen. */
  settled(): void;
}

const HEARSAY_CAUSES: readonly string[] = ['signoff', 'killed', 'server-signoff'];

/**
 * Watches the contacts of one user by that user's session: by nickname, and by key once it is known. Shared channels tell of them as
 * well. Where a server does not notify, the engine asks from time to time.
 */
export class ContactWatch {
  readonly silc: ChatSession;
  readonly #context: GatewayContext;
  readonly #listener: WatchListener;
  readonly #unsubscribe: () => void;
  /** By what names them. */
  readonly #targets = new Map<string, WatchTarget>();
  /** Those that others take the place of, until the others stand: what happens meanwhile is told. */
  readonly #ending = new Map<string, WatchTarget>();
  /** Nicknames and fingerprints by which somebody may be a contact. */
  #names: ReadonlySet<string> = new Set();
  /** What contacts are watched by, by their addresses. */
  readonly #watched = new Map<string, string>();
  /** Those contacts, by their addresses, whom a look-up of their watch will find, or not. */
  readonly #unchecked = new Set<string>();
  /** Who was seen by a watch on this link, or by a channel when no look-up was to come: they are not gone without a word. */
  readonly #confirmed = new Set<ClientId>();
  /** Whose keys were asked for, and when. */
  readonly #asked = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(context: GatewayContext, silc: ChatSession, listener: WatchListener) {
    this.#context = context;
    this.silc = silc;
    this.#listener = listener;
    this.#unsubscribe = silc.subscribe((event) => handleEvent(context, event, () => this.#onEvent(event)));
    this.update();
    for (const channel of silc.channels.values()) {
      for (const { user } of channel.members.values()) this.#hearsay(user, undefined);
    }
    this.#timer = setTimeout(
      () => this.#dropUnconfirmed(),
      CONFIRM_MS + CONFIRM_EACH_MS * listener.contacts().length,
    );
    this.#timer.unref();
  }

  /** The contacts are others than before, or more is known of them. */
  update(): void {
    const contacts = this.#listener.contacts();
    const wanted = new Set(contacts.map(watchName));
    this.#names = new Set(
      contacts.flatMap(({ nickname, state }) => [nickname, state.fingerprint ?? nickname]),
    );
    const ending: string[] = [];
    for (const [name, target] of this.#targets) {
      if (wanted.has(name)) continue;
      this.#targets.delete(name);
      if (this.#ending.size >= MAX_ENDING) {
        void this.#try(this.silc.unwatch(target));
        continue;
      }
      this.#ending.set(name, target);
      ending.push(name);
    }
    const begun: Promise<void>[] = [];
    for (const contact of contacts) {
      if (this.#watched.get(contact.address) === whoIsMeant(contact)) continue;
      // The look-up behind the new watch counts, whatever the one before has told.
      for (const id of this.#context.contacts.sightings.of(contact).keys()) this.#confirmed.delete(id);
      begun.push(this.#check(contact));
    }
    void Promise.all(begun).then(() => {
      for (const name of ending) this.#end(name);
    });
    const addresses = new Set(contacts.map(({ address }) => address));
    for (const address of this.#watched.keys()) {
      if (addresses.has(address)) continue;
      this.#watched.delete(address);
      this.#unchecked.delete(address);
    }
  }

  /** A contact was looked up by other means, perhaps before the watch stood: is it there still? */
  found(person: WatchedPerson): void {
    if (this.#isOneself(person.clientId)) return;
    this.#listener.seen(person, undefined);
    for (const contact of this.#listener.contacts()) {
      if (isContact(contact, person)) void this.#check(contact);
    }
  }

  #end(name: string): void {
    const target = this.#ending.get(name);
    this.#ending.delete(name);
    if (target !== undefined) void this.#try(this.silc.unwatch(target));
  }

  /** Whoever is taken to be there is looked up once the watch stands: once for all contacts with one name. */
  async #check(contact: Contact): Promise<void> {
    const name = watchName(contact);
    const target = this.#targets.get(name) ?? targetOf(contact);
    this.#ending.delete(name);
    this.#targets.set(name, target);
    this.#watched.set(contact.address, whoIsMeant(contact));
    this.#unchecked.add(contact.address);
    await this.#try(this.silc.watch(target, 'background'));
  }

  /** Who is not among those whom the look-up has found had gone before the watch stood. */
  #checked(target: WatchTarget, people: readonly WatchedPerson[]): void {
    for (const person of people) this.#seen(person, undefined);
    for (const contact of this.#listener.contacts()) {
      const watched = this.#targets.get(watchName(contact));
      if (watched === undefined || nameOfTarget(watched) !== nameOfTarget(target)) continue;
      this.#unchecked.delete(contact.address);
      for (const person of [...this.#context.contacts.sightings.of(contact).values()]) {
        if (this.#confirmed.has(person.clientId)) continue;
        // Under another nickname the look-up of a nickname finds nobody.
        if ('publicKey' in target || hasNickname(person, contact.nickname)) {
          this.#listener.missing(contact, person.clientId);
        }
      }
    }
  }

  /** Nobody wants to know any more. @param isOver - the session is, and its watches with it */
  close(isOver: boolean): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#unsubscribe();
    const standing = [...this.#targets.values(), ...this.#ending.values()];
    if (!isOver) for (const target of standing) void this.#try(this.silc.unwatch(target));
    this.#targets.clear();
    this.#ending.clear();
  }

  /** Never rejects. */
  async #try(command: Promise<void>): Promise<void> {
    try {
      await command;
    } catch (error) {
      this.#context.log.debug({ err: error }, 'a contact cannot be watched');
    }
  }

  #onEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'watched-online':
        this.#seen(event.person, undefined);
        return;
      case 'watched-changed':
        this.#seen(event.person, event.previous?.clientId);
        return;
      case 'watch-checked':
        this.#checked(event.target, event.people);
        return;
      case 'watched-offline':
        this.#gone(event.person.clientId, event.cause);
        return;
      case 'member-joined':
        this.#hearsay(event.member.user, undefined);
        return;
      case 'user-resolved':
        this.#hearsay(event.user, undefined);
        return;
      case 'nick-changed':
        if (!event.self) this.#hearsay(event.user, event.oldClientId);
        else this.#notOneself(event.user.clientId);
        return;
      case 'member-left': {
        const { cause, user, self } = event;
        if (!self && HEARSAY_CAUSES.includes(cause.kind)) {
          this.#gone(user.clientId, cause.kind as WatchedOfflineCause);
        }
        return;
      }
      default:
    }
  }

  /** A shared channel shows somebody. */
  #hearsay({ clientId, nickname, mode = 0, fingerprint }: User, previous: ClientId | undefined): void {
    if (nickname === undefined || this.#isOneself(clientId)) return;
    // Who does not want to be watched is not.
    if ((mode & UserMode.rejectWatching) !== 0) return;
    // A channel may have thousands, of whom hardly anybody is a contact.
    if (!this.#isOfInterest(nickname, fingerprint, [clientId, previous])) return;
    const person = { clientId, nickname, mode, fingerprint };
    // As long as no watch tells how it goes on, the look-up has to find who is seen by the way.
    const isUnchecked = this.#listener
      .contacts()
      .some((contact) => this.#unchecked.has(contact.address) && isContact(contact, person));
    this.#seen(person, previous, !isUnchecked);
  }

  #isOfInterest(
    nickname: string,
    fingerprint: string | undefined,
    clients: readonly (ClientId | undefined)[],
  ): boolean {
    if (fingerprint !== undefined && this.#names.has(fingerprint)) return true;
    if (this.#names.has(preparedNickname(nickname) ?? '')) return true;
    const { sightings } = this.#context.contacts;
    const isSighted = (id: ClientId | undefined): boolean =>
      id !== undefined && this.#listener.contacts().some((contact) => sightings.of(contact).has(id));
    return clients.some(isSighted);
  }

  /** Whoever uses the own nickname or key elsewhere may be a contact; this session is none. */
  #isOneself(clientId: ClientId): boolean {
    return clientId === this.silc.self.clientId;
  }

  /** A watch may have told of the new Client ID of this session before the session has heard that it is its own. */
  #notOneself(clientId: ClientId): void {
    for (const contact of this.#listener.contacts()) {
      if (this.#context.contacts.sightings.of(contact).has(clientId)) {
        this.#listener.missing(contact, clientId);
      }
    }
  }

  #seen(person: WatchedPerson, previous: ClientId | undefined, isConfirmed = true): void {
    if (this.#isOneself(person.clientId)) return;
    if (isConfirmed) this.#confirmed.add(person.clientId);
    if (previous !== undefined && previous !== person.clientId) this.#confirmed.delete(previous);
    this.#listener.seen(person, previous);
    for (const contact of this.#listener.contacts()) {
      if (contact.state.publicKey === undefined && isContact(contact, person)) void this.#learn(contact);
    }
  }

  #gone(clientId: ClientId, cause: WatchedOfflineCause): void {
    this.#confirmed.delete(clientId);
    this.#listener.gone(clientId, cause);
  }

  #dropUnconfirmed(): void {
    const { sightings } = this.#context.contacts;
    for (const contact of this.#listener.contacts()) {
      for (const clientId of [...sightings.of(contact).keys()]) {
        if (!this.#confirmed.has(clientId)) this.#listener.missing(contact, clientId);
      }
    }
    this.#listener.settled();
  }

  /** Who is the only one with the nickname of a contact is known by the key from now on. */
  async #learn({ user, address, nickname }: Contact): Promise<void> {
    if ((this.#asked.get(address) ?? -Infinity) > monotonicMs() - LEARN_EACH_MS) return;
    this.#asked.set(address, monotonicMs());
    const { book } = this.#context.contacts;
    try {
      const found = (await this.silc.whois(nickname)).map((result) => result.user);
      const contact = book.get(user, address);
      if (contact === undefined) return;
      const [only, ...others] = found.filter((one) => isContact(contact, one));
      if (
        only?.fingerprint === undefined ||
        others.some(({ fingerprint }) => fingerprint !== only.fingerprint)
      )
        return;
      const name = { user, network: contact.network, contact: nameOf(contact) };
      const verdict = await this.#context.trust.meet(name, only.fingerprint, 'heard');
      // From conversations another one is known, which counts until the user accepts this one.
      if (verdict.kind === 'changed') return;
      const key = await this.silc.getKey(only.clientId);
      if (this.#isClosed || key === undefined) return;
      book.note(user, address, { fingerprint: only.fingerprint, publicKey: toHex(key.encoded) });
      this.update();
    } catch (error) {
      this.#context.log.debug({ err: error }, 'the key of a contact could not be asked for');
    }
  }
}

/** What a contact is watched by: contacts with the same name are watched once. */
const watchName = ({ nickname, state: { publicKey } }: Contact): string => publicKey ?? `nick ${nickname}`;

const nameOfTarget = (target: WatchTarget): string =>
  'publicKey' in target ? toHex(target.publicKey.encoded) : `nick ${target.nickname}`;

const hasNickname = (person: WatchedPerson, prepared: string): boolean =>
  person.nickname !== undefined && preparedNickname(person.nickname) === prepared;

/** Another key under the same name is somebody else, who may be there already. */
const whoIsMeant = (contact: Contact): string => `${watchName(contact)} ${contact.state.fingerprint ?? ''}`;

function targetOf({ nickname, state: { publicKey } }: Contact): WatchTarget {
  try {
    if (publicKey !== undefined) {
      return { publicKey: decodePublicKey(fromHex(publicKey)), knownAs: nickname };
    }
  } catch {
    // Of a kind that an earlier version knew.
  }
  return { nickname };
}
