import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../../src/silc/crypto/key-pair.js';
import { SilcServer } from '../../src/silc/server/index.js';

/** The embedded SILC server in a process of its own, without throttle and with room for many users. Tells its port. */
const keyPair = await generateKeyPair(nodeBackend, { bits: 2048, identifier: { UN: 'server', HN: 'bench' } });
const MANY = 20_000;
const server = await SilcServer.listen({
  port: 0,
  name: 'bench.test',
  keyPair,
  limits: { connections: MANY, connectionsPerHost: MANY, pendingOctets: 64 << 20 },
});
process.send?.({ port: server.port });
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
