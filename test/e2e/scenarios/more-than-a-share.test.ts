import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenarioEverywhere } from '../support/scenario.js';

const MUC_USER = 'http://jabber.org/protocol/muc#user';

const invitations = { user: 2, domain: 3, all: 100 };
const messages = { user: 1, domain: 100, all: 200 };

scenarioEverywhere(
  'who uses up more than a share is refused and told when to come again; so is a domain, and the others go on',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');

    // Twenty invitations in one stanza count as twenty. Of two minutes' worth four are let through.
    const invites = Array.from({ length: 20 }, (_, i) =>
      xml('invite', { to: `nobody${i}@localhost` }, xml('reason', {}, 'free text')),
    );
    await alice.send(xml('message', { to: room, id: 'many' }, xml('x', { xmlns: MUC_USER }, invites)));
    const refusal = await alice.expect({ name: 'message', from: room, id: 'many', type: 'error' });
    expect(refusal.getChild('error')?.attrs.type).toBe('wait');
    expect(refusal.getChild('error')?.getChildText('text')).toMatch(
      /invitations\. Try again in \d+ seconds?\./,
    );
    // Carol has a share of her own, and what is left of the domain's.
    const more = invites.slice(0, 4);
    await carol.send(xml('message', { to: room, id: 'more' }, xml('x', { xmlns: MUC_USER }, more)));
    const shared = await carol.expect({ name: 'message', from: room, id: 'more', type: 'error' });
    expect(shared.getChild('error')?.getChildText('text')).toMatch(/^The users of your server/);

    // Ten messages of ten minutes, the one with the invitations among them; the eleventh is refused.
    for (let i = 0; i < 10; i++) {
      await alice.send(
        xml('message', { to: room, type: 'groupchat', id: `m${i}` }, xml('body', {}, `line ${i}`)),
      );
    }
    const silenced = await alice.expect({ name: 'message', from: room, id: 'm9', type: 'error' });
    expect(silenced.getChild('error')?.getChild('policy-violation')).toBeDefined();
    await carol.expect({ name: 'message', from: `${room}/alice`, body: 'line 8' });
  },
  { config: { limits: { rates: { invitations, messages } } } },
);

scenarioEverywhere(
  'a network may be for some only',
  async (world) => {
    const alice = await world.user();
    const muc = xml('x', { xmlns: 'http://jabber.org/protocol/muc' });
    await alice.send(xml('presence', { to: `${world.room('lounge')}/alice` }, muc));
    const refusal = await alice.expect({
      name: 'presence',
      from: `${world.room('lounge')}/alice`,
      type: 'error',
    });
    expect(refusal.getChild('error')?.attrs.type).toBe('auth');
    expect(refusal.getChild('error')?.getChild('forbidden')).toBeDefined();
    await alice.join(`lounge%open@${world.gw}`, 'alice');
  },
  { otherNetwork: 'open', networkAccess: ['elsewhere.example'] },
);
