import type { Codec } from './codec.js';

/**
 * Success and Failure Payload, packets SUCCESS and FAILURE (draft pp-09, 2.3.4 and 2.3.5):
 *   status u32. What it means depends on the protocol that runs: 0 for SUCCESS, a key exchange
 *   status (draft ke-auth-09, 2.4) or 1 for connection authentication in FAILURE.
 */
export const statusPayload: Codec<number> = {
  kind: 'status',
  decode(reader) {
    return reader.u32('status');
  },
  encode(status, writer) {
    writer.u32(status);
  },
};
