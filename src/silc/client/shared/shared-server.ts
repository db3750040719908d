import type { ChannelId, ClientId } from '../../ids.js';
import type { Notify } from '../../packets/notify.js';
import type { UserRecord } from '../people/users.js';
import { OpenedMessages } from './opened-messages.js';
import { SharedChannel } from './shared-channel.js';

export type KilledNotify = Extract<Notify, { type: 'killed' }>;

/** What the sessions on one server share: who they are, and the channels that they are on. */
export class SharedServer {
  /** Messages that one session has opened, for the others. */
  readonly opened = new OpenedMessages();
  readonly #selves = new Map<ClientId, UserRecord>();
  readonly #channels = new Map<ChannelId, SharedChannel>();
  readonly #onEmpty: () => void;
  readonly #siblings: () => Iterable<SharedServer>;
  /** How each session is told that it was killed. */
  readonly #victims = new Map<UserRecord, (notify: KilledNotify) => void>();

  /** @param onEmpty the last session is gone @param siblings all servers of the network on which there are sessions */
  constructor(onEmpty: () => void = () => undefined, siblings: () => Iterable<SharedServer> = () => [this]) {
    this.#onEmpty = onEmpty;
    this.#siblings = siblings;
  }

  /** A session wants to be told of its end where others of this process hear of it and itself does not. */
  onKilled(self: UserRecord, listener: (notify: KilledNotify) => void): void {
    this.#victims.set(self, listener);
  }

  /**
   * A session has heard that another client was killed. Where that is a session of this process, on whichever server of the network, it
   * is told: one whose server is not the one of the operator hears nothing of it and is left with a link that leads nowhere.
   */
  tellKilled(notify: KilledNotify): void {
    for (const server of this.#siblings()) {
      const victim = server.self(notify.clientId);
      const tell = victim && server.#victims.get(victim);
      if (victim === undefined || tell === undefined) continue;
      // Once: whoever leads in its place tells of it again.
      server.#victims.delete(victim);
      tell(notify);
    }
  }

  /** A session of this process by its Client ID, as it knows itself. */
  self(id: ClientId): UserRecord | undefined {
    return this.#selves.get(id);
  }

  /** A session is there, or has this Client ID from now on. */
  enter(self: UserRecord, oldId?: ClientId): void {
    if (oldId !== undefined && this.#selves.get(oldId) === self) this.#selves.delete(oldId);
    this.#selves.set(self.clientId, self);
  }

  /** A session is over. */
  leave(self: UserRecord): void {
    this.#victims.delete(self);
    if (this.#selves.get(self.clientId) === self) this.#selves.delete(self.clientId);
    if (this.#selves.size > 0) return;
    this.opened.close();
    this.#onEmpty();
  }

  /** The channel of an ID. A new one is kept from its first session on. */
  channel(id: ChannelId): SharedChannel {
    return this.#channels.get(id) ?? new SharedChannel(this.#channels, id);
  }
}
