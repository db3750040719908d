import { z } from 'zod';
import { fromHex } from '../../../src/silc/bytes.js';

/** Octets, written in hex. */
export const hex = z.string().transform((text) => fromHex(text));
