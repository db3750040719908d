import { setImmediate } from 'node:timers/promises';
import { constantTimeEqual } from '../../bytes.js';
import { ACKNOWLEDGEMENT } from '../../messages/index.js';
import type { SessionContext } from '../context.js';
import type { SentMessage, UnacknowledgedReason } from '../api/messages.js';
import type { AcknowledgementTracker, AskedMessage } from '../ports.js';
import { sendToUser } from './outgoing.js';
import type { UserRecord } from '../people/users.js';

/** Messages whose acknowledgement is awaited; the oldest one is given up for one more. */
const MAX_AWAITED = 256;

interface Awaited {
  readonly asked: AskedMessage;
  readonly sent: Promise<SentMessage>;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * Acknowledgements of private messages, in both directions: answers those who ask, and tells the application which of
 * its own messages were acknowledged, and which were not.
 */
export class Acknowledgements implements AcknowledgementTracker {
  readonly #context: SessionContext;
  readonly #answers: boolean | 'by-application';
  /** Oldest first. */
  readonly #awaited = new Set<Awaited>();

  /** @param answers whether messages of others are acknowledged */
  constructor(context: SessionContext, answers: boolean | 'by-application') {
    this.#context = context;
    this.#answers = answers;
  }

  /** Messages whose acknowledgement is awaited. */
  get size(): number {
    return this.#awaited.size;
  }

  /**
   * A message that asks for it was opened: `data` is its acknowledgement. Goes under the same keys, once.
   * @returns what sends it, where the application decides when
   */
  answer(sender: UserRecord, data: Uint8Array): (() => void) | undefined {
    if (this.#answers === false) return undefined;
    let isSent = false;
    const send = (): void => {
      if (isSent || !this.#context.answerLimit.take(sender)) return;
      isSent = true;
      // Whoever asked learns nothing then, and will see it by the missing answer.
      sendToUser(this.#context, sender.clientId, { flags: ACKNOWLEDGEMENT, data }).catch(() => undefined);
    };
    if (this.#answers === 'by-application') return send;
    send();
    return undefined;
  }

  /** An acknowledgement has come; one that nobody waits for is dropped. */
  receive(sender: UserRecord, data: Uint8Array): void {
    for (const awaited of this.#awaited) {
      const { receiver, acknowledgement } = awaited.asked;
      if (receiver !== sender || acknowledgement === undefined) continue;
      if (!constantTimeEqual(acknowledgement, data)) continue;
      this.#end(awaited, undefined);
      return;
    }
  }

  /** Waits for the acknowledgement of a message; one that cannot be sent is forgotten. */
  expect(asked: AskedMessage, sent: Promise<SentMessage>): void {
    if (asked.acknowledgement === undefined) {
      this.#tell({ asked, sent, timer: undefined }, 'no-key');
      return;
    }
    const timer = setTimeout(() => this.#end(awaited, 'timeout'), asked.timeoutMs);
    timer.unref();
    const awaited: Awaited = { asked, sent, timer };
    this.#awaited.add(awaited);
    sent.catch(() => this.#forget(awaited));
    const [oldest] = this.#awaited;
    if (this.#awaited.size > MAX_AWAITED && oldest !== undefined) this.#end(oldest, 'overflow');
  }

  /** Nothing more is awaited. */
  close(): void {
    for (const awaited of [...this.#awaited]) this.#forget(awaited);
  }

  #forget(awaited: Awaited): void {
    clearTimeout(awaited.timer);
    this.#awaited.delete(awaited);
  }

  #end(awaited: Awaited, reason: UnacknowledgedReason | undefined): void {
    this.#forget(awaited);
    this.#tell(awaited, reason);
  }

  /** Not before the application knows the message: whoever has sent it is called first. */
  #tell({ asked, sent }: Awaited, reason: UnacknowledgedReason | undefined): void {
    const { receiver: user } = asked;
    const known = sent.then(async ({ digest }) => {
      await setImmediate();
      this.#context.post(
        [user],
        reason === undefined
          ? { type: 'acknowledged', user, digest }
          : { type: 'unacknowledged', user, digest, reason },
      );
    });
    // What was not sent is told by the call that should have.
    known.catch(() => undefined);
  }
}
