import { randomUUID } from 'node:crypto';
import type { Element } from '../../component/types.js';
import { undecryptableNotice } from '../../mapping/undecryptable.js';
import type { UndecryptableReason } from '../../silc/client/types.js';

/** Messages that a user's session cannot decrypt: told once each reason, and again only after one that could be read. */
export class UnreadableLines {
  readonly #room: string;
  #told: Set<UndecryptableReason> | undefined;

  constructor(room: string) {
    this.#room = room;
  }

  /** What the user is to be told. */
  notice(reason: UndecryptableReason): Element | undefined {
    if (this.#told?.has(reason) === true) return undefined;
    this.#told ??= new Set();
    this.#told.add(reason);
    return undecryptableNotice(this.#room, undefined, randomUUID(), reason);
  }

  clear(): void {
    this.#told = undefined;
  }
}
