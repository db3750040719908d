import { SilcError } from '../../errors.js';
import { fragmentInfo, MessageFlag, MimeAssembler, parseMime } from '../../messages/index.js';
import type { MessagePayload, MimeEntity } from '../../messages/index.js';
import { type Clock, monotonicMs } from '../../../util/clock.js';

/** Unfinished messages of one sender, their octets, and how long they wait for the rest. */
const PER_SENDER = { messages: 4, octets: 4 << 20, ageMs: 300_000 } as const;
/** Octets of all unfinished messages, and senders that have some. */
const MAX_OCTETS = 8 << 20;
const MAX_SENDERS = 64;

/** A message whose fragments, if it had any, are all there. */
export interface WholeMessage<Tag> {
  readonly flags: number;
  /** Data of the message; of fragments the message that they make. */
  readonly data: Uint8Array;
  /** Undefined where it is no MIME message, or one that cannot be read. */
  readonly mime: MimeEntity | undefined;
  /** What was known of each fragment, or of the one message. */
  readonly tags: readonly Tag[];
}

/** Puts MIME messages together that came in fragments. */
export class MimeInbox<Tag> {
  readonly #assemblers = new Map<string, MimeAssembler<Tag>>();
  readonly #now: Clock;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: Clock = monotonicMs) {
    this.#now = now;
  }

  /** Octets of fragments that wait for others. */
  get octets(): number {
    return [...this.#assemblers.values()].reduce((sum, { octets }) => sum + octets, 0);
  }

  /**
   * Takes any message. `from` tells apart who sends, and where.
   * @returns undefined when it is a fragment, and others are still missing
   */
  take(from: string, { flags, data }: MessagePayload, tag: Tag): WholeMessage<Tag> | undefined {
    if ((flags & MessageFlag.data) === 0) return { flags, data, mime: undefined, tags: [tag] };
    const entity = readable(() => parseMime(data));
    const info = entity === undefined ? undefined : readable(() => fragmentInfo(entity));
    if (entity === undefined || info === undefined) return { flags, data, mime: entity, tags: [tag] };
    const assembler = this.#assemblers.get(from) ?? new MimeAssembler<Tag>(PER_SENDER, this.#now);
    // The one heard last is the last to be dropped.
    this.#assemblers.delete(from);
    this.#assemblers.set(from, assembler);
    const assembled = assembler.collect(info, entity.body, tag);
    this.#tidy();
    this.#tidyLater();
    if (assembled === undefined) return undefined;
    const { octets, tags } = assembled;
    return { flags, data: octets, mime: readable(() => parseMime(octets)), tags };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#assemblers.clear();
  }

  /** What is too old goes also where no other message comes. */
  #tidyLater(): void {
    clearTimeout(this.#timer);
    if (this.#assemblers.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#tidy();
      this.#tidyLater();
    }, PER_SENDER.ageMs + 1);
    this.#timer.unref();
  }

  #tidy(): void {
    for (const [from, assembler] of this.#assemblers) {
      assembler.expire();
      if (assembler.octets === 0) this.#assemblers.delete(from);
    }
    for (const from of this.#assemblers.keys()) {
      if (this.#assemblers.size <= MAX_SENDERS && this.octets <= MAX_OCTETS) return;
      this.#assemblers.delete(from);
    }
  }
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
