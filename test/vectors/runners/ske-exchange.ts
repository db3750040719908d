import { expect } from 'vitest';
import { z } from 'zod';
import { toHex, utf8 } from '../../../src/silc/bytes.js';
import {
  ciphers,
  hmac,
  isCipherName,
  isGroupName,
  isHashName,
  isHmacName,
  supportedAlgorithms,
} from '../../../src/silc/crypto/algorithms.js';
import type { CryptoBackend, RsaPublicNumbers } from '../../../src/silc/crypto/backend.js';
import { createCipher } from '../../../src/silc/crypto/cipher.js';
import { decodePublicKey } from '../../../src/silc/crypto/public-key.js';
import {
  digestSignatureForm,
  signatureForm,
  verify,
  type SignatureForm,
} from '../../../src/silc/crypto/signature.js';
import type { DirectionKeys } from '../../../src/silc/frame.js';
import { exchangeHash, initiatorHash } from '../../../src/silc/ke/exchange-hash.js';
import type { NegotiatedAlgorithms } from '../../../src/silc/ke/negotiation.js';
import { decodeKeyExchange, encodeKeyExchange } from '../../../src/silc/ke/payloads.js';
import { rekeyedKeys, type SessionKeys } from '../../../src/silc/ke/session-keys.js';
import { InitiatorExchange, receiveProposal, type ExchangeParty } from '../../../src/silc/ke/state.js';
import { keyPairOf, vectorsFolder } from '../../support/keys.js';
import { hex } from './schemas.js';
import type { CaseCheck } from './types.js';

const group = z.string().refine(isGroupName);
const hash = z.string().refine(isHashName);
const hmacName = z.string().refine(isHmacName);
const cipher = z.string().refine(isCipherName);

export const keyMaterialFields = z.object({
  send_iv: hex,
  receive_iv: hex,
  send_enc_key: hex,
  receive_enc_key: hex,
  send_hmac_key: hex,
  receive_hmac_key: hex,
  enc_key_bits: z.number(),
});

const loadedCiphers = z.object({
  send_cipher_iv: hex,
  receive_cipher_iv: hex,
  send_first_block_of_zeros: hex,
  send_hmac_of_abc: hex,
  receive_hmac_of_abc: hex,
});

/** Compares keys with the stated key material, and with what each party does with them. */
function checkKeys(
  backend: CryptoBackend,
  keys: SessionKeys,
  material: z.infer<typeof keyMaterialFields>,
  initiators: z.infer<typeof loadedCiphers>,
  responders: z.infer<typeof loadedCiphers>,
): void {
  const { initiatorToResponder: forth, responderToInitiator: back } = keys;
  expect(toHex(forth.encryptionKey)).toBe(toHex(material.send_enc_key));
  expect(toHex(back.encryptionKey)).toBe(toHex(material.receive_enc_key));
  expect(toHex(forth.hmacKey)).toBe(toHex(material.send_hmac_key));
  expect(toHex(back.hmacKey)).toBe(toHex(material.receive_hmac_key));
  if (ciphers[forth.cipher].mode === 'cbc') {
    expect(toHex(forth.iv)).toBe(toHex(material.send_iv));
    expect(toHex(back.iv)).toBe(toHex(material.receive_iv));
  }
  checkParty(backend, forth, back, initiators);
  checkParty(backend, back, forth, responders);
}

function checkParty(
  backend: CryptoBackend,
  send: DirectionKeys,
  receive: DirectionKeys,
  stated: z.infer<typeof loadedCiphers>,
): void {
  const macOf = (keys: DirectionKeys): string => toHex(hmac(backend, keys.hmac, keys.hmacKey, utf8('abc')));
  const zeros = new Uint8Array(16);
  const stream = createCipher(backend, send.cipher, 'encrypt', send.encryptionKey, send.iv);
  expect(toHex(send.iv)).toBe(toHex(stated.send_cipher_iv));
  expect(toHex(receive.iv)).toBe(toHex(stated.receive_cipher_iv));
  expect(toHex(stream.update(zeros))).toBe(toHex(stated.send_first_block_of_zeros));
  expect(macOf(send)).toBe(toHex(stated.send_hmac_of_abc));
  expect(macOf(receive)).toBe(toHex(stated.receive_hmac_of_abc));
}

const exchangeInput = z.object({
  group,
  hash,
  cipher,
  hmac: hmacName,
  flags: z.number(),
  initiator_start_payload: hex,
  initiator_public_key: hex,
  responder_public_key: hex,
  x: hex,
  y: hex,
});
const exchangeExpect = z.object({
  e: hex,
  f: hex,
  key: hex,
  hash_i: hex,
  hash: hex,
  signature_i: hex.nullable(),
  signature_r: hex,
  toolkit_accepts_signature_i: z.boolean().optional(),
  toolkit_accepts_signature_r: z.boolean(),
  signature_i_that_toolkit_accepts: hex.optional(),
  signature_r_that_toolkit_accepts: hex.optional(),
  ke1_payload: hex,
  ke2_payload: hex,
  key_material: keyMaterialFields,
  initiator_ciphers: loadedCiphers,
  responder_ciphers: loadedCiphers,
  rekey_key: hex.nullable(),
});

/** A complete exchange, both roles, with fixed exponents. */
export const exchange: CaseCheck = ({ input, expect: wanted }, backend) => {
  const given = exchangeInput.parse(input);
  const result = exchangeExpect.parse(wanted);
  const algorithms: NegotiatedAlgorithms = given;
  const folder = vectorsFolder();
  const initiatorKey = keyPairOf(decodePublicKey(given.initiator_public_key), folder);
  const responderKey = keyPairOf(decodePublicKey(given.responder_public_key), folder);
  // The reference signs as its key generator does: DigestInfo for version 2. Ours signs what its verifier accepts.
  const recordedForm = (version: 1 | 2): SignatureForm => (version === 1 ? 'raw' : 'digest-info');
  const party = {
    backend,
    supported: supportedAlgorithms,
    version: 'SILC-1.2-0.0 vectors',
    mutual: false,
    pfs: false,
  };
  const initiatorParty: ExchangeParty = {
    ...party,
    keyPair: initiatorKey,
    secretExponent: given.x,
    signatureForm: recordedForm(initiatorKey.publicKey.version),
  };
  const responderParty: ExchangeParty = {
    ...party,
    keyPair: responderKey,
    secretExponent: given.y,
    signatureForm: recordedForm(responderKey.publicKey.version),
  };

  const input_ = {
    startPayload: given.initiator_start_payload,
    initiatorPublicKey: given.initiator_public_key,
    initiatorValue: result.e,
  };
  expect(toHex(initiatorHash(backend, given.hash, input_))).toBe(toHex(result.hash_i));
  const whole = exchangeHash(backend, given.hash, {
    ...input_,
    responderPublicKey: given.responder_public_key,
    responderValue: result.f,
    secret: result.key,
  });
  expect(toHex(whole)).toBe(toHex(result.hash));
  const half = backend.diffieHellman(given.group, given.x);
  expect(toHex(half.computeSecret(result.f))).toBe(toHex(result.key));

  const initiator = new InitiatorExchange(initiatorParty, {
    algorithms,
    flags: given.flags,
    startPayload: given.initiator_start_payload,
    peerVersion: party.version,
  });
  expect(toHex(initiator.payload)).toBe(toHex(result.ke1_payload));
  const offered = decodeKeyExchange(initiator.payload);
  expect(toHex(offered.publicValue)).toBe(toHex(result.e));
  expect(toHex(offered.signature)).toBe(toHex(result.signature_i ?? new Uint8Array(0)));

  const selection = receiveProposal(responderParty, given.initiator_start_payload);
  expect(selection.algorithms).toMatchObject({ group: given.group, hash: given.hash, hmac: given.hmac });
  const accepted = selection.receiveExchange(result.ke1_payload).accept();
  expect(toHex(accepted.payload)).toBe(toHex(result.ke2_payload));
  const completed = initiator.receiveExchange(result.ke2_payload);

  for (const side of [completed, accepted.exchange]) {
    expect(toHex(side.hash)).toBe(toHex(result.hash));
    checkKeys(backend, side.keys, result.key_material, result.initiator_ciphers, result.responder_ciphers);
    if (result.rekey_key !== null) expect(toHex(side.keys.rekeySecret)).toBe(toHex(result.rekey_key));
    expect(side.pfs).toBe(result.rekey_key === null);
    expect(side.mutual).toBe(result.signature_i !== null);
  }

  const signed = [
    {
      key: initiatorKey.publicKey,
      digest: result.hash_i,
      signature: result.signature_i,
      accepts: result.toolkit_accepts_signature_i,
      accepted: result.signature_i_that_toolkit_accepts,
    },
    {
      key: responderKey.publicKey,
      digest: result.hash,
      signature: result.signature_r,
      accepts: result.toolkit_accepts_signature_r,
      accepted: result.signature_r_that_toolkit_accepts,
    },
  ];
  for (const { key, digest, signature, accepts, accepted: other } of signed) {
    const wantedForm = digestSignatureForm[key.version];
    const formOf = (octets: Uint8Array): SignatureForm | undefined =>
      checkedForm(backend, key.numbers, given.hash, digest, octets);
    if (signature !== null) expect(formOf(signature) === wantedForm).toBe(accepts);
    if (other !== undefined) expect(formOf(other)).toBe(wantedForm);
  }
};

/** The form of a signature that has to verify. */
function checkedForm(
  backend: CryptoBackend,
  key: RsaPublicNumbers,
  hashOf: z.infer<typeof hash>,
  digest: Uint8Array,
  signature: Uint8Array,
): SignatureForm | undefined {
  expect(verify(backend, key, hashOf, digest, signature)).toBe(true);
  return signatureForm(backend, key, hashOf, digest, signature);
}

const rekeyInput = z.object({
  hash,
  cipher,
  hmac: hmacName,
  group,
  pfs: z.boolean(),
  previous_send_enc_key: hex.optional(),
  x: hex.optional(),
  y: hex.optional(),
});
const rekeyExpect = z.object({
  ke1_payload: hex.optional(),
  ke2_payload: hex.optional(),
  key: hex.optional(),
  rounds: z.array(
    z.object({
      key_material: keyMaterialFields,
      rekey_initiator_ciphers: loadedCiphers,
      rekey_responder_ciphers: loadedCiphers,
    }),
  ),
});

/** Consecutive rekeys without PFS, or one with it. */
export const rekey: CaseCheck = ({ input, expect: wanted }, backend) => {
  const given = rekeyInput.parse(input);
  const result = rekeyExpect.parse(wanted);
  let secret = given.previous_send_enc_key;
  if (given.pfs) {
    const offer = decodeKeyExchange(present(result.ke1_payload));
    const answer = decodeKeyExchange(present(result.ke2_payload));
    const forth = backend.diffieHellman(given.group, present(given.x));
    const back = backend.diffieHellman(given.group, present(given.y));
    expect(toHex(forth.publicValue)).toBe(toHex(offer.publicValue));
    expect(toHex(back.publicValue)).toBe(toHex(answer.publicValue));
    secret = forth.computeSecret(answer.publicValue);
    expect(toHex(secret)).toBe(toHex(present(result.key)));
    expect(toHex(back.computeSecret(offer.publicValue))).toBe(toHex(secret));
    // The initiator sends its key along, the responder none, and neither signs.
    expect(offer.publicKey.length).toBeGreaterThan(0);
    const none = new Uint8Array(0);
    expect(toHex(encodeKeyExchange({ ...offer, signature: none }))).toBe(toHex(present(result.ke1_payload)));
    expect(toHex(encodeKeyExchange({ ...answer, publicKey: none, signature: none }))).toBe(
      toHex(present(result.ke2_payload)),
    );
  }
  for (const round of result.rounds) {
    const keys = rekeyedKeys(backend, given, present(secret));
    checkKeys(
      backend,
      keys,
      round.key_material,
      round.rekey_initiator_ciphers,
      round.rekey_responder_ciphers,
    );
    secret = keys.rekeySecret;
  }
};

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the case lacks a field');
  return value;
}
