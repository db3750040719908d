import { randomUUID } from 'node:crypto';
import { undecryptableNotice } from '../../mapping/undecryptable.js';
import type { SessionEventOf, UndecryptableReason } from '../../silc/client/types.js';
import { monotonicMs } from '../../util/clock.js';
import type { Channel, LocalMember } from '../channels/channel.js';

/** Within this time others who hear the channel have received the same message. */
const COPIES_MS = 2_000;
/** Messages that are looked after at the same time; more of them are like these. */
const MAX_LOOKED_AFTER = 100;

/** A message that the own session could not read. */
interface UnreadLine extends Pick<SessionEventOf<'channel-message-undecryptable'>, 'digest' | 'reason'> {
  readonly at: number;
}

/**
 * Messages that a user's session cannot decrypt: told once each reason, and again only after one that could be read, or when there is a client
 * who has not been told. Whoever hears nothing at that time would get them from others' sessions: if nobody can read them, it is told, too.
 */
export class UnreadableLines {
  readonly #channel: Channel;
  #told: Set<UndecryptableReason> | undefined;
  #lookedAfter = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  received(member: LocalMember, { digest, reason }: SessionEventOf<'channel-message-undecryptable'>): void {
    // A local line that came back under a key from before this session's join: this user has it.
    if (this.#channel.copied(member, digest)) return;
    this.#lookAfter({ digest, reason, at: monotonicMs() });
    this.tell(member, reason);
  }

  tell(member: LocalMember, reason: UndecryptableReason): void {
    if (this.#told?.has(reason) === true) return;
    this.#told ??= new Set();
    this.#told.add(reason);
    const notice = undecryptableNotice(this.#channel.jid, undefined, randomUUID(), reason);
    this.#channel.delivery.toMember(member, notice);
  }

  tellAgain(): void {
    this.#told = undefined;
  }

  #lookAfter({ digest, reason, at }: UnreadLine): void {
    if (this.#lookedAfter >= MAX_LOOKED_AFTER) return;
    this.#lookedAfter += 1;
    const { members } = this.#channel.delivery;
    const lost = new Set([...members].filter(({ isReconnecting }) => isReconnecting));
    const look = (): void => {
      this.#lookedAfter -= 1;
      for (const member of [...members]) {
        // A link that is dead without anybody knowing has heard nothing since either.
        const isDeaf = lost.has(member) || member.heardAt < at;
        if (isDeaf && !this.#channel.copied(member, digest)) member.missedUnreadable(reason);
      }
    };
    setTimeout(look, COPIES_MS).unref();
  }
}
