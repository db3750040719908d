import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { loungeWithTwoClients } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';
const gone = [
  'gone',
  'internal-server-error',
  'item-not-found',
  'jid-malformed',
  'recipient-unavailable',
  'redirect',
  'remote-server-not-found',
  'remote-server-timeout',
  'service-unavailable',
];
const harmless = [
  'not-acceptable',
  'policy-violation',
  'resource-constraint',
  'feature-not-implemented',
  'bad-request',
];

// Contract 3: a message error from a client that has gone removes that client, and no other (no ghosts).
scenario(
  'a message error of a client that is gone takes it out of the room, other errors do not',
  async (world) => {
    const { room, bob, phone, laptop } = await loungeWithTwoClients(world);

    const report = (condition: string) =>
      laptop.send(
        xml(
          'message',
          { to: `${room}/bob`, type: 'error', id: 'bounce' },
          xml('error', { type: 'cancel' }, xml(condition, { xmlns: STANZAS })),
        ),
      );
    for (const condition of harmless) await report(condition);
    await laptop.say(room, 'still in');
    await laptop.expect({ from: `${room}/alice`, body: 'still in' });
    await phone.expect({ from: `${room}/alice`, body: 'still in' });

    for (const condition of gone) {
      await report(condition);
      const farewell = await laptop.expect({
        from: `${room}/alice`,
        type: 'unavailable',
        status: [110, 333],
      });
      const item = farewell.getChild('x')?.getChild('item')?.attrs;
      expect(item).toMatchObject({ role: 'none' });
      await laptop.join(room, 'alice');
    }
    await phone.expectNothing(world.gw);
    // SILC saw nothing of all that.
    await phone.say(room, 'here I am');
    await bob.log.find('channel-message', ({ message }) => message.text === 'here I am');
    expect(bob.log.of('member-left')).toEqual([]);
    expect(bob.log.of('member-joined')).toHaveLength(1);
    await laptop.expect({ body: 'here I am' });

    // The last one gone is gone on SILC.
    await phone.leave(room, 'alice');
    await report('gone');
    const { user } = await bob.log.find('member-left');
    expect(user.nickname).toBe('alice');
  },
);
