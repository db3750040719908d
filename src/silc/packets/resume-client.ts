import { idBytes, type ClientId } from '../ids.js';
import { authenticationPayload, type AuthenticationPayload } from './authentication-payload.js';
import type { Codec } from './codec.js';
import { readClientId } from './raw-id.js';

/** Return of a detached client. */
export interface ResumeClient {
  /** The Client ID that the detached session had. */
  readonly clientId: ClientId;
  /** Public key authentication over that ID. */
  readonly authentication: AuthenticationPayload;
}

/**
 * Resume Client Payload, packet RESUME_CLIENT (draft pp-09, 2.3.23; the draft's ID length is one octet):
 *   client ID length u16, client ID | authentication payload
 */
export const resumeClientPayload: Codec<ResumeClient> = {
  kind: 'resume client',
  decode(reader) {
    return { clientId: readClientId(reader), authentication: authenticationPayload.decode(reader) };
  },
  encode({ clientId, authentication }, writer) {
    writer.block16(idBytes(clientId));
    authenticationPayload.encode(authentication, writer);
  },
};
