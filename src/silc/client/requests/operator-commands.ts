import { provePublicKey } from '../../authentication.js';
import { utf8, wipe } from '../../bytes.js';
import { commands } from '../../commands/index.js';
import type { Command } from '../../commands/index.js';
import type { Nothing } from '../../commands/arguments.js';
import type { OperRequest } from '../../commands/oper.js';
import type { LinkRequest } from '../../commands/server-links.js';
import { SilcError } from '../../errors.js';
import type { ClientId } from '../../ids.js';
import { UserMode } from '../../modes.js';
import { authenticationPayload } from '../../packets/authentication-payload.js';
import { encodePayload } from '../../packets/codec.js';
import { AuthMethod } from '../../packets/connection-auth-request.js';
import { maskOf } from '../channels/channel-commands.js';
import type { SessionContext } from '../context.js';
import { checkLength, checkNotEmpty, MAX_COMMENT, MAX_USERNAME } from '../limits.js';
import { checkServerName } from '../names.js';
import type { OperatorCommands, OperatorProof, ServerLink } from '../api/lookup.js';

/** Longest passphrase, octets: its payload has to fit a packet. */
const MAX_PASSPHRASE = 1_024;

/** What one session does as an operator. */
export class SessionOperator implements OperatorCommands {
  readonly #context: SessionContext;
  readonly #checkOpen: () => void;

  /** @param checkOpen throws SilcError `closed` when the session is over */
  constructor(context: SessionContext, checkOpen: () => void) {
    this.#context = context;
    this.#checkOpen = checkOpen;
  }

  async oper(username: string, proof: OperatorProof = {}): Promise<void> {
    await this.#become(commands.oper, UserMode.serverOperator, username, proof);
  }

  async silcoper(username: string, proof: OperatorProof = {}): Promise<void> {
    await this.#become(commands.silcoper, UserMode.routerOperator, username, proof);
  }

  async kill(user: ClientId, comment?: string): Promise<void> {
    this.#checkOpen();
    if (comment !== undefined) checkLength(comment, MAX_COMMENT, 'comment');
    const { queue, network } = this.#context;
    await queue.run(commands.kill, () => ({ clientId: network.currentId(user), comment }));
  }

  async connect(server: ServerLink): Promise<void> {
    await this.#link(commands.connect, server);
  }

  async close(server: ServerLink): Promise<void> {
    await this.#link(commands.close, server);
  }

  async shutdown(): Promise<void> {
    this.#checkOpen();
    try {
      await this.#context.queue.run(commands.shutdown, () => ({}));
    } catch (error) {
      // silcd can be gone before its answer is.
      const gone = error instanceof SilcError && (error.code === 'closed' || error.code === 'disconnected');
      if (!gone) throw error;
    }
  }

  async #become(
    command: Command<OperRequest, Nothing>,
    bit: number,
    username: string,
    proof: OperatorProof,
  ): Promise<void> {
    this.#checkOpen();
    checkNotEmpty(username, 'user name');
    checkLength(username, MAX_USERNAME, 'user name');
    const { queue, network } = this.#context;
    const { self } = network;
    let auth: Uint8Array | undefined;
    const request = (): OperRequest => {
      auth = this.#prove(proof, self.clientId);
      return { username, auth };
    };
    const onReply = (): void => {
      // No notify tells of it, and the next mask that is sent has to keep the bit.
      if (self.mode !== undefined) self.mode = maskOf(self.mode | bit);
    };
    try {
      await queue.run(command, request, { onReply });
    } finally {
      wipe(auth);
    }
    if (self.mode !== undefined) return;
    await queue.run(commands.umode, () => ({ clientId: self.clientId }), {
      onReply: ({ mode }) => {
        self.mode = mode;
      },
    });
  }

  /** Over the Client ID of the moment, with the hash function of the key exchange. */
  #prove(proof: OperatorProof, id: ClientId): Uint8Array {
    const { backend, connection, keyPair } = this.#context;
    if ('passphrase' in proof) {
      checkLength(proof.passphrase, MAX_PASSPHRASE, 'passphrase');
      const data = utf8(proof.passphrase);
      const random = new Uint8Array(0);
      const auth = encodePayload(authenticationPayload, { method: AuthMethod.passphrase, random, data });
      wipe(data);
      return auth;
    }
    const { hash } = connection.exchange.algorithms;
    const payload = provePublicKey(backend, proof.keyPair ?? keyPair, hash, id);
    return encodePayload(authenticationPayload, payload);
  }

  async #link(command: Command<LinkRequest, Nothing>, { host, port }: ServerLink): Promise<void> {
    this.#checkOpen();
    checkServerName(host, 'host');
    if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 0xffff)) {
      throw new SilcError('usage', 'a port is a whole number from 1 to 65535');
    }
    await this.#context.queue.run(command, () => ({ host, port }));
  }
}
