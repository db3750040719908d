import { SilcServer } from '../../src/silc/server/index.js';
import { testKeyPair } from '../support/keys.js';

/** The embedded SILC server in a process of its own, with the throttle of a silcd. Tells its port. */
const MANY = 20_000;
const server = await SilcServer.listen({
  port: Number(process.argv[2] ?? 0),
  name: 'storm.test',
  keyPair: testKeyPair('k2048v1'),
  throttle: true,
  limits: { connections: MANY, connectionsPerHost: MANY, pendingOctets: 64 << 20 },
});
process.send?.({ port: server.port });
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
