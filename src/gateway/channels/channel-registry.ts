import type { GatewayContext } from '../context.js';
import { Channel, type OwnClients } from './channel.js';
import type { FounderKeys } from './founder-keys.js';

interface ChannelFields {
  readonly network: string;
  readonly jid: string;
  readonly name: string;
}

/** The channels that local users are on, by room address. */
export class ChannelRegistry {
  readonly #context: GatewayContext;
  readonly #founderKeys: FounderKeys;
  readonly #channels = new Map<string, Channel>();

  constructor(context: GatewayContext, founderKeys: FounderKeys) {
    this.#context = context;
    this.#founderKeys = founderKeys;
  }

  get(room: string): Channel | undefined {
    return this.#channels.get(room);
  }

  values(): IterableIterator<Channel> {
    return this.#channels.values();
  }

  /** The channel, made when no local user wants it yet; it goes when the last one releases it. Each call holds it once. */
  ensure(fields: ChannelFields, own: OwnClients): Channel {
    const known = this.#channels.get(fields.jid);
    const channel = known ?? this.#make(fields, own);
    channel.hold();
    return channel;
  }

  #make(fields: ChannelFields, own: OwnClients): Channel {
    const channel = new Channel(fields, this.#context, own, this.#founderKeys, () => {
      if (this.#channels.get(fields.jid) === channel) this.#channels.delete(fields.jid);
    });
    this.#channels.set(fields.jid, channel);
    return channel;
  }
}
