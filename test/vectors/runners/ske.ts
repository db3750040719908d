import { expect } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../src/silc/bytes.js';
import { defaultProposal, isHashName, supportedAlgorithms } from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { deriveKeyMaterial } from '../../../src/silc/crypto/key-material.js';
import { SilcKeyExchangeError } from '../../../src/silc/errors.js';
import { decodeKeyExchange, decodeStart, encodeStart } from '../../../src/silc/ke/payloads.js';
import type { ResponderSelection } from '../../../src/silc/ke/state.js';
import { receiveProposal, type ExchangeParty } from '../../../src/silc/ke/state.js';
import type { KeyExchangeStart } from '../../../src/silc/packets/key-exchange-start.js';
import { testKeyPair } from '../../support/keys.js';
import { hex } from './schemas.js';
import { exchange, keyMaterialFields, rekey } from './ske-exchange.js';
import type { CaseCheck, VectorRunner } from './types.js';

const hash = z.string().refine(isHashName);

/** The toolkit as responder: it has everything but the largest group. */
const toolkit = { ...supportedAlgorithms, groups: defaultProposal.groups };

const startFields = z.object({
  flags: z.number(),
  cookie: hex,
  version: z.string(),
  groups: z.string(),
  pkcs: z.string(),
  ciphers: z.string(),
  hashes: z.string(),
  hmacs: z.string(),
  compressions: z.string(),
});

function startOf(fields: z.infer<typeof startFields>): KeyExchangeStart {
  const list = (text: string): readonly string[] => (text === '' ? [] : text.split(','));
  return {
    flags: fields.flags,
    cookie: fields.cookie,
    version: fields.version,
    groups: list(fields.groups),
    pkcs: list(fields.pkcs),
    ciphers: list(fields.ciphers),
    hashes: list(fields.hashes),
    hmacs: list(fields.hmacs),
    compressions: list(fields.compressions),
  };
}

/** Status of what a step throws, 0 where it throws nothing. Anything but a key exchange error fails the case. */
function statusOf(step: () => unknown): number {
  try {
    step();
    return 0;
  } catch (error) {
    if (error instanceof SilcKeyExchangeError) return error.status;
    throw error;
  }
}

const startPayload: CaseCheck = ({ input, expect: wanted }) => {
  const start = startOf(startFields.parse(input));
  const { encoded, decode_status } = z.object({ encoded: hex, decode_status: z.number() }).parse(wanted);
  expect(toHex(encodeStart(start))).toBe(toHex(encoded));
  expect(statusOf(() => decodeStart(encoded))).toBe(decode_status);
  expect(decodeStart(encoded)).toEqual(start);
};

const startPayloadDecode: CaseCheck = ({ input, expect: wanted }) => {
  const { encoded } = z.object({ encoded: hex }).parse(input);
  const result = z.object({ status: z.number(), fields: startFields.optional() }).parse(wanted);
  // Error numbers are the reference's own; that it refuses is what counts.
  expect(statusOf(() => decodeStart(encoded)) === 0).toBe(result.status === 0);
  if (result.fields !== undefined) expect(decodeStart(encoded)).toEqual(startOf(result.fields));
};

const replyCase = z.object({ proposal: startFields, responder_version: z.string() });
const replyExpect = z.object({
  status: z.number(),
  reply: startFields.optional(),
  encoded_reply: hex.optional(),
});

const startPayloadReply: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { proposal, responder_version: version } = replyCase.parse(input);
  const result = replyExpect.parse(wanted);
  const party: ExchangeParty = {
    backend,
    keyPair: testKeyPair('k1024v1'),
    supported: toolkit,
    version,
    mutual: false,
    pfs: false,
  };
  const answer = (): ResponderSelection => receiveProposal(party, encodeStart(startOf(proposal)));
  expect(statusOf(answer)).toBe(result.status);
  if (result.status !== 0) return;
  const { payload } = answer();
  if (result.reply !== undefined) expect(decodeStart(payload)).toEqual(startOf(result.reply));
  if (result.encoded_reply !== undefined) expect(toHex(payload)).toBe(toHex(result.encoded_reply));
};

const keyExchangeDecode: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { encoded, mutual_flag_negotiated: mutual } = z
    .object({ encoded: hex, mutual_flag_negotiated: z.boolean() })
    .parse(input);
  const result = z
    .object({
      status: z.number(),
      fields: z.object({ pk_type: z.number(), pk_data: hex, dh_value: hex, signature: hex }).optional(),
    })
    .parse(wanted);
  if (result.fields !== undefined) {
    const { pk_type, pk_data, dh_value, signature } = result.fields;
    expect(decodeKeyExchange(encoded)).toEqual({
      publicKeyType: pk_type,
      publicKey: pk_data,
      publicValue: dh_value,
      signature,
    });
  }
  // What the payload lacks shows in the exchange. The signature is one over another exchange: that is refused as such.
  const status = statusOf(() => responderAfter(backend, mutual).receiveExchange(encoded));
  if (result.status === 0) expect([0, 9]).toContain(status);
  else expect([2, 8]).toContain(status);
};

/** A responder that has negotiated something and waits for KEY_EXCHANGE_1. */
function responderAfter(backend: CryptoBackend, mutual: boolean): ResponderSelection {
  const party: ExchangeParty = {
    backend,
    keyPair: testKeyPair('k1024v1'),
    supported: toolkit,
    version: 'SILC-1.2-0.0 vectors',
    mutual,
    pfs: false,
  };
  const proposal = encodeStart({
    flags: 0,
    cookie: new Uint8Array(16),
    version: party.version,
    compressions: [],
    ...toolkit,
  });
  return receiveProposal(party, proposal);
}

const keyMaterial: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { secret, iv_len, enc_key_bits, hmac_key_len, ...names } = z
    .object({
      secret: hex,
      hash,
      iv_len: z.number(),
      enc_key_bits: z.number(),
      hmac_key_len: z.number(),
    })
    .parse(input);
  const result = z.object({ key_material: keyMaterialFields }).parse(wanted).key_material;
  const derived = deriveKeyMaterial(backend, secret, {
    hash: names.hash,
    ivLength: iv_len,
    keyLength: enc_key_bits / 8,
    hmacKeyLength: hmac_key_len,
  });
  expect(derived).toEqual({
    sendIv: result.send_iv,
    receiveIv: result.receive_iv,
    sendEncryptionKey: result.send_enc_key,
    receiveEncryptionKey: result.receive_enc_key,
    sendHmacKey: result.send_hmac_key,
    receiveHmacKey: result.receive_hmac_key,
  });
};

export const runner: VectorRunner = {
  kinds: {
    start_payload: startPayload,
    start_payload_decode: startPayloadDecode,
    start_payload_reply: startPayloadReply,
    ke_payload_decode: keyExchangeDecode,
    key_material: keyMaterial,
    exchange,
    rekey,
  },
};
