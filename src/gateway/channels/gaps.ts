import type { Element } from '../../component/stanza.js';
import { monotonicMs, wallTime } from '../../util/clock.js';
import type { KeptChannel } from '../restarts/state.js';
import { type Beginning, Coverage, type Span } from './coverage.js';
import type { LocalMember } from './delivery.js';
import { gapLine } from './gap-line.js';

/** Who leads anew has compared the members with the server's by then, and has their names. */
const LOOKING_MS = 15_000;
const MAX_UNTOLD = 8;

/** Tells the local users of a channel which time nobody has heard it, where there were others who may have said something. */
export class Gaps {
  readonly #room: string;
  readonly #tell: (line: Element) => void;
  readonly #coverage = new Coverage<LocalMember>();
  /** While no session hears the channel: whether there were others on it before. */
  #hadOthers = false;
  /** Told as soon as it turns out that there are others. */
  #untold: { readonly span: Span; readonly at: number }[] = [];

  /** @param room - JID of the room */
  constructor(room: string, tell: (line: Element) => void) {
    this.#room = room;
    this.#tell = tell;
  }

  /** A session hears the channel from now on. @param hasOthers - there are others, and nobody heard them until now */
  begins(member: LocalMember, beginning: Beginning, hasOthers: boolean): void {
    const unheard = this.#coverage.begins(member, beginning);
    if (unheard !== undefined) this.#found(unheard, this.#hadOthers || hasOthers);
    this.#hadOthers = false;
  }

  /** A session hears it no longer. @returns spans that, as is clear now, nobody has heard */
  ends(member: LocalMember): readonly Span[] {
    return this.#coverage.ends(member);
  }

  /** What `ends` has told, once it is known who is there. @param isHeard - by another session */
  ended(unheard: readonly Span[], hasOthers: boolean, isHeard: boolean): void {
    for (const span of unheard) this.#found(span, hasOthers);
    if (!isHeard) this.#hadOthers ||= hasOthers;
  }

  /** Somebody is shown who is no local user: perhaps was there before, where those who knew had dead links. */
  otherShown(): void {
    const since = monotonicMs() - LOOKING_MS;
    for (const { span, at } of this.#untold.splice(0)) if (at >= since) this.#say(span);
  }

  clear(): void {
    this.#untold = [];
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

  #found(span: Span, hasOthers: boolean): void {
    if (hasOthers) {
      this.#say(span);
      return;
    }
    this.#untold.push({ span, at: monotonicMs() });
    if (this.#untold.length > MAX_UNTOLD) this.#untold.shift();
  }

  #say(span: Span): void {
    this.#tell(gapLine(this.#room, span));
  }
}
