import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { expectStanza } from '../support/expect-stanza.js';
import { loungeOfBob } from '../support/openings.js';
import { scenario } from '../support/scenario.js';

const REQUEST = 'http://jabber.org/protocol/muc#request';

function form(values: Readonly<Record<string, string>>) {
  const fields = Object.entries({ FORM_TYPE: REQUEST, ...values }).map(([name, value]) =>
    xml('field', { var: name }, xml('value', {}, value)),
  );
  return xml('x', { xmlns: 'jabber:x:data', type: 'submit' }, ...fields);
}

// XEP-0045, 7.13 and 8.6.
scenario(
  'who is quieted asks for voice, and an operator of either kind is asked and gives it',
  async (world) => {
    const { room, alice, bob, channel, carol } = await loungeOfBob(world);
    const idOf = async (nickname: string) => {
      const { member } = await bob.log.find(
        'member-joined',
        (event) => event.member.user.nickname === nickname,
      );
      return member.user.clientId;
    };
    await bob.session.setMemberMode(channel.id, await idOf('carol'), { set: ChannelUserMode.operator });
    await bob.session.setMemberMode(channel.id, await idOf('alice'), { set: ChannelUserMode.quiet });
    const isVisitor = xml('message', { to: room, id: 'ask' }, form({ 'muc#role': 'participant' }));
    await alice.expect({ from: `${room}/alice` });
    await alice.expect({ from: `${room}/carol` });
    await carol.expect({ from: `${room}/carol` });
    await carol.expect({ from: `${room}/alice` });
    await alice.send(isVisitor);

    const asked = await carol.expect({ name: 'message', from: room });
    expectStanza(
      asked,
      `<message from='${room}' to='${carol.full}'>
      <x xmlns='jabber:x:data' type='form'>
        <title>Voice request</title>
        <instructions>To let this user talk, select the box and submit the form.</instructions>
        <field var='FORM_TYPE' type='hidden'><value>${REQUEST}</value></field>
        <field var='muc#role' type='list-single' label='Requested role'>
          <value>participant</value><option label='Participant'><value>participant</value></option>
        </field>
        <field var='muc#jid' type='jid-single' label='Address of the user'><value>${world.silcUser('alice')}</value></field>
        <field var='muc#roomnick' type='text-single' label='Nickname in the room'><value>alice</value></field>
        <field var='muc#request_allow' type='boolean' label='Let this user talk?'><value>false</value></field>
      </x>
    </message>`,
      { without: ['id'] },
    );
    const { message } = await bob.log.find('private-message');
    expect(message.text).toBe('alice asks to be allowed to talk on channel lounge (/cumode lounge -q alice)');

    // Only operators answer; a refusal changes nothing.
    const answer = (allow: string) =>
      xml(
        'message',
        { to: room },
        form({ 'muc#role': 'participant', 'muc#roomnick': 'alice', 'muc#request_allow': allow }),
      );
    await alice.send(answer('true'));
    await alice.expect({ name: 'message', type: 'error', from: room, error: 'forbidden' });
    await carol.send(answer('false'));
    await carol.send(answer('true'));
    const given = await alice.expect({ name: 'presence', from: `${room}/alice` });
    const item = given.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChild('item');
    expect(item?.attrs.role).toBe('participant');
    // Who may talk needs no voice.
    await alice.send(isVisitor);
    await alice.expect({ name: 'message', type: 'error', from: room, id: 'ask', error: 'not-acceptable' });
  },
);
