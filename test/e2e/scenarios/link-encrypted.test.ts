import { describe, expect, test } from 'vitest';
import { TlsFront } from '../../support/tls/front.js';
import { TLS_CERTIFICATE_FILE, TLS_FINGERPRINT } from '../../support/tls/localhost.js';
import { JABBER_SERVERS, startJabberServer } from '../support/jabber-server.js';
import { ScenarioWorld } from '../support/scenario.js';

// ejabberd encrypts by itself; Prosody has no TLS for components, and stands behind something that has.
describe.each(JABBER_SERVERS)('on %s', (kind) => {
  test('the link to the Jabber server is encrypted, and its certificate is checked', async () => {
    const server = await startJabberServer(kind, { isEncrypted: true });
    const front = kind === 'prosody' ? await TlsFront.listen(server.componentPort) : undefined;
    const port = front?.port ?? server.componentPort;
    const component = (tls: object) => ({ config: { component: { port, tls: { mode: 'direct', ...tls } } } });
    try {
      const stranger = ScenarioWorld.start(server, component({}));
      await expect(stranger).rejects.toMatchObject({ code: 'certificate' });
      const pinned = ScenarioWorld.start(server, component({ fingerprint: TLS_FINGERPRINT }));
      await (await pinned).close();
      const world = await ScenarioWorld.start(server, component({ ca_file: TLS_CERTIFICATE_FILE }));
      try {
        const alice = await world.user();
        const bob = await world.native('Bob');
        await alice.join(world.room('lounge'), 'alice');
        await bob.session.join('lounge');
        await alice.expect({ name: 'presence', from: `${world.room('lounge')}/Bob` });
      } finally {
        await world.close();
      }
    } finally {
      await front?.close();
      await server.stop();
    }
  });
});
