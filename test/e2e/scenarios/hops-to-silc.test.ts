import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../src/silc/crypto/fingerprint.js';
import { testKeyPair } from '../../support/keys.js';
import { scenario } from '../support/scenario.js';

const NS = 'http://www.xmpp.org/extensions/xep-0219.html#ns';

// XEP-0219: what is encrypted with what, to where, for the hops that the gateway knows.
scenario('the hops to SILC are told, with cipher and server key', async (world) => {
  const alice = await world.user();
  const room = world.room('lounge');
  const ask = async (to: string | undefined, more: Readonly<Record<string, string>> = {}) => {
    const answer = await alice.request(world.gw, 'get', xml('hopcheck', { xmlns: NS, to, ...more }));
    return answer.getChild('hopcheck', NS)?.getChildren('hop') ?? [];
  };
  await expect(ask(room)).rejects.toMatchObject({ condition: 'item-not-found' });
  await expect(ask(undefined)).rejects.toMatchObject({ condition: 'bad-request' });
  await alice.join(room, 'alice');
  const [component, silc, ...others] = await ask(room);
  expect(others).toEqual([]);
  expect(component?.attrs).toMatchObject({ to: world.gw, encrypted: '0' });
  expect(silc?.attrs).toMatchObject({ from: world.gw, auth: 'none', encrypted: '1' });
  expect(silc?.getChild('silc')?.attrs).toMatchObject({
    cipher: expect.stringContaining('aes-256') as string,
    fingerprint: fingerprint(nodeBackend, testKeyPair('k2048v1').publicKey),
  });
  // Of another one nothing is told.
  const bob = await world.user();
  await expect(ask(room, { for: bob.full })).rejects.toMatchObject({ condition: 'forbidden' });
});
