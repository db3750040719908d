import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { UserMode } from '../../../src/silc/modes.js';
import { expectStanza } from '../support/expect-stanza.js';
import type { Matcher } from '../../support/xmpp/matcher.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

// Contract 3: show and status are reflected to the sender, shown to other local users, and go to SILC as user modes.
scenario('show and status are seen in the room and on SILC, also by who comes later', async (world) => {
  const { room, alice, bob, carol } = await loungeOfBob(world);
  const presence = (to: string, text: string, codes: string): string => `
    <presence from='${room}/alice' to='${to}'>${text}
      <x xmlns='http://jabber.org/protocol/muc#user'>
        <item affiliation='none' role='participant' jid='${world.silcUser('alice')}'/>${codes}
      </x>
      <occupant-id xmlns='urn:xmpp:occupant-id:0'/>
    </presence>`;
  const away = '<show>dnd</show><status>in a meeting</status>';
  const modeOfAlice = async (): Promise<number | undefined> =>
    (await bob.session.whois('alice'))[0]?.user.mode;
  const available = UserMode.indisposed | UserMode.gone | UserMode.busy | UserMode.hyper;

  await alice.send(
    xml('presence', { to: `${room}/alice` }, xml('show', {}, 'dnd'), xml('status', {}, 'in a meeting')),
  );
  const shown: Matcher = { name: 'presence', from: `${room}/alice` };
  expectStanza(await alice.expect(shown), presence(alice.full, away, "<status code='110'/>"), {
    without: ['id'],
  });
  expectStanza(await carol.expect(shown), presence(carol.full, away, ''), { without: ['id'] });
  await expect.poll(async () => ((await modeOfAlice()) ?? 0) & available).toBe(UserMode.busy);

  const dave = await world.user();
  const { occupants } = await dave.join(room, 'dave');
  const alices = occupants.find(({ attrs }) => attrs.from === `${room}/alice`);
  if (alices === undefined) throw new Error('alice is not shown');
  expectStanza(alices, presence(dave.full, away, ''), { without: ['id'] });

  // A second client that says nothing of it is the newest; when it goes, the first one counts again.
  const phone = await world.user({ name: alice.name, resource: 'phone' });
  await phone.join(room, 'alice');
  expectStanza(await carol.expect(shown), presence(carol.full, '', ''), { without: ['id'] });
  await phone.leave(room, 'alice');
  expectStanza(await carol.expect(shown), presence(carol.full, away, ''), { without: ['id'] });

  await alice.send(xml('presence', { to: `${room}/alice` }));
  expectStanza(await carol.expect(shown), presence(carol.full, '', ''), { without: ['id'] });
  await expect.poll(async () => ((await modeOfAlice()) ?? 0) & available).toBe(0);

  // Who is away when it comes is so from the beginning.
  const erin = await world.user();
  await erin.send(
    xml(
      'presence',
      { to: `${room}/erin` },
      xml('show', {}, 'xa'),
      xml('x', { xmlns: 'http://jabber.org/protocol/muc' }),
    ),
  );
  const first = await carol.expect({ name: 'presence', from: `${room}/erin` });
  expect(first.getChildText('show')).toBe('xa');
});
