import { randomUUID } from 'node:crypto';
import type { BareJid, Jid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import {
  decodeWaiting,
  delayedMessage,
  encodeWaiting,
  fullPayload,
  type WaitingMessage,
} from '../../mapping/waiting-message.js';
import type { WaitingRepository } from '../../store/always-on-types.js';
import type { Language } from '../../text/catalogue.js';
import { SerialQueue } from '../../util/serial-queue.js';
import type { Log } from '../log-types.js';
import { SentMessages } from './sent-messages.js';

/** Messages that wait for one user. */
const MAX_WAITING = 100;
/** Longest text of one that is kept, octets. */
const MAX_OCTETS = 128 << 10;
/** Messages that wait for the store. */
const MAX_WRITES = 1_000;

export interface WaitingOptions {
  readonly repository: WaitingRepository;
  readonly domain: string;
  /** So long they wait. */
  readonly days: () => number;
  readonly log: Log;
  /** In which a user reads. */
  readonly language: (user: BareJid) => Language;
  readonly send: (stanza: Element) => void;
}

/**
 * Messages for users who have no client online: what a server of a user gives back, and what concerns the user in rooms. Kept
 * until the next client of the user is seen, which gets them with the times at which they came.
 */
export class WaitingMessages {
  readonly #options: WaitingOptions;
  /** What was sent to users lately: a message that comes back has no text. */
  readonly #sent = new SentMessages();
  /** For whom something waits. */
  readonly #users = new Set<BareJid>();
  readonly #work = new SerialQueue(MAX_WRITES);

  constructor(options: WaitingOptions) {
    this.#options = options;
  }

  /** @throws StoreError */
  async load(): Promise<void> {
    const { repository, days } = this.#options;
    await repository.expire(new Date(Date.now() - days() * 86_400_000));
    for (const user of await repository.users()) this.#users.add(user as BareJid);
  }

  /** A private message has gone to so many addresses of a user. */
  sent(user: BareJid, message: WaitingMessage, addressees = 1): void {
    this.#sent.add(user, message, addressees);
  }

  /** A message comes back from an address of a user. @returns whether it is one of these, and nobody has it */
  returned(from: Jid, id: string | undefined): boolean {
    const message = id === undefined ? undefined : this.#sent.take(from.bare, id);
    if (message === undefined) return false;
    this.keep(from.bare, message);
    return true;
  }

  keep(user: BareJid, message: WaitingMessage, at = new Date()): void {
    const { repository, log, language } = this.#options;
    // The store keeps words: those of the language that the user has read last.
    const payload = message.payload.map((part) => part.inLanguage(language(user)));
    const content = encodeWaiting({ ...message, payload });
    if (content.length > MAX_OCTETS) {
      log.warn({ user }, 'a message is too long to wait for its user');
      return;
    }
    this.#work
      .run(async () => {
        await repository.add(user, at, content, MAX_WAITING);
        this.#users.add(user);
      })
      .catch((error: unknown) => log.error({ user, err: error }, 'a message for a user could not be kept'));
  }

  /** A client of a user is there: it gets what has waited. */
  deliver(client: Jid): void {
    if (client.resource === '') return;
    const { repository, domain, log, send } = this.#options;
    this.#work
      .run(async () => {
        if (!this.#users.delete(client.bare)) return;
        const waiting = await repository.of(client.bare);
        for (const { at, content } of waiting) {
          const message = decodeWaiting(content);
          if (message === undefined) continue;
          send(delayedMessage(message, client.full, domain, at));
          // It may come back once more.
          this.#sent.add(client.bare, message, 1);
        }
        if (waiting.length >= MAX_WAITING) {
          const notice = { from: domain, id: randomUUID(), payload: fullPayload(MAX_WAITING) };
          send(delayedMessage(notice, client.full, domain, new Date()));
        }
        await repository.remove(
          client.bare,
          waiting.map(({ id }) => id),
        );
      })
      .catch((error: unknown) => {
        this.#users.add(client.bare);
        log.error({ user: client.bare, err: error }, 'what waits for a user could not be delivered');
      });
  }

  /** Resolves when everything so far is written and sent. */
  async flush(): Promise<void> {
    await this.#work.run(() => undefined).catch(() => undefined);
  }
}
