import type { SilcConnection } from '../../../src/silc/connection.js';
import type { Packet } from '../../../src/silc/frame.js';
import { clientId, decodeIdPayload } from '../../../src/silc/ids.js';
import { authenticateAsServer } from '../../../src/silc/ke/connection-auth.js';
import { respond } from '../../../src/silc/ke/driver.js';
import { streamPair } from '../../../src/silc/memory-stream.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import type { ByteStream } from '../../../src/silc/stream.js';
import { responderOptions } from '../../support/connections.js';
import { rawConnection } from '../../support/raw-client.js';

/** Of each packet of the server: its payload as the client gets it; undefined where it gets none. */
export type Spoil = (payload: Uint8Array) => Uint8Array | undefined;

/** A server that takes what a client says to a real one, and changes what that one answers before it is encrypted again. */
export class SilcProxy {
  spoil: Spoil = (payload) => payload;
  /** For the client. */
  readonly stream: ByteStream;
  readonly #far: ByteStream;
  readonly #port: number;
  #ends: SilcConnection[] = [];

  constructor(port: number) {
    this.#port = port;
    [this.stream, this.#far] = streamPair();
  }

  /** Until one of the sides ends it. */
  async run(): Promise<void> {
    const down = await respond(this.#far, responderOptions);
    await authenticateAsServer(down, {});
    const up = await rawConnection(this.#port);
    this.#ends = [up, down];
    await Promise.all([this.#upwards(up, down), this.#downwards(up, down)]);
  }

  destroy(): void {
    this.#far.destroy();
    for (const end of this.#ends) end.destroy();
  }

  async #upwards(up: SilcConnection, down: SilcConnection): Promise<void> {
    for (let packet = await next(down); packet !== undefined; packet = await next(down)) {
      const { type, payload, flags, source, destination } = packet;
      if (source.type === 2) {
        up.setLocalId(source);
        down.setRemoteId(source);
      }
      if (type === PacketType.disconnect) break;
      if (payload.length > 0) await up.send({ type, payload, flags, destination }).catch(() => undefined);
    }
    up.destroy();
  }

  async #downwards(up: SilcConnection, down: SilcConnection): Promise<void> {
    for (let packet = await next(up); packet !== undefined; packet = await next(up)) {
      const { type, flags, source, destination } = packet;
      if (type === PacketType.newId) {
        const id = clientId(decodeIdPayload(packet.payload, 2));
        up.setLocalId(id);
        down.setRemoteId(id);
      }
      const payload = this.spoil(packet.payload);
      if (payload === undefined || payload.length === 0) continue;
      await down.send({ type, payload, flags, source, destination }).catch(() => undefined);
    }
    down.destroy();
  }
}

const next = (connection: SilcConnection): Promise<Packet | undefined> =>
  connection.receive().catch(() => undefined);
