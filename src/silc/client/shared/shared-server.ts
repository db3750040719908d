import { turns } from '../../../util/turn-scheduler.js';
import type { ChannelId, ClientId } from '../../ids.js';
import type { Notify } from '../../packets/notify.js';
import type { UserRecord } from '../people/users.js';
import { OpenedMessages } from './opened-messages.js';
import { SharedPolls } from './shared-polls.js';
import { SharedChannel } from './shared-channel.js';

export type KilledNotify = Extract<Notify, { type: 'killed' }>;

/** How a session is told of an end that others of this process hear of, and itself does not. */
export interface EndListener {
  killed(notify: KilledNotify): void;
  /** There is another server in the place of its own. */
  replaced(): void;
}

/** When a session was let in, on the monotonic clock: it asked, and had the answer. The server was there in between. */
export interface Registration {
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** What the sessions on one server share: who they are, and the channels that they are on. */
export class SharedServer {
  /** Messages that one session has opened, for the others. */
  readonly opened = new OpenedMessages();
  /** What was asked about watched people. */
  readonly polls = new SharedPolls();
  readonly #selves = new Map<ClientId, UserRecord>();
  readonly #channels = new Map<ChannelId, SharedChannel>();
  readonly #onEmpty: () => void;
  readonly #place: string;
  readonly #siblings: () => Iterable<SharedServer>;
  readonly #endListeners = new Map<UserRecord, EndListener>();
  /** It was there after one of these moments, and before the other. */
  #answeredAt = Infinity;
  #askedAt = -Infinity;

  /**
   * @param onEmpty the last session is gone
   * @param siblings all servers of the network on which there are sessions
   * @param place address and key: there is one server at a time in it
   */
  constructor(
    onEmpty: () => void = () => undefined,
    siblings: () => Iterable<SharedServer> = () => [this],
    place = '',
  ) {
    this.#onEmpty = onEmpty;
    this.#siblings = siblings;
    this.#place = place;
  }

  /** A session wants to be told of its end where others of this process hear of it and itself does not. */
  onEnd(self: UserRecord, listener: EndListener): void {
    this.#endListeners.set(self, listener);
  }

  /**
   * The server has let a session in. One that was started anew has another Server ID than before: whoever is on the one before has a
   * link that leads nowhere, whatever else comes late on it.
   */
  registered({ askedAt, answeredAt }: Registration): void {
    this.#askedAt = Math.max(this.#askedAt, askedAt);
    this.#answeredAt = Math.min(this.#answeredAt, answeredAt);
    for (const other of this.#siblings()) {
      if (other === this || other.#place !== this.#place) continue;
      if (other.#answeredAt < this.#askedAt) void other.#tellReplaced();
      else if (this.#answeredAt < other.#askedAt) void this.#tellReplaced();
    }
  }

  /**
   * A session has heard that another client was killed. Where that is a session of this process, on whichever server of the network, it
   * is told: one whose server is not the one of the operator hears nothing of it and is left with a link that leads nowhere.
   */
  tellKilled(notify: KilledNotify): void {
    for (const server of this.#siblings()) {
      const victim = server.self(notify.clientId);
      const listener = victim && server.#endListeners.get(victim);
      if (victim === undefined || listener === undefined) continue;
      // Once: whoever leads in its place tells of it again.
      server.#endListeners.delete(victim);
      listener.killed(notify);
    }
  }

  async #tellReplaced(): Promise<void> {
    const listeners = [...this.#endListeners.values()];
    this.#endListeners.clear();
    for (const listener of listeners) {
      await turns.turn();
      listener.replaced();
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
    this.#endListeners.delete(self);
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
