import { randomUUID } from 'node:crypto';
import { undecryptableNotice } from '../../mapping/undecryptable.js';
import type { SessionEventOf, UndecryptableReason } from '../../silc/client/types.js';
import type { Channel, LocalMember } from '../channels/channel.js';

/**
 * Messages that a user's session cannot decrypt: told once each reason, and again only after one that could be read, or when there is a client
 * who has not been told.
 */
export class UnreadableLines {
  readonly #channel: Channel;
  #told: Set<UndecryptableReason> | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  received(member: LocalMember, { digest, reason }: SessionEventOf<'channel-message-undecryptable'>): void {
    // A local line that came back under a key from before this session's join: this user has it.
    if (this.#channel.copied(member, digest) || this.#told?.has(reason) === true) return;
    this.#told ??= new Set();
    this.#told.add(reason);
    const notice = undecryptableNotice(this.#channel.jid, undefined, randomUUID(), reason);
    this.#channel.delivery.toMember(member, notice);
  }

  tellAgain(): void {
    this.#told = undefined;
  }
}
