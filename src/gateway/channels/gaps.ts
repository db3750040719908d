import type { Element } from '../../component/stanza.js';
import { monotonicMs, wallTime } from '../../util/clock.js';
import type { KeptChannel } from '../restarts/state.js';
import { type Beginning, Coverage, type Span } from './coverage.js';
import type { LocalMember } from './delivery.js';
import { gapLine } from './gap-line.js';

/** Tells the local users of a channel which time nobody has heard it, where there were others who may have said something. */
export class Gaps {
  readonly #room: string;
  readonly #tell: (line: Element) => void;
  readonly #coverage = new Coverage<LocalMember>();
  /** While no session hears the channel: whether there were others on it before. */
  #hadOthers = false;

  /** @param room - JID of the room */
  constructor(room: string, tell: (line: Element) => void) {
    this.#room = room;
    this.#tell = tell;
  }

  /** A session hears the channel from now on. @param hasOthers - there are others, and nobody heard them until now */
  begins(member: LocalMember, beginning: Beginning, hasOthers: boolean): void {
    const unheard = this.#coverage.begins(member, beginning);
    if (unheard !== undefined && (this.#hadOthers || hasOthers)) this.#say(unheard);
    this.#hadOthers = false;
  }

  /** A session hears it no longer. @returns spans that, as is clear now, nobody has heard */
  ends(member: LocalMember): readonly Span[] {
    return this.#coverage.ends(member);
  }

  /** What `ends` has told, once it is known who is there. @param isHeard - by another session */
  ended(unheard: readonly Span[], hasOthers: boolean, isHeard: boolean): void {
    if (hasOthers) for (const span of unheard) this.#say(span);
    if (!isHeard) this.#hadOthers ||= hasOthers;
  }

  clear(): void {
    this.#coverage.clear();
    this.#hadOthers = false;
  }

  /** What another process has to know of the time since nobody hears the channel. */
  keep(): KeptChannel['unheard'] {
    const since = this.#coverage.unheardSince;
    return since === undefined ? undefined : { since: wallTime(since), hadOthers: this.#hadOthers };
  }

  /** @param lost - when an earlier process was there last */
  restore({ unheard, hasOthers }: KeptChannel, lost: Date): void {
    this.#coverage.restore(monotonicMs() - (Date.now() - (unheard?.since ?? lost.getTime())));
    this.#hadOthers = unheard?.hadOthers ?? hasOthers;
  }

  #say(span: Span): void {
    this.#tell(gapLine(this.#room, span));
  }
}
