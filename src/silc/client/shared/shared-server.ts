import type { ChannelId, ClientId } from '../../ids.js';
import type { UserRecord } from '../people/users.js';
import { OpenedMessages } from './opened-messages.js';
import { SharedChannel } from './shared-channel.js';

/** What the sessions on one server share: who they are, and the channels that they are on. */
export class SharedServer {
  /** Messages that one session has opened, for the others. */
  readonly opened = new OpenedMessages();
  readonly #selves = new Map<ClientId, UserRecord>();
  readonly #channels = new Map<ChannelId, SharedChannel>();
  readonly #onEmpty: () => void;

  /** @param onEmpty the last session is gone */
  constructor(onEmpty: () => void = () => undefined) {
    this.#onEmpty = onEmpty;
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
