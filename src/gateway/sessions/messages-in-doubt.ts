import { errorReply, xml, type Element } from '../../component/stanza.js';
import type { SentMessage } from '../../silc/client/types.js';
import type { GatewayContext } from '../context.js';
import type { ChatSession } from './chat-session.js';
import { Shares } from '../../util/shares.js';
import type { AnyText } from '../../text/text.js';

/** Messages of one session that the server is not known to have read, at most. */
const MAX_IN_DOUBT = 4_096;
/** So long after a link was lost the copies of other sessions may still come that prove a line, in milliseconds. */
const SETTLE_MS = 3_000;

/** A message of a local user. */
export interface HandedMessage {
  /** Of the stanza that it came in: who is to be told. */
  readonly attrs: Element['attrs'];
  /** What its author is told where it may be lost. */
  readonly text: AnyText;
  /** Whether somebody is known to have got it. */
  readonly hasArrived: () => boolean;
}

interface InDoubt extends HandedMessage {
  readonly number: number;
  isWithdrawn: boolean;
}

/**
 * Messages that a session has handed to its link and that the server is not known to have read. When the link is lost, each of
 * them has arrived or has not: they are not sent again, since then some would come twice; their authors are told, except of those
 * that somebody else's session has got a copy of.
 */
export class MessagesInDoubt {
  readonly #context: Pick<GatewayContext, 'send' | 'metrics'>;
  #open: InDoubt[] = [];
  #link: Pick<ChatSession, 'messagesRead'> | undefined;
  /** Of links that are lost. */
  #lost: InDoubt[] = [];
  /** Of links that were lost a while ago, and how many of them were settled. */
  #due: InDoubt[] = [];
  #told = 0;
  readonly #shares = new Shares();
  #timer: NodeJS.Timeout | undefined;

  constructor(context: Pick<GatewayContext, 'send' | 'metrics'>) {
    this.#context = context;
  }

  /** No more is to be sent until the server has read something. */
  get isFull(): boolean {
    this.#forgetRead();
    return this.#open.length >= MAX_IN_DOUBT;
  }

  /** A message goes to the link. @returns to be called where it turns out that it did not */
  handed(
    link: Pick<ChatSession, 'messagesRead'>,
    { number }: SentMessage,
    message: HandedMessage,
  ): () => void {
    this.#link = link;
    this.#forgetRead();
    const entry = { ...message, number, isWithdrawn: false };
    this.#open.push(entry);
    return () => void (entry.isWithdrawn = true);
  }

  /** The link is lost. Authors are told when it is clear that no copies come any more. */
  linkLost(): void {
    this.#forgetRead();
    this.#lost.push(...this.#open);
    this.#open = [];
    this.#link = undefined;
    if (this.#lost.length > 0) this.#timer ??= setTimeout(() => void this.#settle(), SETTLE_MS);
  }

  /** The session is over: now or never. */
  close(): void {
    this.linkLost();
    this.#takeLost();
    while (this.#tellNext());
  }

  /** In shares: a link may be lost with thousands of them, and the others have their turn in between. */
  async #settle(): Promise<void> {
    this.#takeLost();
    do await this.#shares.pause();
    while (this.#tellNext());
  }

  /** No copies of them come any more. */
  #takeLost(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due.push(...this.#lost.splice(0));
  }

  /** @returns whether there was one */
  #tellNext(): boolean {
    const next = this.#due[this.#told];
    if (next === undefined) {
      this.#due = [];
      this.#told = 0;
      return false;
    }
    this.#told++;
    const { attrs, text, hasArrived, isWithdrawn } = next;
    if (isWithdrawn || hasArrived()) return true;
    this.#context.metrics.increment('messages_in_doubt');
    this.#context.send(errorReply(xml('message', attrs), 'wait', 'remote-server-timeout', text));
    return true;
  }

  /** Those that the server has read are none of our business any more. */
  #forgetRead(): void {
    const read = this.#link?.messagesRead ?? 0;
    if ((this.#open[0]?.number ?? Infinity) > read) return;
    this.#open = this.#open.filter(({ number }) => number > read);
  }
}
