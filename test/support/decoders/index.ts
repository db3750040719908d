import { commandRows } from './commands.js';
import { keyRows } from './keys.js';
import { otherRows } from './others.js';
import { payloadRows } from './payloads.js';
import type { DecoderRow } from './row.js';

export { anyWorst, type DecoderRow } from './row.js';

/** Every decoder of the engine that gets octets from outside. A test sees to it that none is missing. */
export const decoders: readonly DecoderRow[] = [...payloadRows, ...commandRows, ...keyRows, ...otherRows];
