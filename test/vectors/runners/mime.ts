import { expect } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { fragmentInfo, fragmentMime, MimeAssembler } from '../../../src/silc/messages/mime-fragments.js';
import { encodeMime, mimeField, parseMime, type MimeEntity } from '../../../src/silc/messages/mime.js';
import { hex } from './schemas.js';
import type { CaseCheck } from './types.js';

/* MIME kinds of messages.json. Header order is arbitrary and lookups ignore case: entities are compared after parsing. */

interface StatedEntity {
  readonly fields: Readonly<Record<string, string>>;
  readonly data: string | null;
  readonly parts?: readonly StatedEntity[] | undefined;
}

const entitySchema: z.ZodType<StatedEntity> = z.lazy(() =>
  z.object({
    fields: z.record(z.string(), z.string()),
    data: z.string().nullable(),
    parts: z.array(entitySchema).optional(),
  }),
);

function checkEntity(entity: MimeEntity, stated: StatedEntity): void {
  expect(entity.fields).toHaveLength(Object.keys(stated.fields).length);
  for (const [name, value] of Object.entries(stated.fields)) expect(mimeField(entity, name)).toBe(value);
  expect(toHex(entity.body)).toBe(stated.data ?? '');
  expect(entity.parts ?? []).toHaveLength(stated.parts?.length ?? 0);
  stated.parts?.forEach((part, i) => {
    checkEntity(entity.parts?.[i] ?? expect.unreachable(), part);
  });
}

/** Fields sorted by name, and the body. */
function comparable({ fields, body }: MimeEntity): unknown {
  return {
    fields: fields.map(({ name, value }) => `${name.toLowerCase()}: ${value}`).sort(),
    body: toHex(body),
  };
}

export const mimeDecode: CaseCheck = ({ input, expect: wanted, informative }) => {
  const { encoded } = z.object({ encoded: hex }).parse(input);
  const result = z
    .object({
      accepted: z.boolean(),
      is_partial: z.boolean().optional(),
      message: entitySchema.and(z.object({ multipart_type: z.string().optional() })).optional(),
    })
    .parse(wanted);
  if (!result.accepted) {
    expect(() => parseMime(encoded)).toThrow(SilcError);
    return;
  }
  const entity = parseMime(encoded);
  if (result.message !== undefined) checkEntity(entity, result.message);
  const { multipart_type } = result.message ?? {};
  if (multipart_type !== undefined) {
    // The toolkit loses the first letter of a type whose field has a quote.
    const type = /^multipart\/([^;"]+)/.exec(mimeField(entity, 'Content-Type') ?? '')?.[1] ?? '';
    expect(informative === undefined ? [type] : [type, type.slice(1)]).toContain(multipart_type);
  }
  if (result.is_partial !== undefined) expect(fragmentInfo(entity) !== undefined).toBe(result.is_partial);
  if (entity.parts === undefined && entity.fields.length > 0) {
    expect(comparable(parseMime(encodeMime(entity)))).toEqual(comparable(entity));
  }
};

export const mimeFragments: CaseCheck = ({ input, expect: wanted, informative }) => {
  const stated = z
    .object({
      content_type: z.string(),
      content_transfer_encoding: z.string().optional(),
      data: hex,
      max_size: z.number(),
    })
    .parse(input);
  const result = z
    .object({
      encoded: hex,
      fragments: z.array(hex),
      reassembly_order: z.array(z.number()),
      reassembly_result: z.array(entitySchema.nullable()),
    })
    .parse(wanted);

  const entity: MimeEntity = {
    fields: [
      { name: 'MIME-Version', value: '1.0' },
      { name: 'Content-Type', value: stated.content_type },
      ...(stated.content_transfer_encoding === undefined
        ? []
        : [{ name: 'Content-Transfer-Encoding', value: stated.content_transfer_encoding }]),
    ],
    body: stated.data,
  };
  expect(comparable(parseMime(result.encoded))).toEqual(comparable(entity));
  expect(comparable(parseMime(encodeMime(entity)))).toEqual(comparable(entity));

  // Cut by us, the encoded entity gives the same fragments, but for their id.
  const own = fragmentMime(result.encoded, stated.max_size, 'an-id@example.org').map(parseMime);
  const theirs = result.fragments.map(parseMime);
  expect(own).toHaveLength(theirs.length);
  theirs.forEach((fragment, i) => {
    const mine = own[i] ?? expect.unreachable();
    expect(toHex(mine.body)).toBe(toHex(fragment.body));
    const [a, b] = [fragmentInfo(mine), fragmentInfo(fragment)];
    expect([a?.number, a?.total]).toEqual([b?.number, b?.total]);
  });

  expect(result.reassembly_result).toHaveLength(result.reassembly_order.length);
  for (const fragments of [theirs, own]) {
    const assembler = new MimeAssembler();
    result.reassembly_order.forEach((index, i) => {
      const whole = assembler.add(fragments[index] ?? expect.unreachable());
      const complete = result.reassembly_result[i];
      if (complete !== null && complete !== undefined) {
        checkEntity(whole ?? expect.unreachable('not complete'), complete);
      } else if (whole !== undefined) {
        // Completing what the toolkit does not is allowed, where it is the right message.
        expect(informative).toBeDefined();
        expect(comparable(whole)).toEqual(comparable(entity));
      }
    });
  }
};
