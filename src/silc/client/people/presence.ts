import type { ClientId } from '../../ids.js';
import type { CommandMessage } from '../../commands/index.js';
import { commandPayload } from '../../packets/command.js';
import { encodePayload } from '../../packets/codec.js';
import type { Notify } from '../../packets/notify.js';
import { PacketType } from '../../packets/packet-type.js';
import type { SessionContext } from '../context.js';
import type { DetachedSession } from '../detached-session.js';
import { killDetached } from '../detaching.js';
import { OwnAttributes } from './own-attributes.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import type { UserAttribute } from '../api/network.js';
import type {
  KillOutcome,
  PresenceSession,
  WatchTarget,
  Watching,
  WatchingOptions,
} from '../api/presence.js';
import { Watches } from './watches.js';

/** What a session does about being there: watches, and attributes of its user. */
export class Presence {
  readonly #context: SessionContext;
  readonly #attributes: OwnAttributes;
  readonly watches: Watches;
  readonly keyPair: KeyPair;

  constructor(context: SessionContext, keyPair: KeyPair, watching: WatchingOptions = {}) {
    this.#context = context;
    this.keyPair = keyPair;
    this.#attributes = new OwnAttributes(context.backend, keyPair);
    this.watches = new Watches(context, watching);
  }

  /** A NOTIFY WATCH. */
  watchNotify(notify: Extract<Notify, { type: 'watch' }>): void {
    this.watches.receive(notify);
  }

  /** A command of the server. @throws SilcError `malformed` */
  asked(message: CommandMessage): void {
    const { picture, connection } = this.#context;
    const reply = this.#attributes.answer(message, (id) => picture.users.get(id) === picture.self);
    if (reply === undefined) return;
    connection
      .send({ type: PacketType.commandReply, payload: encodePayload(commandPayload, reply) })
      // The server answers for us then.
      .catch(() => undefined);
  }

  /** The users of a server that is gone. */
  serverGone(users: readonly ClientId[]): void {
    this.watches.lost(users);
  }

  setAttributes(attributes: readonly UserAttribute[] | undefined): void {
    this.#attributes.set(attributes);
  }

  watched(): DetachedSession['watches'] {
    return this.watches.list;
  }

  restore(watches: DetachedSession['watches']): Promise<void> {
    return this.watches.restore(watches);
  }

  killDetached(user: ClientId, comment: string | undefined): Promise<KillOutcome> {
    return killDetached(this.#context, this.keyPair, user, comment);
  }

  close(): void {
    this.watches.close();
  }
}

/** The interface of a session to its {@link Presence}. */
export abstract class PresenceCommands implements Omit<PresenceSession, 'detach'> {
  abstract readonly presence: Presence;

  /** @throws SilcError `closed` */
  protected abstract checkOpen(): void;

  get watching(): Watching {
    return this.presence.watches.watching;
  }

  async watch(target: WatchTarget): Promise<void> {
    this.checkOpen();
    return this.presence.watches.add(target);
  }

  async unwatch(target: WatchTarget | string): Promise<void> {
    this.checkOpen();
    return this.presence.watches.remove(typeof target === 'string' ? { nickname: target } : target);
  }

  setAttributes(attributes: readonly UserAttribute[] | undefined): void {
    this.presence.setAttributes(attributes);
  }

  async killDetached(user: ClientId, comment?: string): Promise<KillOutcome> {
    this.checkOpen();
    return this.presence.killDetached(user, comment);
  }
}
