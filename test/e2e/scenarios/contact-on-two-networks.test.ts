import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { UserMode } from '../../../src/silc/modes.js';
import { EventLog } from '../../support/silc-world.js';
import { inWords } from '../support/commands.js';
import { availabilityOf, presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

// Contract 1: the network is a part of the address, so one person on two networks is two contacts.
scenario(
  'a contact who is on two networks comes and goes on each by itself',
  async (world) => {
    const [home, abroad] = [world.silcUser('bob'), `bob!far@${world.gw}`];
    const bob = await world.native('bob');
    const alice = await world.user();
    await subscribe(alice, home);
    await presenceOf(alice, home);
    await subscribe(alice, abroad);
    expect(await inWords(alice, world.gw, 'contacts list')).toContain(`${abroad} – offline`);

    const farBob = await world.other.client('bob');
    const far = new EventLog(farBob);
    await presenceOf(alice, abroad);
    await farBob.setUserMode({ set: UserMode.busy });
    await availabilityOf(alice, abroad, 'dnd', null);
    await alice.tell(abroad, 'over there');
    expect((await far.find('private-message')).message.text).toBe('over there');
    await alice.tell(home, 'over here');
    expect((await bob.log.find('private-message')).message.text).toBe('over here');

    await bob.session.quit();
    await presenceOf(alice, home, 'unavailable');
    await alice.expectNothing(
      world.gw,
      (stanza) => stanza.attrs.from === `${abroad}/silc` && stanza.attrs.type !== undefined,
    );
    await alice.send(xml('presence', {}, xml('show', {}, 'away')));
    const { sender } = await far.find('private-message');
    await expect
      .poll(async () => (await farBob.whois(sender.nickname ?? ''))[0]?.user.mode)
      .toBe(UserMode.indisposed);
  },
  { otherNetwork: 'far' },
);
