import type { ClientId } from '../../ids.js';
import { MessageFlag } from '../../messages/index.js';
import { MAX_TEXT, checkLength } from '../limits.js';
import type { MessageOptions, SentMessage } from '../api/messages.js';
import type { AutoReplier } from '../ports.js';
import type { UserRecord } from '../people/users.js';
import { type Clock, monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';

/** Nobody gets the answer again before this: somebody who writes ten lines is told once. */
const INTERVAL_MS = 600_000;
const MAX_ANSWERED = 1_024;

const UNANSWERED =
  MessageFlag.autoreply | MessageFlag.noreply | MessageFlag.request | MessageFlag.reply | MessageFlag.stop;

type Tell = (user: ClientId, text: string, options: MessageOptions) => Promise<SentMessage>;

/**
 * Answers private messages while nobody is there. Two that answer each other would do so for ever: answers are marked,
 * and marked messages, and those that ask for none, are not answered.
 */
export class AutoReply implements AutoReplier {
  readonly #tell: Tell;
  readonly #now: Clock;
  readonly #answered = new LruMap<UserRecord, number>(MAX_ANSWERED);
  #text: string | undefined;

  constructor(tell: Tell, now: Clock = monotonicMs) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Undefined or empty: no answers. @throws SilcError `limit` */
  set(text: string | undefined): void {
    checkLength(text ?? '', MAX_TEXT, 'automatic reply');
    this.#text = text === '' ? undefined : text;
    this.#answered.clear();
  }

  /** A private message with these flags has come. Programs that talk with each other are left alone. */
  consider(sender: UserRecord, flags: number): void {
    const text = this.#text;
    if (text === undefined || (flags & UNANSWERED) !== 0) return;
    const now = this.#now();
    if (now - (this.#answered.peek(sender) ?? -Infinity) < INTERVAL_MS) return;
    this.#answered.set(sender, now);
    // What cannot be sent is told by nobody's waiting for it; the session goes on or has ended.
    this.#tell(sender.clientId, text, { autoReply: true }).catch(() => undefined);
  }
}
