import { expect } from 'vitest';
import { z } from 'zod';
import { toHex, utf8 } from '../../../src/silc/bytes.js';
import { hashName } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend, HashName } from '../../../src/silc/crypto/backend.js';
import { decodePublicKey } from '../../../src/silc/crypto/public-key.js';
import { dataSignatureForm, signData, verifyData } from '../../../src/silc/crypto/signature.js';
import { SilcError } from '../../../src/silc/errors.js';
import { parseId, type ChannelId, type ClientId } from '../../../src/silc/ids.js';
import { argumentList, countedArgumentList } from '../../../src/silc/packets/argument-list.js';
import { authenticationPayload } from '../../../src/silc/packets/authentication-payload.js';
import { channelKeyPayload } from '../../../src/silc/packets/channel-key.js';
import { channelPayload, channelPayloadList } from '../../../src/silc/packets/channel-payload.js';
import { decodePayload, encodePayload, type Codec } from '../../../src/silc/packets/codec.js';
import { decodeStatus } from '../../../src/silc/commands/command.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { connectionAuthRequestPayload } from '../../../src/silc/packets/connection-auth-request.js';
import { connectionAuthPayload } from '../../../src/silc/packets/connection-auth.js';
import { disconnectPayload } from '../../../src/silc/packets/disconnect.js';
import { fileTransferPayload, FileTransferType } from '../../../src/silc/packets/file-transfer.js';
import { keyAgreementPayload } from '../../../src/silc/packets/key-agreement.js';
import { newClientPayload } from '../../../src/silc/packets/new-client.js';
import { decodeNotify, encodeNotify, notifyPayload, NotifyType } from '../../../src/silc/packets/notify.js';
import { resumeClientPayload } from '../../../src/silc/packets/resume-client.js';
import { comparable } from '../../support/comparable.js';
import { privateKeyOf } from '../test-keys.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const args = z.array(z.object({ type: z.number(), data: hex }));
const payloadOnly = z.object({ payload: hex });

/** Encoding gives the stated octets, and decoding them the value again. */
function bothWays<T>(codec: Codec<T>, value: T, payload: Uint8Array, decodedValue: T = value): void {
  expect(toHex(encodePayload(codec, value))).toBe(toHex(payload));
  expect(comparable(decodePayload(codec, payload))).toEqual(comparable(decodedValue));
}

const isSent = ({ data }: { readonly data: Uint8Array }): boolean => data.length > 0;

const command: CaseCheck = ({ input, expect: wanted }) => {
  const stated = z.object({ command: z.number(), identifier: z.number(), arguments: args }).parse(input);
  const result = payloadOnly.extend({ parsed_argument_count: z.number() }).parse(wanted);
  const value = { command: stated.command, ident: stated.identifier, args: stated.arguments };
  const sent = { ...value, args: value.args.filter(isSent) };
  bothWays(commandPayload, value, result.payload, sent);
  expect(decodePayload(commandPayload, result.payload).args).toHaveLength(result.parsed_argument_count);
};

const commandReply: CaseCheck = ({ input, expect: wanted }) => {
  const stated = z
    .object({
      command: z.number(),
      identifier: z.number(),
      status: z.number(),
      error: z.number(),
      arguments: args,
    })
    .parse(input);
  const result = payloadOnly
    .extend({ success: z.boolean(), parsed_status: z.number(), parsed_error: z.number() })
    .parse(wanted);
  const status = { type: 1, data: Uint8Array.of(stated.status, stated.error) };
  const sent = [status, ...stated.arguments.filter(isSent)];
  const value = { command: stated.command, ident: stated.identifier, args: sent };
  bothWays(commandPayload, value, result.payload);
  const { position, error } = decodeStatus(decodePayload(commandPayload, result.payload));
  const place = ['single', 'start', 'item', 'end'].indexOf(position);
  expect({ status: place === 0 ? error : place, error }).toEqual({
    status: result.parsed_status,
    error: result.parsed_error,
  });
  expect(error === 0).toBe(result.success);
};

const notify: CaseCheck = ({ input, expect: wanted }) => {
  const stated = z.object({ notify_type: z.number(), name: z.string(), arguments: args }).parse(input);
  const result = payloadOnly
    .extend({ parsed_type: z.number(), parsed_argument_count: z.number() })
    .parse(wanted);
  const value = { type: stated.notify_type, args: stated.arguments };
  bothWays(notifyPayload, value, result.payload, { ...value, args: value.args.filter(isSent) });
  const payload = decodePayload(notifyPayload, result.payload);
  expect(payload.type).toBe(result.parsed_type);
  expect(payload.args).toHaveLength(result.parsed_argument_count);
  // The typed form knows every type and loses nothing of it.
  const typed = decodeNotify(payload);
  const known = Object.values(NotifyType).some((type) => type === stated.notify_type);
  if (known) expect(typed.type.replaceAll('-', '_').toUpperCase()).toBe(stated.name);
  expect(toHex(encodePayload(notifyPayload, encodeNotify(typed)))).toBe(toHex(result.payload));
};

function channelIdOf(raw: Uint8Array): ChannelId {
  const id = parseId(3, raw);
  return id.type === 3 ? id.id : expect.unreachable();
}

function clientIdOf(raw: Uint8Array): ClientId {
  const id = parseId(2, raw);
  return id.type === 2 ? id.id : expect.unreachable();
}

const channel = z
  .object({ name: z.string(), channel_id: hex, mode: z.number() })
  .transform(({ name, channel_id, mode }) => ({ name, channelId: channelIdOf(channel_id), mode }));

const oneChannel: CaseCheck = ({ input, expect: wanted }) => {
  bothWays(channelPayload, channel.parse(input), payloadOnly.parse(wanted).payload);
};

const channelList: CaseCheck = ({ input, expect: wanted }) => {
  const { channels } = z.object({ channels: z.array(channel) }).parse(input);
  const { payload, parsed_count } = payloadOnly.extend({ parsed_count: z.number() }).parse(wanted);
  bothWays(channelPayloadList, channels, payload);
  expect(channels).toHaveLength(parsed_count);
};

const channelKey: CaseCheck = ({ input, expect: wanted }) => {
  const { channel_id, cipher, key } = z
    .object({ channel_id: hex, cipher: z.string(), key: hex })
    .parse(input);
  const value = { channelId: channelIdOf(channel_id), cipher, key };
  bothWays(channelKeyPayload, value, payloadOnly.parse(wanted).payload);
};

const authPayload: CaseCheck = ({ input, expect: wanted }) => {
  const value = z.object({ method: z.number(), random: hex, data: hex }).parse(input);
  const result = z
    .object({ payload: hex.nullable(), parse_ok: z.boolean(), parsed_data_length: z.number().optional() })
    .parse(wanted);
  const { payload } = result;
  if (payload === null) {
    expect(() => encodePayload(authenticationPayload, value)).toThrow(SilcError);
    return;
  }
  expect(toHex(encodePayload(authenticationPayload, value))).toBe(toHex(payload));
  if (!result.parse_ok) {
    expect(() => decodePayload(authenticationPayload, payload)).toThrow(SilcError);
    return;
  }
  const decoded = decodePayload(authenticationPayload, payload);
  expect(comparable(decoded)).toEqual(comparable(value));
  if (result.parsed_data_length !== undefined) expect(decoded.data).toHaveLength(result.parsed_data_length);
};

/** A signature by a test key; without its private half the stated one is only verified. */
function checkSignature(
  backend: CryptoBackend,
  publicKey: Uint8Array,
  hash: HashName,
  parts: readonly Uint8Array[],
  signature: Uint8Array,
): void {
  const { numbers, version } = decodePublicKey(publicKey);
  expect(verifyData(backend, numbers, hash, parts, signature)).toBe(true);
  const secret = privateKeyOf(numbers);
  if (secret === undefined) return;
  expect(toHex(signData(backend, secret, hash, parts, dataSignatureForm[version]))).toBe(toHex(signature));
}

const authPublicKey: CaseCheck = ({ input, expect: wanted }, backend) => {
  const stated = z
    .object({ public_key: hex, hash: z.string(), random: hex, id_type: z.number(), id: hex })
    .parse(input);
  const { payload, verifies } = payloadOnly.extend({ verifies: z.boolean() }).parse(wanted);
  const value = decodePayload(authenticationPayload, payload);
  expect(value).toMatchObject({ method: 2 });
  expect(toHex(value.random)).toBe(toHex(stated.random));
  expect(verifies).toBe(true);
  const parts = [stated.random, stated.id, stated.public_key];
  checkSignature(backend, stated.public_key, hashName(stated.hash), parts, value.data);
  bothWays(authenticationPayload, value, payload);
};

const connectionAuth: CaseCheck = ({ input, expect: wanted }, backend) => {
  const stated = z
    .object({
      connection_type: z.number(),
      method: z.number(),
      passphrase: z.string().optional(),
      passphrase_bytes: hex.optional(),
      public_key: hex.optional(),
      hash_name: z.string().optional(),
      hash: hex.optional(),
      start_payload: hex.optional(),
    })
    .parse(input);
  const { payload, signature } = payloadOnly.extend({ signature: hex.optional() }).parse(wanted);
  const data = signature ?? stated.passphrase_bytes ?? utf8(stated.passphrase ?? '');
  bothWays(connectionAuthPayload, { connectionType: stated.connection_type, data }, payload);
  if (stated.passphrase !== undefined && stated.passphrase_bytes !== undefined) {
    expect(toHex(utf8(stated.passphrase))).toBe(toHex(stated.passphrase_bytes));
  }
  if (stated.method !== 2) return;
  const { public_key, hash_name, hash, start_payload } = z
    .object({ public_key: hex, hash_name: z.string(), hash: hex, start_payload: hex })
    .parse(input);
  checkSignature(backend, public_key, hashName(hash_name), [hash, start_payload], data);
};

const connectionAuthRequest: CaseCheck = ({ input, expect: wanted }) => {
  const { connection_type, method } = z
    .object({ connection_type: z.number(), method: z.number() })
    .parse(input);
  const value = { connectionType: connection_type, method };
  bothWays(connectionAuthRequestPayload, value, payloadOnly.parse(wanted).payload);
};

const keyAgreement: CaseCheck = ({ input, expect: wanted }) => {
  const { host, protocol, port } = z
    .object({ host: z.string().nullable(), protocol: z.number(), port: z.number() })
    .parse(input);
  const result = payloadOnly.extend({ ftp_payload: hex, parse_ok: z.boolean() }).parse(wanted);
  expect(result.parse_ok).toBe(true);
  bothWays(keyAgreementPayload, { host: host ?? '', protocol, port }, result.payload);
  bothWays(fileTransferPayload, { type: FileTransferType.sftp, data: result.payload }, result.ftp_payload);
};

const disconnect: CaseCheck = ({ input, expect: wanted }) => {
  const { status, message } = z.object({ status: z.number(), message: z.string().nullable() }).parse(input);
  bothWays(disconnectPayload, { status, text: message ?? '' }, payloadOnly.parse(wanted).payload);
};

const newClient: CaseCheck = ({ input, expect: wanted }) => {
  const { username, realname, nickname } = z
    .object({ username: z.string(), realname: z.string(), nickname: z.string().nullish() })
    .parse(input);
  const value = { username, realName: realname, nickname: nickname ?? undefined };
  bothWays(newClientPayload, value, payloadOnly.parse(wanted).payload);
};

const resumeClient: CaseCheck = ({ input, expect: wanted }, backend) => {
  const stated = z
    .object({ old_client_id: hex, public_key: hex, hash: z.string(), random: hex })
    .parse(input);
  const result = payloadOnly.extend({ auth_payload: hex }).parse(wanted);
  const authentication = decodePayload(authenticationPayload, result.auth_payload);
  const value = { clientId: clientIdOf(stated.old_client_id), authentication };
  bothWays(resumeClientPayload, value, result.payload);
  expect(toHex(authentication.random)).toBe(toHex(stated.random));
  const parts = [stated.random, stated.old_client_id, stated.public_key];
  checkSignature(backend, stated.public_key, hashName(stated.hash), parts, authentication.data);
};

const plainList: CaseCheck = ({ input, expect: wanted }) => {
  const list = z.object({ arguments: args }).parse(input).arguments;
  const { payload, parse_ok } = payloadOnly.extend({ parse_ok: z.boolean() }).parse(wanted);
  expect(parse_ok).toBe(true);
  bothWays(argumentList, list, payload);
};

const countedList: CaseCheck = ({ input, expect: wanted }) => {
  const list = z.object({ arguments: args }).parse(input).arguments;
  const { payload, parsed_count } = payloadOnly.extend({ parsed_count: z.number() }).parse(wanted);
  bothWays(countedArgumentList, list, payload);
  expect(list).toHaveLength(parsed_count);
};

/** Whether a codec takes raw octets. Refusing what the toolkit is lenient about is allowed. */
function verdict<T>(codec: Codec<T>): CaseCheck {
  return ({ input, expect: wanted, informative }) => {
    const { payload } = payloadOnly.parse(input);
    const { accepted } = z.object({ accepted: z.boolean() }).parse(wanted);
    let taken = true;
    try {
      decodePayload(codec, payload);
    } catch (error) {
      expect(error).toBeInstanceOf(SilcError);
      taken = false;
    }
    if (informative === undefined || !accepted) expect(taken).toBe(accepted);
    else expect([accepted, false]).toContain(taken);
  };
}

export const runner: VectorRunner = {
  kinds: {
    command,
    command_reply: commandReply,
    notify,
    channel_payload: oneChannel,
    channel_payload_list: channelList,
    channel_key: channelKey,
    auth_payload: authPayload,
    auth_payload_public_key: authPublicKey,
    connection_auth: connectionAuth,
    connection_auth_request: connectionAuthRequest,
    key_agreement: keyAgreement,
    disconnect,
    new_client: newClient,
    resume_client: resumeClient,
    argument_list: plainList,
    argument_list_with_count: countedList,
    command_decode: verdict(commandPayload),
    notify_decode: verdict(notifyPayload),
    channel_key_decode: verdict(channelKeyPayload),
    auth_decode: verdict(authenticationPayload),
    key_agreement_decode: verdict(keyAgreementPayload),
  },
};
