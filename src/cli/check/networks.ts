import type { Config } from '../../app/config/load.js';
import { toHex } from '../../silc/bytes.js';
import type { KeyPair } from '../../silc/client/types.js';
import { nodeBackend } from '../../silc/crypto/backend-node.js';
import { displayFingerprint, fingerprintBytes } from '../../silc/crypto/fingerprint.js';
import { generateKeyPair } from '../../silc/crypto/key-pair.js';
import { initiate } from '../../silc/ke/driver.js';
import { connectTcp } from '../../silc/tcp.js';
import { pinOf } from '../../store/trial.js';
import { Semaphore } from '../../util/semaphore.js';
import type { Finding } from './jabber-server.js';

/** How long one server may take for the whole key exchange. */
const PROBE_TIMEOUT_MS = 15_000;
/** Servers that are tried side by side. */
const PARALLEL = 8;

type NetworkConfig = Config['networks'][string];

/**
 * Makes a key exchange with every SILC server of a configuration and tells which key it shows.
 * @param pins fingerprints in the store (`pinOf`)
 */
export async function probeNetworks(
  config: Config,
  pins: ReadonlyMap<string, string>,
): Promise<readonly (Finding & { readonly place: string })[]> {
  const keyPair = await generateKeyPair(nodeBackend, {
    identifier: { UN: 'check', HN: config.component.domain },
  });
  const servers = Object.entries(config.networks).flatMap(([network, { servers, algorithms }]) =>
    servers.map((server) => ({ network, server, algorithms })),
  );
  const places = new Semaphore(PARALLEL);
  return Promise.all(
    servers.map(async ({ network, server, algorithms }) => {
      const address = `${server.host}:${server.port}`;
      const pinned = pins.get(pinOf(network, address));
      const how = { keyPair, algorithms, pinned };
      const finding = await places.run(() => probe(`${network}: ${address}`, server, how));
      return { ...finding, place: `the server ${address} of ${network}` };
    }),
  );
}

async function probe(
  place: string,
  { host, port, fingerprint }: NetworkConfig['servers'][number],
  {
    keyPair,
    algorithms: proposal,
    pinned,
  }: {
    readonly keyPair: KeyPair;
    readonly algorithms: NetworkConfig['algorithms'];
    readonly pinned: string | undefined;
  },
): Promise<Finding> {
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
    const { isGood, verdict } = verdictOn(toHex(digest), fingerprint, pinned);
    return {
      isGood,
      lines: [
        `${place}: ${peerVersion}, ${algorithms.cipher}, ${algorithms.hmac}, ${algorithms.group}`,
        `  fingerprint "${displayFingerprint(digest)}" (${verdict})`,
      ],
    };
  } catch (error) {
    return { isGood: false, lines: [`${place}: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/** As the gateway decides: the configuration goes before the store. */
function verdictOn(
  shown: string,
  configured: string | undefined,
  pinned: string | undefined,
): { readonly isGood: boolean; readonly verdict: string } {
  if (configured !== undefined) {
    const isGood = configured === shown;
    return { isGood, verdict: isGood ? 'as configured' : 'NOT THE CONFIGURED KEY' };
  }
  if (pinned === undefined) return { isGood: true, verdict: 'not pinned' };
  const isGood = pinned === shown;
  return { isGood, verdict: isGood ? 'pinned in the store' : 'NOT THE KEY THAT IS PINNED IN THE STORE' };
}
