import { expect } from 'vitest';
import { z } from 'zod';
import { fromUtf8, toHex, utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { prepareChannelName, prepareHost, prepareNickname } from '../../../src/silc/stringprep/index.js';
import { hex } from './schemas.js';
import type { CaseCheck, VectorRunner } from './types.js';

const verdict = z.object({
  ok: z.boolean(),
  prepared_bytes: hex.optional(),
  verify_ok: z.boolean().optional(),
});
const identifierExpect = z.object({
  identifier_max_128: verdict,
  identifier_max_256: verdict,
  channel_name_max_256: verdict,
});

const identifier: CaseCheck = ({ input, expect: wanted, informative }) => {
  const { bytes } = z.object({ bytes: hex }).parse(input);
  const result = identifierExpect.parse(wanted);
  for (const [name, prepare, { ok, prepared_bytes, verify_ok }] of [
    ['nickname', prepareNickname, result.identifier_max_128],
    ['host name', prepareHost, result.identifier_max_256],
    ['channel name', prepareChannelName, result.channel_name_max_256],
  ] as const) {
    const run = (): string => prepare(fromUtf8(bytes));
    // Where the toolkit is lenient the text is refused here.
    if (ok && informative === undefined) {
      expect(toHex(utf8(run())), name).toBe(toHex(prepared_bytes ?? new Uint8Array(0)));
      expect(verify_ok ?? true, name).toBe(true);
    } else {
      expect(run, name).toThrow(SilcError);
    }
  }
};

export const runner: VectorRunner = { kinds: { identifier }, usesCrypto: false };
