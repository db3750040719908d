import { vi } from 'vitest';
import { toHex } from '../../../src/silc/bytes.js';
import { commands, type CommandMessage } from '../../../src/silc/commands/index.js';
import { clientId, type ClientId } from '../../../src/silc/ids.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { ServerClient } from '../../../src/silc/server/client.js';
import { ServerNetwork } from '../../../src/silc/server/network.js';

/*
 * What goes wrong between the servers of a real network, on the embedded servers of this process: from the call on, until it is
 * ended.
 */

/** WHOIS of somebody is not answered, to nobody, as where the server of that user does not answer. */
export class UnansweredWhois {
  readonly #withheld: (() => void)[] = [];
  readonly #end: () => void;

  constructor(whom: ClientId) {
    const withheld = this.#withheld;
    const spy = vi.spyOn(ServerClient.prototype, 'reply').mockImplementation(function (
      this: ServerClient,
      message,
    ) {
      const isAbout = message.args.some(({ data }) => toHex(data).includes(whom));
      if (message.command !== commands.whois.number || !isAbout) return sendReply(this, message);
      withheld.push(() => void sendReply(this, message));
      return Promise.resolve(true);
    });
    this.#end = () => spy.mockRestore();
  }

  /** Resolves when somebody has asked. */
  async asked(): Promise<void> {
    await vi.waitUntil(() => this.#withheld.length > 0, { timeout: 10_000 });
  }

  /** What was not answered is, and everything from now on. */
  end(): void {
    this.#end();
    for (const answer of this.#withheld.splice(0)) answer();
  }
}

const sendReply = (client: ServerClient, message: CommandMessage): Promise<boolean> =>
  client.sendPayload(PacketType.commandReply, encodePayload(commandPayload, message));

/**
 * A KILL of somebody on another server of the network: those who share a channel are told, and the own server, which holds the
 * connection, tells nothing.
 */
export class KilledElsewhere {
  readonly #end: () => void;

  constructor() {
    const spy = vi.spyOn(ServerNetwork.prototype, 'kill').mockImplementation(function (
      this: ServerNetwork,
      client,
      by,
      comment,
    ) {
      const notify = { type: 'killed', clientId: client.id, comment, by: clientId(by.id) } as const;
      for (const neighbour of this.neighbours(client)) neighbour.notify(notify);
    });
    this.#end = () => spy.mockRestore();
  }

  end(): void {
    this.#end();
  }
}
