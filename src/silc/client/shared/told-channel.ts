import type { ClientId } from '../../ids.js';
import type { Channel, User } from '../api/network.js';

/** A member as the application was shown it last. */
export interface ToldMember {
  readonly nickname: string | undefined;
  readonly mode: number;
}

/**
 * What the application has been told of a channel, by whichever of the sessions that share it: what it shows. The session
 * that begins to lead tells the differences from this, not from what the one before knew, which may have told less.
 */
export class ToldChannel {
  #members: Map<ClientId, ToldMember> | undefined;
  topic: string | undefined;
  mode = 0;
  userLimit: number | undefined;

  /** By the Client IDs under which they are shown; undefined while nobody is shown the channel. */
  get members(): ReadonlyMap<ClientId, ToldMember> | undefined {
    return this.#members;
  }

  /**
   * A session of the application is on the channel.
   * @param isFirst the only one through which it hears of the channel: it shows everybody as they are known
   */
  show(channel: Channel, self: User, mode: number, isFirst: boolean): void {
    if (this.#members === undefined || isFirst) {
      this.#members = new Map();
      for (const member of channel.members.values()) this.set(member.user, member.mode);
      this.configured(channel);
      this.topic = channel.topic;
    }
    if (!this.#members.has(self.clientId)) this.set(self, mode);
  }

  /** What was told of the same channel under another ID is what counts. */
  takeOver({ members, topic, mode, userLimit }: ToldChannel): void {
    this.#members = members && new Map(members);
    this.topic = topic;
    this.configured({ mode, userLimit });
  }

  /** Somebody has come, or has another mode. */
  set({ clientId, nickname }: User, mode: number): void {
    this.#members?.set(clientId, { nickname, mode });
  }

  left({ clientId }: User): void {
    this.#members?.delete(clientId);
  }

  renamed(oldId: ClientId, { clientId, nickname }: User): void {
    const before = this.#members?.get(oldId);
    if (this.#members === undefined || before === undefined) return;
    // What was told meanwhile under the new ID is newer.
    const { mode } = this.#members.get(clientId) ?? before;
    this.#members.delete(oldId);
    this.#members.set(clientId, { nickname, mode });
  }

  /** The name has become known. */
  named(user: User): void {
    const member = this.#members?.get(user.clientId);
    if (member !== undefined) this.set(user, member.mode);
  }

  configured({ mode, userLimit }: Pick<Channel, 'mode' | 'userLimit'>): void {
    this.mode = mode;
    this.userLimit = userLimit;
  }
}
