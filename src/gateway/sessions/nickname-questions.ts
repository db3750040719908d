import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { WhoisResult } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import { FairQueue, type Owner } from '../../util/fair-queue.js';
import { abortable, withDeadline } from '../../util/race.js';
import { text } from '../../text/text.js';
import type { UnknownNicknames } from './unknown-nicknames.js';

/** Questions that the server is asked at the same time. It holds each back for up to two seconds, all of them together. */
const RUNNING = 20;
/** Questions of one account that are under way or wait: the session that is asked serves everybody else, too. */
const PER_ACCOUNT = 5;
const TOTAL = 2_000;
/** A server gives up after 12 s to ask others. */
const LIMIT_MS = 20_000;

/** Who a question is counted for: accounts take turns, and before them domains. */
export const askerOf = (user: Jid): Owner => ({ group: user.domain, name: user.bare });

export const tooManyQuestions = (): StanzaError =>
  new StanzaError(
    'wait',
    'resource-constraint',
    text(({ people }) => people.tooManyQuestions),
  );

/** "Who has this nickname", of all users to one session: in turn, and each question once for all who ask at the same time. */
export class NicknameQuestions {
  readonly #ask: (nickname: string) => Promise<readonly WhoisResult[]>;
  readonly #queue = new FairQueue({
    ...{ running: RUNNING, perOwner: PER_ACCOUNT, total: TOTAL },
    full: tooManyQuestions,
  });
  readonly #running = new Map<string, Promise<readonly WhoisResult[]>>();
  readonly #unknown: UnknownNicknames;

  /** @param ask - asks the server */
  constructor(ask: (nickname: string) => Promise<readonly WhoisResult[]>, unknown: UnknownNicknames) {
    this.#ask = ask;
    this.#unknown = unknown;
  }

  /** @param nickname - prepared @throws StanzaError wait/resource-constraint; what `ask` throws; the signal's reason */
  async holders(asker: Jid, nickname: string, signal: AbortSignal): Promise<readonly WhoisResult[]> {
    if (this.#unknown.has(nickname)) return [];
    const { answer } = await this.#queue.run(
      askerOf(asker),
      async () => {
        // Whoever waits for the answer to another one's question takes nobody's turn.
        const running = this.#running.get(nickname);
        if (running !== undefined) return { answer: running };
        const results = this.#unknown.has(nickname) ? [] : await this.#asked(nickname);
        return { answer: Promise.resolve(results) };
      },
      signal,
    );
    return abortable(answer, signal);
  }

  async #asked(nickname: string): Promise<readonly WhoisResult[]> {
    const late = (): SilcError => new SilcError('timeout', 'WHOIS was not answered in time');
    const asking = this.#unknown.ask(nickname, () => withDeadline(this.#ask(nickname), LIMIT_MS, late));
    this.#running.set(nickname, asking);
    try {
      return await asking;
    } finally {
      this.#running.delete(nickname);
    }
  }
}
