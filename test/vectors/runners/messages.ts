import { expect } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../src/silc/bytes.js';
import { cipherName, ciphers, hashName, hmacName } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend, HashName } from '../../../src/silc/crypto/backend.js';
import {
  deriveKeyMaterial,
  swapDirections,
  type KeyMaterial,
} from '../../../src/silc/crypto/key-material.js';
import { decodePublicKey } from '../../../src/silc/crypto/public-key.js';
import { SilcError } from '../../../src/silc/errors.js';
import { parseId, type ChannelId, type ClientId } from '../../../src/silc/ids.js';
import {
  channelMessageKey,
  channelPrivateKey,
  staticMessageKeys,
} from '../../../src/silc/messages/message-keys.js';
import { MessageFlag } from '../../../src/silc/messages/message-flag.js';
import {
  decodeMessage,
  encodeMessage,
  type MessagePayload,
  type OutgoingMessage,
} from '../../../src/silc/messages/message-payload.js';
import {
  NegotiatedReceiver,
  NegotiatedSender,
  openMessage,
  protectMessage,
  type MessageKey,
  type MessageParties,
} from '../../../src/silc/messages/protection.js';
import { verifyMessage, type MessageSigner } from '../../../src/silc/messages/signed-part.js';
import { privateKeyNamed, privateKeyOf, publicKeyNamed, versionOfNamed } from '../test-keys.js';
import { mimeDecode, mimeFragments } from './mime.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';
import { octets } from './wire-schemas.js';

const ids = { sender_id: hex, receiver_id: hex };
const outgoing = {
  flags: z.number(),
  flag_names: z.string(),
  data: octets,
  signing_key: z.string().optional(),
  signature_hash: z.string().optional(),
  embed_public_key: z.boolean().optional(),
};
const longPayload = z.object({
  length: z.number(),
  sha256: z.string(),
  first_64: z.string(),
  last_96: z.string(),
});
const encodedSchema = z.object({
  encoded: z.boolean(),
  iv: hex.optional(),
  padding: hex.optional(),
  data_length: z.number().optional(),
  data_was_cut: z.boolean().optional(),
  payload_length: z.number().optional(),
  payload: z.union([z.string(), longPayload, z.null()]).optional(),
  mac: z.string().optional(),
  signature: z.string().optional(),
  embedded_public_key_length: z.number().optional(),
  public_key_type: z.number().optional(),
  toolkit_verify_result: z.number().optional(),
  embedded_public_key_returned: z.boolean().optional(),
});
const materialSchema = z
  .object({
    send_iv: hex,
    receive_iv: hex,
    send_enc_key: hex,
    receive_enc_key: hex,
    send_hmac_key: hex,
    receive_hmac_key: hex,
  })
  .transform((m) => ({
    sendIv: m.send_iv,
    receiveIv: m.receive_iv,
    sendEncryptionKey: m.send_enc_key,
    receiveEncryptionKey: m.receive_enc_key,
    sendHmacKey: m.send_hmac_key,
    receiveHmacKey: m.receive_hmac_key,
  }));
const algorithmSchema = z
  .object({ cipher: z.string(), hmac: z.string() })
  .transform(({ cipher, hmac }) => ({ cipher: cipherName(cipher), hmac: hmacName(hmac) }));

type Encoded = z.output<typeof encodedSchema>;
interface StatedMessage {
  readonly flags: number;
  readonly flag_names: string;
  readonly data: Uint8Array;
  readonly signing_key?: string | undefined;
  readonly signature_hash?: string | undefined;
  readonly embed_public_key?: boolean | undefined;
}

function partiesOf(input: unknown): MessageParties {
  const { sender_id, receiver_id } = z.object(ids).parse(input);
  return { sender: clientIdOf(sender_id), receiver: receiverOf(receiver_id) };
}

function clientIdOf(raw: Uint8Array): ClientId {
  const id = parseId(2, raw);
  return id.type === 2 ? id.id : expect.unreachable();
}

/** Channel IDs are 8 or 20 octets long, Client IDs 16 or 28. */
function receiverOf(raw: Uint8Array): ClientId | ChannelId {
  const id = parseId(raw.length === 8 || raw.length === 20 ? 3 : 2, raw);
  return id.type === 2 || id.type === 3 ? id.id : expect.unreachable();
}

function checkFlagNames({ flags, flag_names }: StatedMessage): void {
  for (const name of flag_names.split(',').filter((part) => part !== '')) {
    const bit = Object.entries(MessageFlag).find(([key]) => key === name)?.[1];
    if (bit !== undefined) expect(flags & bit).toBe(bit);
  }
}

/** Compares what was encoded with what is stated of it. */
function checkPayload(
  backend: CryptoBackend,
  made: Uint8Array,
  { payload, payload_length, mac }: Encoded,
): void {
  const text = toHex(made);
  if (payload_length !== undefined) expect(made).toHaveLength(payload_length);
  if (mac !== undefined) expect(text.endsWith(mac)).toBe(true);
  if (typeof payload === 'string') {
    expect(text).toBe(payload);
  } else {
    const { length, sha256, first_64, last_96 } = longPayload.parse(payload);
    expect(made).toHaveLength(length);
    expect(text.startsWith(first_64)).toBe(true);
    expect(text.endsWith(last_96)).toBe(true);
    expect(toHex(backend.hash('sha256', made))).toBe(sha256);
  }
}

/** The public key that a case embeds: that of the signing key. */
function embeddedKey(stated: StatedMessage): Uint8Array | undefined {
  if (stated.embed_public_key !== true || stated.signing_key === undefined) return undefined;
  return publicKeyNamed(stated.signing_key) ?? expect.unreachable(`no public key ${stated.signing_key}`);
}

interface Signing {
  readonly signer: MessageSigner | undefined;
  readonly hash: HashName;
}

function signingOf(stated: StatedMessage): Signing {
  const hash = hashName(stated.signature_hash ?? 'sha1');
  if (stated.signing_key === undefined) return { signer: undefined, hash };
  const key = privateKeyNamed(stated.signing_key) ?? expect.unreachable(`no key ${stated.signing_key}`);
  const publicKey = embeddedKey(stated);
  const version =
    publicKey === undefined ? versionOfNamed(stated.signing_key) : decodePublicKey(publicKey).version;
  return { signer: { key, version, publicKey, hash }, hash };
}

/** The decoded message says what was sent, and its signature verifies. */
function checkDecoded(
  backend: CryptoBackend,
  message: MessagePayload,
  data: Uint8Array,
  stated: StatedMessage,
  wanted: Encoded,
): void {
  expect(message.flags).toBe(stated.flags);
  expect(toHex(message.data)).toBe(toHex(data));
  if (wanted.padding !== undefined) expect(toHex(message.padding)).toBe(toHex(wanted.padding));
  const { signer, hash } = signingOf(stated);
  if (signer === undefined) {
    expect(message.signature).toBeUndefined();
    return;
  }
  const signature = message.signature ?? expect.unreachable('no signature');
  expect(toHex(signature.signature)).toBe(wanted.signature);
  expect(signature.publicKeyType).toBe(wanted.public_key_type);
  expect(signature.publicKey).toHaveLength(wanted.embedded_public_key_length ?? 0);
  expect(signature.publicKey.length > 0).toBe(wanted.embedded_public_key_returned);
  expect(verifyMessage(backend, signer.key, signature, [hash])).toBe(wanted.toolkit_verify_result === 0);
  expect(verifyMessage(backend, signer.key, signature)).toBe(wanted.toolkit_verify_result === 0);
  if (signature.publicKey.length > 0) {
    expect(privateKeyOf(decodePublicKey(signature.publicKey).numbers)).toBeDefined();
  }
}

type Encode = (message: OutgoingMessage, iv: Uint8Array | undefined) => Uint8Array;
type Decode = (payload: Uint8Array) => MessagePayload;

/** One message both ways: the encoder gives the stated octets, and what they say is what was sent. */
function bothWays(
  backend: CryptoBackend,
  stated: StatedMessage,
  wanted: Encoded,
  encode: Encode,
  decode: Decode,
): void {
  checkFlagNames(stated);
  if (!wanted.encoded) {
    expect(() => encode({ flags: stated.flags, data: stated.data }, undefined)).toThrow(SilcError);
    return;
  }
  let data = stated.data;
  if (wanted.data_was_cut === true) {
    // The toolkit cuts what is too long; here it is refused, and what fits is sent alike.
    expect(() => encode({ flags: stated.flags, data, signer: signingOf(stated).signer }, undefined)).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
    data = data.subarray(0, wanted.data_length);
  }
  if (wanted.data_length !== undefined) expect(data).toHaveLength(wanted.data_length);
  const { signer } = signingOf(stated);
  const message = { flags: stated.flags, data, signer, padding: wanted.padding };
  const made = encode(message, wanted.iv);
  checkPayload(backend, made, wanted);
  checkDecoded(backend, decode(made), data, stated, wanted);
}

const channelMessage: CaseCheck = ({ input, expect: wanted }, backend) => {
  const stated = z
    .object({ ...outgoing, channel_key: hex.optional(), channel_private_key: hex.optional() })
    .parse(input);
  const algorithms = algorithmSchema.parse(input);
  const result = encodedSchema.extend({ key_material: materialSchema.optional() }).parse(wanted);
  const { channel_key, channel_private_key } = stated;
  const key =
    channel_private_key === undefined
      ? channelMessageKey(backend, channel_key ?? expect.unreachable('no key'), algorithms)
      : channelPrivateKey(backend, channel_private_key, algorithms);
  if (result.key_material !== undefined) {
    expect(toHex(key.encryptionKey)).toBe(toHex(result.key_material.sendEncryptionKey));
  }
  const parties = partiesOf(input);
  bothWays(
    backend,
    stated,
    result,
    (message, iv) => protectMessage(backend, key, parties, message, { iv }),
    (payload) => {
      const { message, macForm } = openMessage(backend, key, parties, payload);
      expect(macForm).toBe('with-ids');
      return message;
    },
  );
};

const privateMessage: CaseCheck = ({ input, expect: wanted }, backend) => {
  partiesOf(input);
  bothWays(
    backend,
    z.object(outgoing).parse(input),
    encodedSchema.parse(wanted),
    (message) => encodeMessage(backend, message),
    decodeMessage,
  );
};

const conversation = z.object({ sender_is_responder: z.boolean(), messages: z.array(z.object(outgoing)) });
const conversationExpect = z.object({ key_material: materialSchema, messages: z.array(encodedSchema) });

function eachMessage(
  backend: CryptoBackend,
  input: unknown,
  wanted: unknown,
  encode: Encode,
  decode: Decode,
): void {
  const { messages } = conversation.parse(input);
  const results = conversationExpect.parse(wanted).messages;
  expect(results).toHaveLength(messages.length);
  messages.forEach((message, i) => {
    bothWays(backend, message, results[i] ?? expect.unreachable(), encode, decode);
  });
}

const hexOf = (material: KeyMaterial): Record<string, string> =>
  Object.fromEntries(
    Object.entries(material).map(([name, value]: [string, Uint8Array]) => [name, toHex(value)]),
  );

const staticKey: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { shared_key, key_material_hmac_key_len } = z
    .object({ shared_key: hex, key_material_hmac_key_len: z.number() })
    .parse(input);
  const { sender_is_responder } = conversation.parse(input);
  const { key_material } = conversationExpect.parse(wanted);
  const material = deriveKeyMaterial(backend, shared_key, {
    hash: 'sha1',
    keyLength: 32,
    hmacKeyLength: key_material_hmac_key_len,
  });
  expect(hexOf(material)).toEqual(hexOf(key_material));
  const algorithms = algorithmSchema.parse(input);
  const role = sender_is_responder ? 'responder' : 'initiator';
  const { send } = staticMessageKeys(backend, shared_key, role, algorithms);
  const { receive } = staticMessageKeys(
    backend,
    shared_key,
    sender_is_responder ? 'initiator' : 'responder',
    algorithms,
  );
  const parties = partiesOf(input);
  eachMessage(
    backend,
    input,
    wanted,
    (message, iv) => protectMessage(backend, send, parties, message, { iv }),
    (payload) => openMessage(backend, receive, parties, payload).message,
  );
};

const negotiatedKey: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { secret, key_material_hmac_key_len } = z
    .object({ secret: hex, key_material_hmac_key_len: z.number() })
    .parse(input);
  const { sender_is_responder } = conversation.parse(input);
  const { key_material } = conversationExpect.parse(wanted);
  const { cipher, hmac } = algorithmSchema.parse(input);
  const hash: HashName =
    key_material_hmac_key_len === 32 ? 'sha256' : key_material_hmac_key_len === 16 ? 'md5' : 'sha1';
  const initiator = deriveKeyMaterial(backend, secret, { hash, keyLength: ciphers[cipher].keyLength });
  expect(hexOf(initiator)).toEqual(hexOf(key_material));
  const own = sender_is_responder ? swapDirections(initiator) : initiator;
  const key = {
    cipher,
    hmac,
    encryptionKey: own.sendEncryptionKey,
    iv: own.sendIv,
    hmacKey: own.sendHmacKey,
  };
  const sender = new NegotiatedSender(backend, key);
  const receiver = new NegotiatedReceiver(backend, key);
  const parties = partiesOf(input);
  eachMessage(
    backend,
    input,
    wanted,
    (message) => sender.protect(parties, message),
    (payload) => receiver.open(parties, payload).message,
  );
};

const parsedSchema = z.object({
  accepted: z.boolean(),
  flags: z.number().optional(),
  data: z.string().optional(),
  padding: z.string().optional(),
  has_signature: z.boolean().optional(),
});

/** What a receiver makes of a payload. Where the toolkit is lenient, refusing is allowed. */
function checkParsed(wanted: unknown, informative: string | undefined, parse: () => MessagePayload): void {
  const result = parsedSchema.parse(wanted);
  let message: MessagePayload;
  try {
    message = parse();
  } catch (error) {
    expect(error).toBeInstanceOf(SilcError);
    if (informative === undefined) expect(result.accepted).toBe(false);
    return;
  }
  expect(result.accepted).toBe(true);
  if (result.flags !== undefined) expect(message.flags).toBe(result.flags);
  if (result.data !== undefined) expect(toHex(message.data)).toBe(result.data);
  if (result.padding !== undefined) expect(toHex(message.padding)).toBe(result.padding);
  if (result.has_signature !== undefined) expect(message.signature !== undefined).toBe(result.has_signature);
}

const channelParse: CaseCheck = ({ input, expect: wanted, informative }, backend) => {
  const { channel_key, payload } = z.object({ channel_key: hex, payload: hex }).parse(input);
  const key: MessageKey = channelMessageKey(backend, channel_key, algorithmSchema.parse(input));
  const parties = partiesOf(input);
  checkParsed(wanted, informative, () => openMessage(backend, key, parties, payload).message);
};

const privateParse: CaseCheck = ({ input, expect: wanted, informative }) => {
  const { payload } = z.object({ payload: hex }).parse(input);
  checkParsed(wanted, informative, () => decodeMessage(payload));
};

export const runner: VectorRunner = {
  kinds: {
    channel_message: channelMessage,
    private_message: privateMessage,
    private_message_static_key: staticKey,
    private_message_session_key: negotiatedKey,
    channel_message_parse: channelParse,
    private_message_parse: privateParse,
    mime_fragments: mimeFragments,
    mime_decode: mimeDecode,
  },
};
