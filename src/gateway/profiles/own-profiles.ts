import { type BareJid, type Jid, tryParseJid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import { NS_VCARD_UPDATE } from '../../mapping/contact-presence.js';
import { attributesOf, type OwnProfile, readMood } from '../../mapping/profile/own-attributes.js';
import { NS_AVATAR_METADATA, NS_MOOD, type Shared, type ToldNode } from '../../mapping/profile/pep.js';
import { readGeoloc } from '../../mapping/profile/place.js';
import { SilcError } from '../../silc/errors.js';
import { AttributeType } from '../../silc/packets/attributes.js';
import { tagOf } from '../../text/language-codes.js';
import { LruMap } from '../../util/lru-map.js';
import { Semaphore } from '../../util/semaphore.js';
import type { OnlineClients } from '../contacts/online-clients.js';
import type { GatewayContext } from '../context.js';
import { reportInternalError } from '../failures.js';
import type { ChatSession } from '../sessions/chat-session.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { UserSession } from '../sessions/user-session.js';
import { LargePictures } from './large-pictures.js';
import type { ProfileSource } from './profile-source.js';

/** What comes together is fetched together. */
const SETTLE_MS = 1_000;
/** Servers tell of changes only who is in the list of the user, and not of all: they are asked so often. */
const REFRESH_MS = 900_000;
/** Users whose data are fetched at the same time. */
const MAX_FETCHING = 10;
/** Users whose language and picture are remembered from their presence. */
const MAX_HEARD = 10_000;

interface Own {
  profile: OwnProfile;
  /** What the server has told since it was asked last. */
  newer: OwnProfile;
  timer: NodeJS.Timeout | undefined;
}

interface Heard {
  readonly language: string | undefined;
  /** Hash of the picture. */
  readonly photo: string | undefined;
}

export interface OwnProfileParts {
  readonly context: GatewayContext;
  readonly sessions: SessionRegistry;
  readonly online: Pick<OnlineClients, 'availabilityOf'>;
  readonly source: ProfileSource;
}

/**
 * What users let SILC users know of them, by the settings `share-profile` and `share-location`: it becomes the attributes of their
 * sessions, which the engine signs and answers to whoever asks. Without the settings nothing is fetched, and nothing told.
 */
export class OwnProfiles {
  readonly #parts: OwnProfileParts;
  /** Those who share something and have a session. */
  readonly #own = new Map<BareJid, Own>();
  readonly #heard = new LruMap<BareJid, Heard>(MAX_HEARD);
  readonly #fetching = new Semaphore(MAX_FETCHING);
  /** Sessions that were given attributes. */
  readonly #told = new WeakSet<ChatSession>();
  readonly #large: LargePictures;
  #refreshTimer: NodeJS.Timeout | undefined;

  constructor(parts: OwnProfileParts) {
    this.#parts = parts;
    this.#large = new LargePictures(parts.context);
  }

  /** @param onChanged - a user may share more or less than before */
  start(onChanged: (user: BareJid) => void): void {
    const { context } = this.#parts;
    context.connected.subscribe(({ session: { user } }) => this.#wanted(user));
    context.preferences.onChanged = (user) => {
      this.#wanted(user as BareJid);
      onChanged(user as BareJid);
    };
    this.#refreshTimer = setInterval(() => {
      for (const user of this.#own.keys()) this.#wanted(user);
    }, REFRESH_MS);
    this.#refreshTimer.unref();
  }

  stop(): void {
    clearInterval(this.#refreshTimer);
    for (const { timer } of this.#own.values()) clearTimeout(timer);
    this.#own.clear();
  }

  /** A client of a user shows itself: it may name another language or picture than before. */
  heard({ bare }: Jid, presence: Element, lang: string): void {
    const photo = presence.getChild('x', NS_VCARD_UPDATE)?.getChildText('photo')?.slice(0, 40);
    const before = this.#heard.get(bare);
    const now = { language: tagOf(lang) ?? before?.language, photo: photo ?? before?.photo };
    if (before?.language === now.language && before?.photo === now.photo) return;
    this.#heard.set(bare, now);
    if (this.#own.has(bare)) this.#wanted(bare);
  }

  /** What a user says to be doing is another thing than before. */
  statusChanged(user: BareJid): void {
    if (this.#own.has(user)) this.#tell(user);
  }

  /** The server of a user tells what a node holds now. */
  told(user: BareJid, node: ToldNode, content: Element | undefined): void {
    const own = this.#own.get(user);
    if (own === undefined) return;
    if (node === NS_AVATAR_METADATA) {
      // The picture itself is at another node.
      this.#wanted(user);
      return;
    }
    const news: OwnProfile =
      node === NS_MOOD ? { mood: content && readMood(content) } : { place: content && readGeoloc(content) };
    own.newer = { ...own.newer, ...news };
    own.profile = { ...own.profile, ...news };
    this.#tell(user);
  }

  /** What a user lets SILC users know. */
  sharedBy(user: BareJid): Shared {
    const { preferences } = this.#parts.context;
    return {
      isProfile: preferences.get(user, 'share-profile'),
      isPlace: preferences.get(user, 'share-location'),
    };
  }

  #sessionsOf(user: BareJid): readonly UserSession[] {
    const jid = tryParseJid(user);
    return jid === undefined ? [] : [...this.#parts.sessions.sessionsOf(jid)];
  }

  #wanted(user: BareJid): void {
    const { isProfile, isPlace } = this.sharedBy(user);
    const isConnected = this.#sessionsOf(user).some(({ silc }) => silc !== undefined);
    if ((!isProfile && !isPlace) || !isConnected) {
      this.#forget(user);
      return;
    }
    const own = this.#own.get(user) ?? { profile: {}, newer: {}, timer: undefined };
    this.#own.set(user, own);
    // A new session is told what is known, and then what is new.
    this.#tell(user);
    if (own.timer !== undefined) return;
    own.timer = setTimeout(() => {
      own.timer = undefined;
      this.#fetching
        .run(() => this.#fetch(user, own))
        .catch((error: unknown) => {
          reportInternalError(this.#parts.context, error, 'the profile of a user was not read', { user });
        });
    }, SETTLE_MS);
    own.timer.unref();
  }

  #forget(user: BareJid): void {
    const own = this.#own.get(user);
    clearTimeout(own?.timer);
    this.#own.delete(user);
    for (const { silc } of this.#sessionsOf(user)) {
      if (silc !== undefined && this.#told.delete(silc)) silc.setAttributes(undefined);
    }
  }

  async #fetch(user: BareJid, own: Own): Promise<void> {
    const jid = tryParseJid(user);
    if (jid === undefined || this.#own.get(user) !== own) return;
    own.newer = {};
    const profile = await this.#parts.source.fetch(jid, this.sharedBy(user));
    // The user may have changed the mind meanwhile.
    if (this.#own.get(user) !== own) return;
    own.profile = { ...profile, ...own.newer };
    if (this.sharedBy(user).isProfile) this.#large.seen(user, profile.tooLarge);
    this.#tell(user);
  }

  #tell(user: BareJid): void {
    const own = this.#own.get(user);
    if (own === undefined) return;
    const shared = this.sharedBy(user);
    const profile = this.#allowed(user, own.profile, shared);
    for (const session of this.#sessionsOf(user)) {
      const { silc } = session;
      if (silc === undefined) continue;
      this.#told.add(silc);
      this.#set(silc, profile, session.nickname);
    }
  }

  /** Only what the settings allow now, whatever was fetched before. */
  #allowed(user: BareJid, fetched: OwnProfile, { isProfile, isPlace }: Shared): OwnProfile {
    const place = isPlace ? fetched.place : undefined;
    if (!isProfile) return { place };
    const { context, online } = this.#parts;
    const chosen = context.preferences.get(user, 'language');
    const language = chosen === '' ? this.#heard.peek(user)?.language : chosen;
    const available = online.availabilityOf(user) ?? this.#availabilityInRooms(user);
    const status = available?.payload.find((part) => part.is('status'))?.getText();
    return { ...fetched, place, language, status };
  }

  #availabilityInRooms(user: BareJid): ReturnType<OnlineClients['availabilityOf']> {
    const rooms = this.#sessionsOf(user).flatMap(({ rooms: all }) => [...all.values()]);
    return rooms.map(({ self }) => self?.availability).find((availability) => availability !== undefined);
  }

  #set(silc: ChatSession, profile: OwnProfile, nickname: string): void {
    const attributes = attributesOf(profile, nickname);
    try {
      silc.setAttributes(attributes);
    } catch (error) {
      if (!(error instanceof SilcError)) throw error;
      // What is too much together goes without the picture.
      this.#parts.context.log.debug({ err: error }, 'attributes of a user are too long');
      silc.setAttributes(attributes.filter(({ type }) => type !== AttributeType.userIcon));
    }
  }
}
