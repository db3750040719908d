import { randomUUID } from 'node:crypto';
import { tryParseJid } from '../../component/jid.js';
import type { Loss } from '../../component/types.js';
import { lostNotice, missedNotice } from '../../mapping/gap.js';
import { LruMap } from '../../util/lru-map.js';
import type { GatewayContext } from '../context.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { isMissed } from './missed.js';

/** How long a loss while the link is up may go untold: the queue to the Jabber server is full at that moment. */
const PAUSE_MS = 5_000;
const MAX_USERS = 10_000;
/** Senders whose messages are counted one by one, of one user. */
const MAX_SENDERS = 10;

/** A break of the link. */
export interface Break {
  readonly since: Date;
  readonly until: Date;
}

/**
 * Private messages that did not reach their user, or may not have: they are not sent again, since nobody wants to read
 * them twice. The user is told whose they were.
 */
export class MissedMessages {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #isOnline: () => boolean;
  /** Bare JID → sender → messages. */
  readonly #missed = new LruMap<string, Map<string, number>>(MAX_USERS);
  #timer: NodeJS.Timeout | undefined;

  constructor(context: GatewayContext, sessions: SessionRegistry, isOnline: () => boolean) {
    this.#context = context;
    this.#sessions = sessions;
    this.#isOnline = isOnline;
  }

  /** A stanza was not sent, or nobody knows; it is none of a room that the client is in. */
  note(loss: Loss): void {
    const { name, from, to, type } = loss;
    if (!isMissed(loss) || name !== 'message' || type === 'error' || type === 'groupchat') return;
    const user = tryParseJid(to)?.bare;
    if (user === undefined) return;
    const senders = this.#missed.get(user) ?? new Map<string, number>();
    const key = senders.has(from) || senders.size < MAX_SENDERS ? from : '';
    senders.set(key, (senders.get(key) ?? 0) + 1);
    this.#missed.set(user, senders);
    if (this.#isOnline()) this.#timer ??= setTimeout(() => this.tellAll(), PAUSE_MS);
  }

  /** Tells all of them. */
  tellAll(): void {
    this.stop();
    const missed = [...this.#missed];
    for (const [user, senders] of missed) {
      this.#missed.delete(user);
      this.#context.send(missedNotice(this.#context.domain, user, randomUUID(), senders));
    }
  }

  /** Tells whoever writes to SILC users these days of a break in which messages of users may have been lost. */
  tellWriters({ since, until }: Break): void {
    const users = new Set<string>();
    for (const session of this.#sessions.all()) if (session.isUsedDirectly) users.add(session.user);
    for (const user of users) {
      this.#context.send(lostNotice(this.#context.domain, user, randomUUID(), since, until));
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
