import { expect } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { SilcServer } from '../../../src/silc/server/index.js';
import { testKeyPair } from '../../support/keys.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const fingerprintOf = (name: 'k1024v1' | 'k2048v1'): string =>
  fingerprint(nodeBackend, testKeyPair(name).publicKey).toUpperCase();

// Contract 2: the key seen first is pinned; another one stops the connection, and the user sees both.
scenario('another key on the server stops the join and names both fingerprints', async (world) => {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  await alice.leave(room, 'alice');
  await world.silc.stopServer();

  const { port } = world.silc;
  const other = await SilcServer.listen({ port, name: 'silc.test', keyPair: testKeyPair('k1024v1') });
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      const refusal = await refusedJoin(alice, room, 'alice');
      expect(refusal).toMatchObject({ type: 'cancel', condition: 'policy-violation' });
      const digits = refusal.text.replaceAll(' ', '');
      expect(digits).toContain(fingerprintOf('k2048v1'));
      expect(digits).toContain(fingerprintOf('k1024v1'));
    }
    expect(other.clientCount).toBe(0);
  } finally {
    await other.close();
  }

  // The key that is known is welcome as before.
  await world.silc.startServer();
  await alice.join(room, 'alice');
  await alice.expectNothing(world.gw);
});
