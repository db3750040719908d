import { keyAttribute, signAsServer } from '../attribute-signatures.js';
import type { KeyPair } from '../crypto/key-pair.js';
import { encodeRequest, type CommandMessage } from '../commands/command.js';
import { commands } from '../commands/index.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { SilcError } from '../errors.js';
import { decodeAttribute, encodeAttribute } from '../packets/attribute-value.js';
import {
  AttributeFlag,
  attributeList,
  AttributeType,
  MAX_ATTRIBUTE_REQUEST_LENGTH,
  type Attribute,
} from '../packets/attributes.js';
import { decodePayload, encodePayload } from '../packets/codec.js';
import { commandPayload } from '../packets/command.js';
import { PacketType } from '../packets/packet-type.js';
import type { ServerClient } from './client.js';
import { monotonicMs } from '../../util/clock.js';

/** A client that has not answered is left alone for so long. */
const SILENCE_MS = 600_000;
/** Clients that are asked at a time; for further ones the server answers. */
const MAX_WAITING = 256;
/** Attributes of a request that are looked at. */
const MAX_REQUESTED = 64;
/** Octets of an answer: it shares a packet with the rest of the WHOIS reply. */
const MAX_ANSWER = 32_768;
const MAX_IDENT = 0xffff;

interface Waiting {
  readonly client: ServerClient;
  readonly finish: (answer: Uint8Array | undefined) => void;
}

/**
 * Asks clients for their attributes when somebody wants to know them by WHOIS, and answers for those who do not or cannot.
 */
export class AttributeRequests {
  readonly #backend: CryptoBackend;
  readonly #keyPair: KeyPair;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #silentUntil = new WeakMap<ServerClient, number>();
  #ident = 0;

  constructor(options: { backend: CryptoBackend; keyPair: KeyPair; timeoutMs: number }) {
    this.#backend = options.backend;
    this.#keyPair = options.keyPair;
    this.#timeoutMs = options.timeoutMs;
  }

  /** The client's answer, or the server's for it. Never rejects. */
  async ask(client: ServerClient, request: readonly Attribute[]): Promise<Uint8Array> {
    const mayAsk =
      client.attached &&
      this.#waiting.size < MAX_WAITING &&
      (this.#silentUntil.get(client) ?? 0) <= monotonicMs();
    const answer = mayAsk ? await this.#forward(client, request) : undefined;
    return answer ?? this.#answerFor(client, request);
  }

  /** A COMMAND_REPLY of a client. One that nobody waits for is dropped. */
  receive(client: ServerClient, payload: Uint8Array): void {
    const message = decoded(payload);
    const waiting = message === undefined ? undefined : this.#waiting.get(message.ident);
    if (message?.command !== commands.whois.number || waiting?.client !== client) return;
    waiting.finish(answerOf(message));
  }

  /** Nobody waits any longer. */
  close(): void {
    for (const { finish } of [...this.#waiting.values()]) finish(undefined);
  }

  #forward(client: ServerClient, request: readonly Attribute[]): Promise<Uint8Array | undefined> {
    do this.#ident = (this.#ident % MAX_IDENT) + 1;
    while (this.#waiting.has(this.#ident));
    const ident = this.#ident;
    return new Promise((resolve) => {
      const finish = (answer: Uint8Array | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(ident);
        if (answer === undefined) this.#silentUntil.set(client, monotonicMs() + SILENCE_MS);
        resolve(answer);
      };
      const timer = setTimeout(() => finish(undefined), this.#timeoutMs);
      this.#waiting.set(ident, { client, finish });
      const attributes = encodePayload(attributeList, request);
      const message = encodeRequest(commands.whois, ident, { attributes, ids: [client.id] });
      void client.sendPayload(PacketType.command, encodePayload(commandPayload, message));
    });
  }

  /** What a server knows by itself: the key, and that the mood is normal. */
  #answerFor(client: ServerClient, request: readonly Attribute[]): Uint8Array {
    const attributes = request.slice(0, MAX_REQUESTED).flatMap(({ type }): readonly Attribute[] => {
      switch (type) {
        case AttributeType.statusMood:
          return [encodeAttribute(type, { kind: 'mask', mask: 0 })];
        case AttributeType.userPublicKey:
          return [keyAttribute(type, client.publicKey)];
        case AttributeType.serverPublicKey:
        case AttributeType.userDigitalSignature:
        case AttributeType.serverDigitalSignature:
          return [];
        default:
          return [{ type, flags: AttributeFlag.invalid, data: new Uint8Array(0) }];
      }
    });
    return encodePayload(attributeList, signAsServer(this.#backend, this.#keyPair, attributes));
  }
}

/** Attributes that a WHOIS asks for; undefined where it asks for none, for too much or illegibly. */
export function requestedAttributes(octets: Uint8Array | undefined): readonly Attribute[] | undefined {
  if (octets === undefined || octets.length > MAX_ATTRIBUTE_REQUEST_LENGTH) return undefined;
  return attributesOf(octets);
}

/** Who has which key. */
export interface KeyHolders {
  readonly backend: CryptoBackend;
  holdersOfFingerprint(fingerprint: Uint8Array): readonly ServerClient[];
}

/** A request that holds a public key asks for whoever has it. */
export function holdersOfKey(
  network: KeyHolders,
  request: readonly Attribute[],
): readonly ServerClient[] | undefined {
  const key = request.find(({ type, data }) => type === AttributeType.userPublicKey && data.length > 0);
  if (key === undefined) return undefined;
  const value = valueOf({ ...key, flags: AttributeFlag.valid });
  if (value?.kind !== 'public-key') return [];
  const wanted = network.backend.hash('sha1', value.key);
  return network.holdersOfFingerprint(wanted);
}

function decoded(payload: Uint8Array): CommandMessage | undefined {
  return tried(() => decodePayload(commandPayload, payload));
}

function valueOf(attribute: Attribute) {
  return tried(() => decodeAttribute(attribute));
}

/** Handed on as it came, when it is legible at all. */
function answerOf({ args }: CommandMessage): Uint8Array | undefined {
  const octets = args.find(({ type }) => type === 11)?.data.slice();
  if (octets === undefined || octets.length > MAX_ANSWER) return undefined;
  return attributesOf(octets) === undefined ? undefined : octets;
}

function attributesOf(octets: Uint8Array): readonly Attribute[] | undefined {
  return tried(() => decodePayload(attributeList, octets));
}

function tried<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
