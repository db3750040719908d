import type { KeyPair } from '../../src/silc/client/types.js';
import {
  decodeTunnelled,
  encodeTunnelled,
  TUNNEL_ALGORITHMS,
  TUNNEL_NAMES,
  type Tunnelled,
} from '../../src/silc/client/private-keys/tunnel.js';
import { negotiatedPair, type NegotiatedPair } from '../../src/silc/client/private-keys/negotiated-pair.js';
import { utf8 } from '../../src/silc/bytes.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { clientId, type ClientId } from '../../src/silc/ids.js';
import { InitiatorExchange, propose, type ExchangeParty } from '../../src/silc/ke/state.js';
import { decodeMessage, MessageFlag } from '../../src/silc/messages/index.js';
import { decodePayload } from '../../src/silc/packets/codec.js';
import { KeyExchangeFlag } from '../../src/silc/packets/key-exchange-start.js';
import { PacketFlag, PacketType } from '../../src/silc/packets/packet-type.js';
import { statusPayload } from '../../src/silc/packets/status-payload.js';
import type { Packet } from '../../src/silc/frame.js';
import type { RawClient } from './raw-client.js';

const NOTHING = new Uint8Array(0);

/** A client that makes keys for private messages packet by packet, as libsilcclient does. */
export class TunnelPeer {
  readonly raw: RawClient;
  readonly other: ClientId;
  readonly party: ExchangeParty;
  #seen = 0;

  constructor(raw: RawClient, other: ClientId, keyPair: KeyPair) {
    this.raw = raw;
    this.other = other;
    this.party = {
      ...{ backend: nodeBackend, keyPair, supported: TUNNEL_ALGORITHMS },
      ...{ version: 'SILC-1.2-1.1.19 test', mutual: true, pfs: true },
    };
  }

  /** A private message as it is given. */
  async message(payload: Uint8Array, flags: number = PacketFlag.privmsgKey): Promise<void> {
    await this.raw.send(PacketType.privateMessage, payload, clientId(this.other), flags);
  }

  async send(packet: Tunnelled): Promise<void> {
    await this.message(encodeTunnelled(nodeBackend, packet, this.raw.id, this.other));
  }

  /** The next packet of a key exchange that comes. */
  async next(): Promise<Tunnelled> {
    const isNew = (packet: Packet) =>
      this.raw.log.indexOf(packet) >= this.#seen && tunnelledIn(packet) !== undefined;
    const packet = await this.raw.packet(isNew);
    this.#seen = this.raw.log.indexOf(packet) + 1;
    const tunnelled = tunnelledIn(packet);
    if (tunnelled === undefined) throw new Error('no packet of a key exchange');
    return tunnelled;
  }

  /** The status of the FAILURE that comes next. */
  async refusal(): Promise<number> {
    const { type, payload } = await this.next();
    if (type !== PacketType.failure) throw new Error(`packet of type ${type} instead of a refusal`);
    return decodePayload(statusPayload, payload);
  }

  /** An exchange from the proposal to the end. */
  async exchange(): Promise<NegotiatedPair> {
    const proposal = propose(this.party);
    await this.send({ type: PacketType.keyExchange, payload: proposal.payload });
    const selection = await this.next();
    return this.#finish(proposal.receiveSelection(selection.payload));
  }

  /** A change of keys: an exchange without proposals. */
  rekey(): Promise<NegotiatedPair> {
    return this.#finish(this.offer());
  }

  offer(): InitiatorExchange {
    return new InitiatorExchange(this.party, {
      algorithms: TUNNEL_NAMES,
      flags: KeyExchangeFlag.mutual | KeyExchangeFlag.pfs,
      ...{ startPayload: NOTHING, peerVersion: '' },
    });
  }

  /** A text under keys. */
  async say(pair: NegotiatedPair, text: string): Promise<void> {
    const parties = { sender: this.raw.id, receiver: this.other };
    const message = { flags: MessageFlag.utf8, data: utf8(text) };
    await this.message(pair.sender.protect(parties, message));
  }

  async #finish(step: InitiatorExchange): Promise<NegotiatedPair> {
    await this.send({ type: PacketType.keyExchange1, payload: step.payload });
    const answer = await this.next();
    if (answer.type !== PacketType.keyExchange2) throw new Error(`packet of type ${answer.type}`);
    return negotiatedPair(nodeBackend, step.receiveExchange(answer.payload));
  }
}

/** The packet of a key exchange that a private message carries. */
export function tunnelledIn({ type, source, payload }: Packet): Tunnelled | undefined {
  if (type !== PacketType.privateMessage || source.type !== 2) return undefined;
  try {
    const { flags, data } = decodeMessage(payload);
    if ((flags & MessageFlag.packet) === 0) return undefined;
    return decodeTunnelled(nodeBackend, data, source.id);
  } catch {
    return undefined;
  }
}
