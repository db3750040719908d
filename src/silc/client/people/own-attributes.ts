import { keyAttribute, signAsUser } from '../../attribute-signatures.js';
import { equalBytes } from '../../bytes.js';
import { commands, decodeRequest } from '../../commands/index.js';
import type { CommandMessage } from '../../commands/index.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { SilcError } from '../../errors.js';
import { decodeAttribute, encodeAttribute, type AttributeValue } from '../../packets/attribute-value.js';
import {
  AttributeFlag,
  attributeList,
  AttributeType,
  MAX_ATTRIBUTE_REQUEST_LENGTH,
  type Attribute,
} from '../../packets/attributes.js';
import { decodePayload, encodePayload } from '../../packets/codec.js';
import type { ClientId } from '../../ids.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import type { UserAttribute } from '../api/network.js';
import { LruMap } from '../../../util/lru-map.js';

/** Octets of all own attributes together; servers put them into one packet with other things. */
const MAX_OCTETS = 32_000;
/** Different requests whose answers are kept: each costs a signature. */
const MAX_ANSWERS = 32;

/** Made by the session, not by the application. */
const reserved: readonly number[] = [
  AttributeType.userPublicKey,
  AttributeType.serverPublicKey,
  AttributeType.userDigitalSignature,
  AttributeType.serverDigitalSignature,
];

/** What a session answers about its user. */
export class OwnAttributes {
  readonly #backend: CryptoBackend;
  readonly #keyPair: KeyPair;
  #attributes: readonly Attribute[] | undefined;
  readonly #answers = new LruMap<string, Uint8Array>(MAX_ANSWERS);

  constructor(backend: CryptoBackend, keyPair: KeyPair) {
    this.#backend = backend;
    this.#keyPair = keyPair;
  }

  /** @throws SilcError `usage` for what is no attribute, `limit` */
  set(attributes: readonly UserAttribute[] | undefined): void {
    if (attributes !== undefined && !Array.isArray(attributes)) {
      throw new SilcError('usage', 'attributes are told as a list');
    }
    const encoded = attributes?.map(encode);
    const octets = encoded?.reduce((sum, { data }) => sum + data.length + 4, 0) ?? 0;
    if (octets > MAX_OCTETS) {
      throw new SilcError('limit', `attributes of ${octets} octets, at most ${MAX_OCTETS} allowed`);
    }
    this.#attributes = encoded;
    this.#answers.clear();
  }

  /**
   * The reply to a command of the server; undefined where it is none about oneself, or nothing is to be answered.
   * @throws SilcError `malformed`
   */
  answer(message: CommandMessage, isSelf: (id: ClientId) => boolean): CommandMessage | undefined {
    if (message.command !== commands.whois.number || this.#attributes === undefined) return undefined;
    const { ids = [], attributes: requested } = decodeRequest(commands.whois, message);
    if (requested === undefined || requested.length > MAX_ATTRIBUTE_REQUEST_LENGTH || !ids.some(isSelf)) {
      return undefined;
    }
    // In one order, whatever was asked for first: each other answer costs another signature.
    const asked = decodePayload(attributeList, requested).map(({ type }) => type);
    const types = new Set(asked.toSorted((a, b) => a - b));
    const cached = [...types].join();
    const data = this.#answers.get(cached) ?? this.#sign(this.#attributes, types);
    this.#answers.set(cached, data);
    const { command, ident } = message;
    return {
      command,
      ident,
      args: [
        { type: 1, data: Uint8Array.of(0, 0) },
        { type: 11, data },
      ],
    };
  }

  /** The key first, the signature last, and between them what was asked for. */
  #sign(own: readonly Attribute[], types: ReadonlySet<number>): Uint8Array {
    const asked = [...types].filter((type) => !reserved.includes(type));
    const attributes = asked.flatMap((type): readonly Attribute[] => {
      const found = own.filter((attribute) => attribute.type === type);
      return found.length > 0 ? found : [{ type, flags: AttributeFlag.invalid, data: new Uint8Array(0) }];
    });
    const key = keyAttribute(AttributeType.userPublicKey, this.#keyPair.publicKey);
    return encodePayload(attributeList, signAsUser(this.#backend, this.#keyPair, [key, ...attributes]));
  }
}

/** Values come from applications, which are not always checked by a compiler: what does not come back as it was is refused. */
function encode(attribute: UserAttribute): Attribute {
  const { type, value } = attribute;
  if (reserved.includes(type)) throw new SilcError('usage', `attribute ${type} is made by the session`);
  if (!isObject(value)) throw new SilcError('usage', `attribute ${type} has no value: an object with a kind`);
  const encoded = encodeAttribute(type, value);
  if (encoded.data.length === 0) throw new SilcError('usage', `attribute ${type} is empty`);
  if (!isSame(decoded(encoded), value)) {
    throw new SilcError('usage', `attribute ${type} is not of kind ${value.kind}`);
  }
  return encoded;
}

function decoded(attribute: Attribute): AttributeValue | undefined {
  try {
    return decodeAttribute(attribute);
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Whether two values have the same fields. */
function isSame(one: AttributeValue | undefined, other: AttributeValue): boolean {
  if (one === undefined) return false;
  const fields = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).every(([name, field]: [string, unknown]) => {
    const same = fields.get(name);
    return field instanceof Uint8Array && same instanceof Uint8Array
      ? equalBytes(field, same)
      : field === same;
  });
}
