import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import { scenario } from '../support/scenario.js';

const MUC_USER = 'http://jabber.org/protocol/muc#user';
const invite = (room: string, to: string, id: string) =>
  xml(
    'message',
    { to: room, id },
    xml('x', { xmlns: MUC_USER }, xml('invite', { to }, xml('reason', {}, 'Come in'))),
  );

scenario(
  'a Jabber user invites SILC users, Jabber users on SILC, and Jabber users elsewhere',
  async (world) => {
    const room = world.room('club');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const bob = await world.native('bob');

    await alice.send(invite(room, world.silcUser('bob'), 'invite-1'));
    const invited = await bob.log.find('invited');
    expect([invited.channelName, invited.by?.nickname]).toEqual(['club', 'alice']);
    const { channel } = await bob.session.join('club');
    await alice.expectSequence([{ from: `${room}/bob`, type: null }]);
    expect(channel.name).toBe('club');

    // A direct invitation (XEP-0249) to a SILC user says the same.
    const erik = await world.native('erik');
    await alice.send(
      xml('message', { to: world.silcUser('erik') }, xml('x', { xmlns: 'jabber:x:conference', jid: room })),
    );
    expect((await erik.log.find('invited')).channelName).toBe('club');

    // Carol is let into the channel for invited users, and keeps that whatever nickname she takes.
    const carol = await world.user();
    await carol.join(world.room('street'), 'carol');
    await alice.request(
      room,
      'set',
      xml(
        'query',
        { xmlns: 'http://jabber.org/protocol/muc#owner' },
        xml(
          'x',
          { xmlns: 'jabber:x:data', type: 'submit' },
          xml('field', { var: 'muc#roomconfig_membersonly' }, xml('value', {}, '1')),
        ),
      ),
    );
    await bob.session.ping();
    expect(channel.mode & ChannelMode.invite).not.toBe(0);
    await alice.send(invite(room, carol.bare, 'invite-2'));
    const mediated = await carol.expect({ name: 'message', from: room, has: [MUC_USER] });
    expect(mediated.getChild('x', MUC_USER)?.getChild('invite')?.attrs.from).toBe(`${room}/alice`);
    await carol.join(room, 'caroline');

    // Dave has never used the gateway: the room invites him by itself.
    const dave = await world.user();
    await alice.send(invite(room, dave.bare, 'invite-3'));
    const [toDave] = await dave.expectSequence([
      { name: 'message', from: room, to: world.shownAs(dave), has: [MUC_USER] },
    ]);
    const element = toDave?.getChild('x', MUC_USER)?.getChild('invite');
    expect([element?.attrs.from, element?.getChildText('reason')]).toEqual([`${room}/alice`, 'Come in']);
    const { self } = await dave.join(room, 'dave');
    expect(self.toString()).toContain('affiliation="member"');
    // He is no operator: the channel is not his to open.
    await dave.send(invite(room, 'eve@elsewhere.example', 'invite-7'));
    await dave.expect({ name: 'message', type: 'error', id: 'invite-7', error: 'forbidden' });
    await dave.leave(room, 'dave');

    // Nobody of that name, and somebody who is here already.
    await alice.send(invite(room, world.silcUser('nobody'), 'invite-4'));
    await alice.expect({ name: 'message', type: 'error', id: 'invite-4', error: 'item-not-found' });
    await alice.send(invite(room, world.silcUser('bob'), 'invite-5'));
    await alice.expect({ name: 'message', type: 'error', id: 'invite-5', error: 'conflict' });
    // Who is not in the room invites nobody.
    await dave.send(invite(room, world.silcUser('erik'), 'invite-6'));
    await dave.expectSequence([{ name: 'message', type: 'error', id: 'invite-6', error: 'not-acceptable' }]);
    await dave.expectNothing(world.gw);
  },
);
