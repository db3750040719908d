import type { ClientId } from '../../silc/ids.js';
import type { ChatSession } from '../sessions/chat-session.js';
import type { ContactProfiles, ProfileListener } from './contact-profiles.js';

/** A client that has just come may not have said yet what it tells. */
const FIRST_MS = 2_000;
/** Between two questions of one session: each holds back the commands that follow it. */
const PACE_MS = 10_000;
/** SILC tells nobody of new attributes: they are asked for so often. */
const REFRESH_MS = 600_000;
/** A mode that has changed may have come with another status. */
const CHANGED_MS = 15_000;

/** Whose contacts they are. */
export interface RoundsListener extends ProfileListener {
  /** The contacts who are there. */
  people(): Iterable<ClientId>;
}

/** Asks for what the contacts of one user tell of themselves, one after the other, and again from time to time. */
export class ProfileRounds {
  readonly #silc: ChatSession;
  readonly #network: string;
  readonly #profiles: ContactProfiles;
  readonly #listener: RoundsListener;
  /** Those whose changes are heard of. */
  readonly #heard = new Set<ClientId>();
  readonly #waiting = new Set<ClientId>();
  #timer: NodeJS.Timeout | undefined;
  readonly #refreshTimer: NodeJS.Timeout;
  #isClosed = false;

  constructor(silc: ChatSession, network: string, profiles: ContactProfiles, listener: RoundsListener) {
    this.#silc = silc;
    this.#network = network;
    this.#profiles = profiles;
    this.#listener = listener;
    this.#refreshTimer = setInterval(() => this.#refresh(), REFRESH_MS / 4);
    this.#refreshTimer.unref();
    for (const clientId of listener.people()) this.#enqueue(clientId, REFRESH_MS);
  }

  /** A contact has come, or has changed. @param previous - the Client ID before, of the same key */
  seen(clientId: ClientId, previous: ClientId | undefined): void {
    if (previous !== undefined && previous !== clientId) {
      this.#profiles.moved(this.#network, previous, clientId);
      this.#unlisten(previous);
    }
    this.#enqueue(clientId, CHANGED_MS);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#refreshTimer);
    this.#waiting.clear();
    for (const clientId of this.#heard) this.#unlisten(clientId);
  }

  #unlisten(clientId: ClientId): void {
    if (this.#heard.delete(clientId)) {
      this.#profiles.unlisten({ network: this.#network, clientId }, this.#listener);
    }
  }

  #refresh(): void {
    const there = new Set(this.#listener.people());
    for (const clientId of this.#heard) if (!there.has(clientId)) this.#unlisten(clientId);
    for (const clientId of there) this.#enqueue(clientId, REFRESH_MS);
  }

  #enqueue(clientId: ClientId, maxAgeMs: number): void {
    if (this.#isClosed) return;
    const somebody = { network: this.#network, clientId };
    this.#heard.add(clientId);
    this.#profiles.listen(somebody, this.#listener);
    if (this.#profiles.ageMs(somebody) < maxAgeMs) return;
    this.#waiting.add(clientId);
    if (this.#timer === undefined) this.#schedule(FIRST_MS);
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#next(), ms);
    this.#timer.unref();
  }

  async #next(): Promise<void> {
    const there = new Set(this.#listener.people());
    for (const clientId of this.#waiting) {
      this.#waiting.delete(clientId);
      const somebody = { network: this.#network, clientId };
      // Another session may have asked meanwhile.
      if (!there.has(clientId) || this.#profiles.ageMs(somebody) < CHANGED_MS) continue;
      await this.#profiles.ask(this.#silc, somebody, 'background');
      if (!this.#isClosed) this.#schedule(PACE_MS);
      return;
    }
    this.#timer = undefined;
  }
}
