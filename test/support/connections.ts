import type { SilcConnection } from '../../src/silc/connection.js';
import { clientId, serverId, type ClientId, type ServerId } from '../../src/silc/ids.js';
import { initiate, respond, type InitiateOptions, type RespondOptions } from '../../src/silc/ke/driver.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { testKeyPair } from './keys.js';

/** The Server ID that responders of these tests have. */
export const testServerId = serverId('7f000001452e00ff' as ServerId);
export const testClientId = clientId('7f0000010102030405060708090a0b0c' as ClientId);

/** The cheapest group and small keys: what is tested is what happens around them. */
export const cheapProposal = { groups: ['diffie-hellman-group1'] };

export const initiatorOptions: InitiateOptions = {
  keyPair: testKeyPair('k1024v1'),
  proposal: cheapProposal,
  verifyPeerKey: () => true,
};

export const responderOptions: RespondOptions = {
  keyPair: testKeyPair('k1024v2'),
  localId: testServerId,
};

/** Two ends of a connection after key exchange, over streams in memory unless told. */
export async function connectedPair(
  initiator: Partial<InitiateOptions> = {},
  responder: Partial<RespondOptions> = {},
  streams: readonly [ByteStream, ByteStream] = streamPair(),
): Promise<readonly [SilcConnection, SilcConnection]> {
  return Promise.all([
    initiate(streams[0], { ...initiatorOptions, ...initiator }),
    respond(streams[1], { ...responderOptions, ...responder }),
  ]);
}
