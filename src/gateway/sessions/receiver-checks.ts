import { errorReply, xml, type Element } from '../../component/stanza.js';
import type { ClientId } from '../../silc/ids.js';
import { UserMode } from '../../silc/modes.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import { Semaphore } from '../../util/semaphore.js';
import type { GatewayContext } from '../context.js';
import type { ChatSession } from './chat-session.js';
import type { OwnClients } from './own-clients.js';
import { text } from '../../text/text.js';

/** After an answer that somebody is there, so long nothing is asked. */
const CHECK_EACH_MS = 30_000;
const MAX_RECEIVERS = 500;
/** Messages to one receiver that no check has followed yet; more are asked about at once. */
const MAX_UNCHECKED = 100;
/** WHOIS of one user at the same time: a silcd holds back what is asked too quickly. */
const AT_ONCE = 2;

const DETACHED = text(({ people }) => people.isDetached);

/** What the checks need of the session of who writes. */
interface CheckingSession {
  readonly context: Pick<GatewayContext, 'send'>;
  readonly network: { readonly ownClients: Pick<OwnClients, 'has'> };
  readonly silc: ChatSession | undefined;
}

interface Receiver {
  /** Messages since the last sign that the receiver is there. */
  unchecked: Element['attrs'][];
  /** When the receiver was there for the last time, as far as is known. */
  thereAt: number;
  isAsking: boolean;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Whether those are there whom a user writes to: a SILC server drops what is for a detached user without a word, and shows the
 * mode in WHOIS only. So WHOIS is asked behind the first message to somebody, and again behind later ones, each 30 s at most and not where
 * an answer of the receiver says more. Who has written to a detached user is told.
 */
export class ReceiverChecks {
  readonly #session: CheckingSession;
  readonly #receivers = new LruMap<ClientId, Receiver>(MAX_RECEIVERS);
  readonly #asking = new Semaphore(AT_ONCE);
  #isClosed = false;

  constructor(session: CheckingSession) {
    this.#session = session;
  }

  /** A message was sent to somebody. @param attrs of its stanza */
  sent(to: ClientId, attrs: Element['attrs']): void {
    if (this.#session.network.ownClients.has(to)) return;
    const receiver = this.#receivers.get(to) ?? {
      ...{ unchecked: [], thereAt: -Infinity, isAsking: false },
      timer: undefined,
    };
    this.#receivers.set(to, receiver);
    receiver.unchecked.push(attrs);
    this.#plan(to, receiver);
  }

  /** Somebody has written: whatever was sent before has found its receiver there. */
  heardFrom(clientId: ClientId): void {
    const receiver = this.#receivers.get(clientId);
    if (receiver === undefined) return;
    clearTimeout(receiver.timer);
    receiver.timer = undefined;
    receiver.unchecked = [];
    receiver.thereAt = monotonicMs();
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#receivers.values()) clearTimeout(timer);
    this.#receivers.clear();
  }

  #plan(to: ClientId, receiver: Receiver): void {
    if (receiver.isAsking || this.#isClosed || receiver.unchecked.length === 0) return;
    const waitMs = receiver.thereAt + CHECK_EACH_MS - monotonicMs();
    if (waitMs <= 0 || receiver.unchecked.length >= MAX_UNCHECKED) void this.#check(to, receiver);
    else {
      receiver.timer ??= setTimeout(() => void this.#check(to, receiver), waitMs);
      receiver.timer.unref();
    }
  }

  async #check(to: ClientId, receiver: Receiver): Promise<void> {
    clearTimeout(receiver.timer);
    receiver.timer = undefined;
    receiver.isAsking = true;
    const release = await this.#asking.acquire();
    // The answer is behind these.
    const asked = receiver.unchecked;
    receiver.unchecked = [];
    try {
      const found = await this.#session.silc?.whoisById(to);
      const isDetached = ((found?.user.mode ?? 0) & UserMode.detached) !== 0;
      if (isDetached) for (const attrs of asked) this.#tell(attrs);
      receiver.thereAt = isDetached ? -Infinity : monotonicMs();
    } catch {
      // The link is lost, which is told as such, or the server does not say: no more is known than before.
      receiver.thereAt = monotonicMs();
    } finally {
      release();
      receiver.isAsking = false;
      this.#plan(to, receiver);
    }
  }

  #tell(attrs: Element['attrs']): void {
    this.#session.context.send(errorReply(xml('message', attrs), 'wait', 'recipient-unavailable', DETACHED));
  }
}
