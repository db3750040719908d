import { expect, it } from 'vitest';
import { clientId } from '../../../src/silc/ids.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { privateMessageKeyPayload } from '../../../src/silc/packets/private-message-key.js';
import { scriptedSession } from '../../support/scripted-server.js';

/** All that is under way between the two ends. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

it('whoever is told what has waited for its order, and pauses at that, is told nothing more', async () => {
  const { session, server } = await scriptedSession();
  const ann = server.person('ann');
  let told = 0;
  session.subscribe(({ type }) => {
    if (type !== 'private-key-offered') return;
    told++;
    session.setReadPaused(true);
  });
  const offer = async (): Promise<void> => {
    const payload = encodePayload(privateMessageKeyPayload, { cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96' });
    await server.send(PacketType.privateMessageKey, payload, { source: clientId(ann) });
  };
  // Two wait for the name.
  await Promise.all([offer(), offer()]);
  await settled();
  expect(told).toBe(1);
  await offer();
  for (let expected = 2; expected <= 3; expected++) {
    session.setReadPaused(false);
    await settled();
    expect(told).toBe(expected);
  }
  session.destroy();
});
