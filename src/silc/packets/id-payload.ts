import { idPayload as layout, type TypedId } from '../ids.js';
import type { Codec } from './codec.js';

/** ID Payload, packet NEW_ID: a client's new Client ID (draft pp-09, 2.3.16; layout in `ids.ts`). */
export const newIdPayload: Codec<TypedId> = { kind: 'new ID', ...layout };

/** ID Payloads in a row, as JOIN and USERS replies have them. */
export const idPayloadList: Codec<readonly TypedId[]> = {
  kind: 'ID payload list',
  decode(reader) {
    const ids: TypedId[] = [];
    while (reader.remaining > 0) ids.push(layout.decode(reader));
    return ids;
  },
  encode(ids, writer) {
    for (const id of ids) layout.encode(id, writer);
  },
};
