import { commands } from '../../commands/index.js';
import { SilcError } from '../../errors.js';
import { clientId } from '../../ids.js';
import type { OwnNick, SessionContext } from '../context.js';
import { dropHolder } from '../channels/membership.js';
import { checkOwnNickname } from '../names.js';
import type { OutgoingGate } from '../messages/outgoing.js';

/**
 * The own nickname and Client ID. The server changes both when it executes NICK and from then on drops what comes from
 * the old ID; so from the sending of a NICK to its reply nothing else goes out.
 */
export class OwnNickname {
  readonly #context: SessionContext;
  readonly #gate: OutgoingGate;
  /** The NICK that is under way. */
  #current: { notified: OwnNick | undefined } | undefined;

  constructor(context: SessionContext, gate: OutgoingGate) {
    this.#context = context;
    this.#gate = gate;
  }

  get pending(): boolean {
    return this.#current !== undefined;
  }

  /** The own NICK_CHANGE comes before the reply and may tell a wrong ID; it counts only if the reply never comes. */
  remember(change: OwnNick): void {
    if (this.#current !== undefined) this.#current.notified = change;
  }

  async change(nickname: string): Promise<void> {
    checkOwnNickname(nickname);
    const run: { notified: OwnNick | undefined } = { notified: undefined };
    try {
      await this.#context.queue.run(
        commands.nick,
        () => {
          this.#current = run;
          this.#gate.shut();
          return { nickname };
        },
        {
          onReply: (reply) => {
            this.apply({ clientId: reply.clientId, nickname: reply.nickname ?? nickname });
            this.#finish(run);
          },
        },
      );
    } catch (error) {
      const lost = error instanceof SilcError && error.code === 'timeout';
      if (!lost || run.notified === undefined) throw error;
      this.apply(run.notified);
    } finally {
      this.#finish(run);
    }
  }

  /** Takes over a new Client ID or nickname, and tells it. */
  apply({ clientId: id, nickname }: OwnNick): void {
    const { network, connection } = this.#context;
    const { self } = network;
    const oldClientId = self.clientId;
    const oldNickname = self.nickname;
    const about = [self, ...network.channelsOf(self)];
    dropHolder(this.#context, self, id);
    network.changeId(self, id);
    connection.setLocalId(clientId(id));
    self.nickname = nickname ?? self.nickname;
    network.spreadChange(oldClientId, self);
    if (id === oldClientId && self.nickname === oldNickname) return;
    this.#context.post(about, { type: 'nick-changed', user: self, oldClientId, oldNickname, self: true });
  }

  #finish(run: object): void {
    // The next NICK may have begun already.
    if (this.#current !== run) return;
    this.#current = undefined;
    this.#gate.reopen();
  }
}
