import type { Config } from '../app/config/load.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { displayFingerprint, fingerprintBytes } from '../silc/crypto/fingerprint.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import { initiate } from '../silc/ke/driver.js';
import { connectTcp } from '../silc/tcp.js';
import { toHex } from '../silc/bytes.js';

/** How long one server may take for the whole key exchange. */
const PROBE_TIMEOUT_MS = 15_000;

/**
 * Makes a key exchange with every SILC server of a configuration and tells which key it shows.
 * @returns whether all were reached and none showed another key than the configuration expects
 */
export async function probeServers(config: Config, tell: (line: string) => void): Promise<boolean> {
  const keyPair = await generateKeyPair(nodeBackend, {
    identifier: { UN: 'check', HN: config.component.domain },
  });
  let good = true;
  for (const [network, { servers, algorithms: proposal }] of Object.entries(config.networks)) {
    for (const { host, port, fingerprint } of servers) {
      const place = `${network}: ${host}:${port}`;
      try {
        const stream = await connectTcp(host, port, undefined, PROBE_TIMEOUT_MS);
        const connection = await initiate(stream, {
          keyPair,
          ...(proposal && { proposal }),
          verifyPeerKey: () => true,
          timeoutMs: PROBE_TIMEOUT_MS,
        });
        const { peerPublicKey, algorithms, peerVersion } = connection.exchange;
        await connection.close();
        const digest = fingerprintBytes(nodeBackend, peerPublicKey);
        const verdict =
          fingerprint === undefined
            ? 'not pinned'
            : fingerprint === toHex(digest)
              ? 'as configured'
              : 'NOT THE CONFIGURED KEY';
        good &&= verdict !== 'NOT THE CONFIGURED KEY';
        tell(`${place}: ${peerVersion}, ${algorithms.cipher}, ${algorithms.hmac}, ${algorithms.group}`);
        tell(`  fingerprint "${displayFingerprint(digest)}" (${verdict})`);
      } catch (error) {
        good = false;
        tell(`${place}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return good;
}
