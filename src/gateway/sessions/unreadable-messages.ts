import { undecryptablePayload } from '../../mapping/undecryptable.js';
import type { User } from '../../silc/client/types.js';
import { silcWords } from '../../text/silc.js';
import { LruMap } from '../../util/lru-map.js';
import { type Rate, TokenBucket } from '../../util/token-bucket.js';
import type { ChatSession } from './chat-session.js';

/** Answers to one sender: whoever cannot be read for long is not told with each message. */
const RATE: Rate = { burst: 3, perSecond: 1 / 60 };
const MAX_SENDERS = 100;

/** Private messages that came under keys which are not at hand: what they said is lost, and both sides are told. */
export class UnreadableMessages {
  readonly #session: { readonly silc: Pick<ChatSession, 'tell'> | undefined };
  readonly #show: (sender: User, payload: typeof undecryptablePayload) => void;
  readonly #answers = new LruMap<string, TokenBucket>(MAX_SENDERS);

  constructor(
    session: { readonly silc: Pick<ChatSession, 'tell'> | undefined },
    show: (sender: User, payload: typeof undecryptablePayload) => void,
  ) {
    this.#session = session;
    this.#show = show;
  }

  received(sender: User): void {
    this.#show(sender, undecryptablePayload);
    const key = sender.clientId;
    const bucket = this.#answers.get(key) ?? new TokenBucket(RATE);
    this.#answers.set(key, bucket);
    if (!bucket.take()) return;
    // It waits for the keys that the engine negotiates now; where there will be none it goes without.
    this.#session.silc?.tell(sender.clientId, silcWords.unreadable, { noReply: true }).catch(() => undefined);
  }
}
