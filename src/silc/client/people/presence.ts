import type { CommandMessage } from '../../commands/index.js';
import type { ClientId } from '../../ids.js';
import { encodePayload } from '../../packets/codec.js';
import { commandPayload } from '../../packets/command.js';
import type { Notify } from '../../packets/notify.js';
import { PacketType } from '../../packets/packet-type.js';
import type { UserAttribute } from '../api/network.js';
import type { Watching, WatchingOptions, WatchTarget } from '../api/presence.js';
import type { SessionContext } from '../context.js';
import type { DetachedSession } from '../detached-session.js';
import type { PresencePackets } from '../ports.js';
import { OwnAttributes } from './own-attributes.js';
import { Watches } from './watches.js';

/** What a session does about being there: watches, and attributes of its user. Most sessions have neither. */
export class Presence implements PresencePackets {
  readonly #context: SessionContext;
  readonly #options: WatchingOptions | undefined;
  #attributes: OwnAttributes | undefined;
  #watches: Watches | undefined;

  constructor(context: SessionContext, watching: WatchingOptions | undefined) {
    this.#context = context;
    this.#options = watching;
  }

  get watching(): Watching {
    return this.#watches?.watching ?? 'unknown';
  }

  async watch(target: WatchTarget, priority?: 'user' | 'background'): Promise<void> {
    await this.#madeWatches().add(target, priority);
  }

  async unwatch(target: WatchTarget): Promise<void> {
    await this.#madeWatches().remove(target);
  }

  /** @throws SilcError `usage`, `limit` */
  setAttributes(attributes: readonly UserAttribute[] | undefined): void {
    const { backend, keyPair } = this.#context;
    this.#attributes ??= new OwnAttributes(backend, keyPair);
    this.#attributes.set(attributes);
  }

  watchNotify(notify: Extract<Notify, { type: 'watch' }>): void {
    this.#madeWatches().receive(notify);
  }

  asked(message: CommandMessage): void {
    const { network, connection } = this.#context;
    const reply = this.#attributes?.answer(message, (id) => network.users.get(id) === network.self);
    if (reply === undefined) return;
    connection
      .send({ type: PacketType.commandReply, payload: encodePayload(commandPayload, reply) })
      // The server answers for us then.
      .catch(() => undefined);
  }

  serverGone(users: readonly ClientId[]): void {
    this.#watches?.lost(users);
  }

  watched(): DetachedSession['watches'] {
    return this.#watches?.list ?? { nicknames: [], publicKeys: [] };
  }

  async restore(watches: DetachedSession['watches']): Promise<void> {
    if (watches.nicknames.length + watches.publicKeys.length > 0) await this.#madeWatches().restore(watches);
  }

  close(): void {
    this.#watches?.close();
  }

  #madeWatches(): Watches {
    return (this.#watches ??= new Watches(this.#context, this.#options ?? {}));
  }
}
