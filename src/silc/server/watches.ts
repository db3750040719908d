import { encodePayload } from '../packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../packets/public-key-payload.js';
import { UserMode } from '../modes.js';
import { notifyEach, type ServerClient } from './client.js';

type Kind = 'nickname' | 'key';

/** What happened to somebody who may be watched. */
export interface Sighting {
  /** `NotifyType`; undefined: came onto the network. */
  readonly type?: number;
  /** The name to tell, where it is not the present one. */
  readonly nickname?: string;
}

/**
 * Who watches which nickname (in prepared form) and which public key (by fingerprint). Whoever watches a person by both
 * is told twice, as by silcd.
 */
export class Watches {
  readonly #watchers: Readonly<Record<Kind, Map<string, Set<ServerClient>>>> = {
    nickname: new Map(),
    key: new Map(),
  };
  readonly #counts = new Map<ServerClient, number>();
  readonly #mostOfClient: number;

  constructor(mostOfClient: number) {
    this.#mostOfClient = mostOfClient;
  }

  has(client: ServerClient, kind: Kind, subject: string): boolean {
    return this.#watchers[kind].get(subject)?.has(client) ?? false;
  }

  /** False when the client watches as many as it may. */
  add(client: ServerClient, kind: Kind, subject: string): boolean {
    const count = this.#counts.get(client) ?? 0;
    if (count >= this.#mostOfClient) return false;
    const watchers = this.#watchers[kind].get(subject) ?? new Set();
    this.#watchers[kind].set(subject, watchers.add(client));
    this.#counts.set(client, count + 1);
    return true;
  }

  /** False when there was no such watch. */
  delete(client: ServerClient, kind: Kind, subject: string): boolean {
    const watchers = this.#watchers[kind].get(subject);
    if (watchers?.delete(client) !== true) return false;
    if (watchers.size === 0) this.#watchers[kind].delete(subject);
    this.#counts.set(client, (this.#counts.get(client) ?? 1) - 1);
    return true;
  }

  /** The client is gone, and its watches with it. */
  forget(client: ServerClient): void {
    if (!this.#counts.delete(client)) return;
    for (const watched of Object.values(this.#watchers)) {
      for (const [subject, watchers] of watched) {
        if (watchers.delete(client) && watchers.size === 0) watched.delete(subject);
      }
    }
  }

  /** Tells all watchers of a client but itself, unless it does not want to be watched. */
  announce(subject: ServerClient, { type, nickname = subject.nickname }: Sighting = {}): void {
    if ((subject.mode & UserMode.rejectWatching) !== 0) return;
    const { id, mode } = subject;
    const all = [
      ...(this.#watchers.nickname.get(subject.preparedNickname) ?? []),
      ...(this.#watchers.key.get(subject.fingerprintHex) ?? []),
    ];
    if (all.length === 0) return;
    const publicKey = encodePayload(publicKeyPayload, {
      type: PublicKeyType.silc,
      data: subject.publicKey.encoded,
    });
    const watchers = all.filter((watcher) => watcher !== subject);
    notifyEach(watchers, { type: 'watch', clientId: id, nickname, mode, notifyType: type, publicKey });
  }
}
