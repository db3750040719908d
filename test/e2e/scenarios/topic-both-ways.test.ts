import { expect } from 'vitest';
import { canonical } from '../../support/xmpp/canonical.js';
import { sendSubject } from '../support/rooms.js';
import { loungeOfBob } from '../support/openings.js';
import { scenarioEverywhere } from '../support/scenario.js';

// XEP-0045, 8.1: the new subject comes from the occupant who set it, to everybody, the setter included.
scenarioEverywhere(
  'a topic set on either side reaches everybody under the name of who set it',
  async (world) => {
    const { room, alice, bob, channel, carol } = await loungeOfBob(world);

    await sendSubject(alice, room, 'Größe & <Ordnung>');
    for (const user of [alice, carol]) {
      const [subject] = await user.expectSequence([{ from: `${room}/alice`, type: 'groupchat' }]);
      expect(subject === undefined ? '' : canonical(subject, { without: ['id'] })).toBe(
        `<message from="${room}/alice" to="${user.full}" type="groupchat">
  <subject>Größe &amp; &lt;Ordnung></subject>
</message>`,
      );
    }
    const { topic, by } = await bob.log.find('topic-changed');
    expect([topic, by?.nickname]).toEqual(['Größe & <Ordnung>', 'alice']);

    await bob.session.setTopic(channel.id, 'From SILC');
    for (const user of [alice, carol]) {
      await user.expectSequence([{ from: `${room}/bob`, type: 'groupchat', subject: 'From SILC' }]);
    }
    // Who comes later gets it too, last of all.
    const desk = await world.user({ name: alice.name, resource: 'desk' });
    const { subject } = await desk.join(room, 'alice');
    expect(subject.getChildText('subject')).toBe('From SILC');
    expect(subject.attrs.from).toBe(`${room}/bob`);

    // Several lines stay several.
    await sendSubject(alice, room, 'one\ntwo');
    await carol.expectSequence([{ from: `${room}/alice`, subject: 'one\ntwo' }]);
    await bob.session.ping();
    expect(channel.topic).toBe('one\ntwo');
    // SILC has no command that takes a topic away: a blank one stands for none.
    await sendSubject(alice, room, '');
    const [none] = await carol.expectSequence([{ from: `${room}/alice`, type: 'groupchat' }]);
    expect(none?.getChild('subject')?.getText()).toBe('');
    await bob.session.ping();
    expect(channel.topic).toBe(' ');
    await carol.expectNothing(world.gw);
  },
);
