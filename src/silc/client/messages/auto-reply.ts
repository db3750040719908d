import type { ClientId } from '../../ids.js';
import { MessageFlag } from '../../messages/index.js';
import { MAX_TEXT, checkLength } from '../limits.js';
import type { MessageOptions, SentMessage } from '../api/messages.js';
import { trim } from '../people/users.js';
import type { UserRecord } from '../people/users.js';

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
export class AutoReply {
  readonly #tell: Tell;
  readonly #now: () => number;
  readonly #answered = new Map<UserRecord, number>();
  #text: string | undefined;

  /** @param now clock in milliseconds */
  constructor(tell: Tell, now: () => number = Date.now) {
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
    if (now - (this.#answered.get(sender) ?? -INTERVAL_MS) < INTERVAL_MS) return;
    this.#answered.delete(sender);
    this.#answered.set(sender, now);
    trim(this.#answered, MAX_ANSWERED);
    // What cannot be sent is told by nobody's waiting for it; the session goes on or has ended.
    this.#tell(sender.clientId, text, { autoReply: true }).catch(() => undefined);
  }
}
