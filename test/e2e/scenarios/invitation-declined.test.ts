import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { expectStanza } from '../support/expect-stanza.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

const MUC_USER = 'http://jabber.org/protocol/muc#user';

// XEP-0045, 7.8.2: whoever invited learns that the invitation is declined, and why.
scenario('an invitation is declined, and whoever invited is told on either side', async (world) => {
  const { room, alice, bob } = await loungeOfBob(world);
  const dave = await world.user();
  await alice.send(
    xml('message', { to: room }, xml('x', { xmlns: MUC_USER }, xml('invite', { to: dave.bare }))),
  );
  const invited = await dave.expect({ name: 'message', from: room });
  const inviter = invited.getChild('x', MUC_USER)?.getChild('invite')?.attrs.from;
  expect(inviter).toBe(`${room}/alice`);

  const decline = (to: string) =>
    xml(
      'message',
      { to: room },
      xml('x', { xmlns: MUC_USER }, xml('decline', { to }, xml('reason', {}, 'not today'))),
    );
  await dave.send(decline(inviter ?? ''));
  expectStanza(
    await alice.expect({ name: 'message', from: room, type: null }),
    `<message from='${room}' to='${alice.full}'>
      <x xmlns='${MUC_USER}'><decline from='${dave.bare}'><reason>not today</reason></decline></x>
    </message>`,
  );

  await dave.send(decline(world.silcUser('bob')));
  const { message } = await bob.log.find('private-message');
  expect(message).toMatchObject({
    kind: 'action',
    text: 'declines the invitation to channel lounge: not today',
  });
  // Nobody of that name has invited anybody.
  await dave.send(decline(`${room}/nobody`));
  await dave.expect({ name: 'message', type: 'error', from: room, error: 'item-not-found' });
});
