import { monotonicMs } from '../../util/clock.js';

/** Messages that are remembered at most, and for how long in milliseconds: no session of the channel is further behind. */
const MAX_REMEMBERED = 4_096;
const KEEP_MS = 300_000;

/** Of a line that is remembered: who could not be given it yet. */
export interface Published<Member, Line> {
  readonly at: number;
  /** A session has received it. */
  wasHeard: boolean;
  /** Local users whose session had not the key when a line of it was published, and the line for them. */
  missed: readonly Missed<Member, Line>[] | undefined;
}

interface Missed<Member, Line> {
  readonly line: Line;
  readonly members: Set<Member>;
}

/**
 * What was published on a channel lately, by the digest of its octets: the copies that other sessions receive of the same
 * message are recognised, and so is what a local user has said.
 */
export class Transcript<Member, Line> {
  readonly #published = new Map<string, Published<Member, Line>>();

  /** @param digest - `Message.digest` */
  get(digest: string): Published<Member, Line> | undefined {
    return this.#published.get(digest);
  }

  /** What is remembered since a time on the monotonic clock, oldest first. */
  *since(time: number): Iterable<Published<Member, Line>> {
    for (const published of this.#published.values()) if (published.at >= time) yield published;
  }

  /** A message was published, or is going to be. The oldest ones give way. */
  add(digest: string): void {
    const now = monotonicMs();
    this.#published.set(digest, { at: now, wasHeard: false, missed: undefined });
    for (const [old, { at }] of this.#published) {
      if (this.#published.size <= MAX_REMEMBERED && at > now - KEEP_MS) break;
      this.#published.delete(old);
    }
  }

  /** A line of a message was published, and not everybody could be given it. */
  missed(digest: string, missed: Missed<Member, Line>): void {
    const published = this.#published.get(digest);
    if (published === undefined) return;
    published.missed = [...(published.missed ?? []), missed];
  }
}
