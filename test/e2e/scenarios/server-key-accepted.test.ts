import { expect } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { SilcServer } from '../../../src/silc/server/index.js';
import { testKeyPair } from '../../support/keys.js';
import { command, inWords } from '../support/commands.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

// Contract 2: a changed server key stops the connection; an administrator accepts exactly that key.
scenario(
  'an administrator accepts the changed key of a server',
  async (world) => {
    const root = await world.user({ name: 'root-for-server-keys' });
    const alice = await world.user();
    const room = world.room('lounge');
    await alice.join(room, 'alice');
    await alice.leave(room, 'alice');
    expect(await inWords(root, world.gw, 'accept-server-key')).toContain('No server has been met');
    await world.silc.stopServer();
    const { port, host } = world.silc;
    const other = await SilcServer.listen({ port, name: 'silc.test', keyPair: testKeyPair('k1024v1') });
    try {
      await refusedJoin(alice, room, 'alice');
      const key = fingerprint(nodeBackend, testKeyPair('k1024v1').publicKey);
      const form = await command(root, world.gw, { node: 'accept-server-key' });
      const option = form.getChild('x', 'jabber:x:data')?.getChild('field')?.getChild('option');
      expect(option?.getChildText('value')).toBe(`test ${host}:${port} ${key}`);
      const wrong = `test ${host}:${port} ${'00'.repeat(20)}`;
      expect(await inWords(root, world.gw, `accept-server-key "${wrong}"`)).toContain('none of the values');
      expect(await inWords(alice, world.gw, `accept-server-key "test ${host}:${port} ${key}"`)).toContain(
        'There is no command',
      );
      await refusedJoin(alice, room, 'alice');
      expect(await inWords(root, world.gw, `accept-server-key "test ${host}:${port} ${key}"`)).toContain(
        'known by',
      );
      await alice.join(room, 'alice');
    } finally {
      await other.close();
    }
  },
  { config: { access: { admins: ['root-for-server-keys@localhost'] } } },
);
