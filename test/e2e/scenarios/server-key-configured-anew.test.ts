import { expect } from 'vitest';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { testKeyPair } from '../../support/keys.js';
import { reload } from '../support/reload.js';
import { refusedJoin } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const ROOT = 'root-who-changes-a-key';
const MUC_USER = 'http://jabber.org/protocol/muc#user';

// Contract 6 and 2: another fingerprint holds without a restart, and for links that are open as well.
scenario(
  'links to a server whose key is not the configured one any more are closed, and who was there is told',
  async (world) => {
    const root = await world.user({ name: ROOT });
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    const room = world.room('lounge');
    await alice.join(room, 'alice');
    const { host, port } = world.silc;
    const configure = (key: string): void => {
      const servers = [{ host, port, fingerprint: key }];
      world.writeConfiguration({ networks: { test: { default: true, servers } } });
    };

    // The key that it has: nothing happens.
    configure(fingerprint(nodeBackend, testKeyPair('k2048v1').publicKey));
    expect(await reload(root, world)).toContain('Changed now: networks.test.servers');
    await alice.say(room, 'the right one');
    await alice.expect({ from: `${room}/alice`, body: 'the right one' });

    configure('ab'.repeat(20));
    expect(await reload(root, world)).toContain('Changed now: networks.test.servers');
    await bob.log.find('member-left', ({ user }) => user.nickname === 'alice');
    const out = await alice.expect({ name: 'presence', type: 'unavailable', from: `${room}/alice` });
    const codes = out.getChild('x', MUC_USER)?.getChildren('status') ?? [];
    expect(codes.map(({ attrs }) => attrs.code).sort()).toEqual(['110', '333']);
    expect(out.getChildText('status')).toContain('ABAB ABAB');
    expect(await refusedJoin(alice, room, 'alice')).toMatchObject({ condition: 'policy-violation' });

    configure(fingerprint(nodeBackend, testKeyPair('k2048v1').publicKey));
    await reload(root, world);
    await alice.join(room, 'alice');
  },
  { config: { access: { admins: [`${ROOT}@localhost`] } } },
);
