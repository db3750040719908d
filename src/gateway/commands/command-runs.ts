import { randomUUID } from 'node:crypto';
import { StanzaError } from '../../component/stanza.js';
import { commandError } from '../../mapping/ad-hoc.js';
import { monotonicMs } from '../../util/clock.js';
import { type Command, type CommandCall, type FormStep, nodeOf } from './command.js';
import { text } from '../../text/text.js';

/** A command that waits for its form longer than this is over. */
const LIFETIME_MS = 15 * 60_000;
/** Commands under way: of one client, and of all. */
const [MAX_RUNS_PER_CLIENT, MAX_RUNS] = [10, 5_000];

/** A command that waits for its form. */
export interface CommandRun {
  readonly id: string;
  readonly command: Command;
  /** Its forms so far; the last one is waited for. */
  readonly steps: readonly FormStep[];
}

interface Entry extends CommandRun {
  /** Full JID of the client that began it, and the address it was begun at: nobody else's run it is. */
  readonly client: string;
  readonly at: string;
  readonly until: number;
}

/** The commands under way. What a client may send next is only what its last step has offered. */
export class CommandRuns {
  readonly #runs = new Map<string, Entry>();

  newId(): string {
    return randomUUID();
  }

  /** @param id - of the step before, if there was one. @throws StanzaError wait/resource-constraint */
  add(
    command: Command,
    steps: readonly FormStep[],
    { from, to }: CommandCall,
    id = this.newId(),
  ): CommandRun {
    this.#expire();
    const own = [...this.#runs.values()].filter(({ client }) => client === from.full);
    if (own.length >= MAX_RUNS_PER_CLIENT) this.#runs.delete(own[0]?.id ?? '');
    if (this.#runs.size >= MAX_RUNS) {
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ commands }) => commands.tooManyUnderWay),
      );
    }
    const until = monotonicMs() + LIFETIME_MS;
    const run = { id, command, steps, client: from.full, at: to.jid, until };
    this.#runs.set(run.id, run);
    return run;
  }

  /** Takes a run of this client out. @throws StanzaError where there is none (XEP-0050, 4.4) */
  take(id: string, node: string, { from, to }: CommandCall): CommandRun {
    this.#expire();
    const run = this.#runs.get(id);
    if (run === undefined || run.client !== from.full || run.at !== to.jid || nodeOf(run.command) !== node) {
      throw commandError(
        'cancel',
        'not-allowed',
        'session-expired',
        text(({ commands }) => commands.expired),
      );
    }
    this.#runs.delete(id);
    return run;
  }

  /** They are in the order of their begin. */
  #expire(): void {
    const now = monotonicMs();
    for (const [id, { until }] of this.#runs) {
      if (until > now) return;
      this.#runs.delete(id);
    }
  }
}
