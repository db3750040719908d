import { expect } from 'vitest';
import { z } from 'zod';
import { concat, Reader, toHex, utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { encodeIdPayload, idBytes, idPayload, parseId, type TypedId } from '../../../src/silc/ids.js';
import {
  makeChannelId,
  makeClientId,
  makeServerId,
  nicknameHash,
} from '../../../src/silc/packets/id-layout.js';
import { prepareNickname } from '../../../src/silc/stringprep/index.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const idInput = z.discriminatedUnion('id_type', [
  z.object({ id_type: z.literal(1), ip: hex, port: z.number(), random: z.number() }),
  z.object({ id_type: z.literal(2), ip: hex, random_byte: hex, nickname_hash: hex }),
  z.object({ id_type: z.literal(3), ip: hex, port: z.number(), random: z.number() }),
]);

function makeId(input: z.output<typeof idInput>): TypedId {
  switch (input.id_type) {
    case 1:
      return { type: 1, id: makeServerId(input.ip, input.port, input.random) };
    case 2:
      return { type: 2, id: makeClientId(input.ip, input.random_byte[0] ?? 0, input.nickname_hash) };
    case 3:
      return { type: 3, id: makeChannelId(input.ip, input.port, input.random) };
  }
}

/** The stated text rendering is the toolkit's own and for display only: it is not compared. */
const id: CaseCheck = ({ input, expect: wanted }) => {
  const parts = idInput.parse(input);
  const result = z.object({ encoded: z.string(), length: z.number(), id_payload: hex }).parse(wanted);
  const made = makeId(parts);
  expect(toHex(idBytes(made))).toBe(result.encoded);
  expect(idBytes(made)).toHaveLength(result.length);
  expect(parseId(parts.id_type, idBytes(made))).toEqual(made);
  expect(toHex(encodeIdPayload(made))).toBe(toHex(result.id_payload));
  expect(idPayload.decode(new Reader(result.id_payload))).toEqual(made);
};

function decoded(octets: Uint8Array): TypedId | undefined {
  try {
    const found = idPayload.decode(new Reader(octets));
    return found.type === 0 ? undefined : found;
  } catch (error) {
    expect(error).toBeInstanceOf(SilcError);
    return undefined;
  }
}

/** The toolkit looks at the length of the payload first and at the ID later; here both are one step. */
const idPayloadDecode: CaseCheck = ({ input, expect: wanted }) => {
  const { id_payload } = z.object({ id_payload: hex }).parse(input);
  const result = z
    .object({
      payload_accepted: z.boolean(),
      id_accepted: z.boolean(),
      id_type: z.number().optional(),
      id_length: z.number().optional(),
    })
    .parse(wanted);
  const found = decoded(id_payload);
  expect(found !== undefined).toBe(result.payload_accepted && result.id_accepted);
  if (found === undefined) return;
  expect(found.type).toBe(result.id_type);
  expect(idBytes(found)).toHaveLength(result.id_length ?? -1);
};

const clientIdHash: CaseCheck = ({ input, expect: wanted }, backend) => {
  const { nickname } = z.object({ nickname: z.string() }).parse(input);
  const result = z
    .object({
      prepared: z.string().nullable(),
      md5: z.string().optional(),
      nickname_hash: z.string().optional(),
    })
    .parse(wanted);
  if (result.prepared === null) {
    expect(() => prepareNickname(nickname)).toThrow(SilcError);
    return;
  }
  const prepared = prepareNickname(nickname);
  expect(prepared).toBe(result.prepared);
  if (result.md5 !== undefined) expect(toHex(backend.hash('md5', utf8(prepared)))).toBe(result.md5);
  const hash = nicknameHash(backend, utf8(prepared));
  if (result.nickname_hash !== undefined) expect(toHex(hash)).toBe(result.nickname_hash);
  const client = makeClientId(Uint8Array.of(127, 0, 0, 1), 5, hash);
  expect(idBytes(client)).toEqual(concat(Uint8Array.of(127, 0, 0, 1, 5), hash));
};

export const runner: VectorRunner = {
  kinds: { id, id_payload_decode: idPayloadDecode, client_id_hash: clientIdHash },
};
