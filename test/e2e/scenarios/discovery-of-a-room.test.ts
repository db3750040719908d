import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenarioEverywhere } from '../support/scenario.js';

const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';

async function info(user: JabberUser, room: string) {
  const query = (await user.request(room, 'get', xml('query', { xmlns: INFO }))).getChild('query', INFO);
  const fields = query?.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
  return {
    identities: query
      ?.getChildren('identity')
      .map(({ attrs }) => `${attrs.category}/${attrs.type} ${attrs.name}`),
    features: query?.getChildren('feature').map(({ attrs }) => attrs.var),
    form: new Map(fields.map((field) => [field.attrs.var, field.getChildText('value')])),
  };
}

async function occupants(user: JabberUser, room: string) {
  const query = (await user.request(room, 'get', xml('query', { xmlns: ITEMS }))).getChild('query', ITEMS);
  return query?.getChildren('item').map(({ attrs }) => attrs.jid);
}

const always = [
  'http://jabber.org/protocol/commands',
  'http://jabber.org/protocol/disco#info',
  'http://jabber.org/protocol/disco#items',
  'http://jabber.org/protocol/muc',
  'http://jabber.org/protocol/muc#register',
  'http://jabber.org/protocol/muc#self-ping-optimization',
  'http://jabber.org/protocol/muc#stable_id',
  'http://jabber.org/protocol/xhtml-im',
  'jabber:iq:register',
  'jabber:iq:version',
  'urn:xmpp:bob',
  'urn:xmpp:hats:0',
  'urn:xmpp:message-moderate:1',
  'urn:xmpp:message-retract:1',
  'urn:xmpp:message-retract:1#tombstone',
  'urn:xmpp:occupant-id:0',
  'urn:xmpp:ping',
  'urn:xmpp:sid:0',
  'vcard-temp',
  'muc_nonanonymous',
];

// Contract 3: muc_* features that match the modes, muc#roominfo, occupants only for those who are in.
scenarioEverywhere('a room tells more to those who are in it', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('Lounge');
  await bob.session.setTopic(channel.id, 'All about tests');
  const alice = await world.user();
  const stranger = await world.user();
  await alice.join(room, 'alice');

  const inside = await info(alice, room);
  expect(inside.identities).toEqual(['conference/text Lounge']);
  expect(inside.features?.toSorted()).toEqual(
    [...always, 'muc_open', 'muc_public', 'muc_temporary', 'muc_unmoderated', 'muc_unsecured'].sort(),
  );
  expect(Object.fromEntries(inside.form)).toEqual({
    FORM_TYPE: 'http://jabber.org/protocol/muc#roominfo',
    'muc#roominfo_description': 'SILC channel Lounge',
    'muc#roominfo_subject': 'All about tests',
    'muc#roominfo_subjectmod': '1',
    'muc#roominfo_occupants': '2',
  });
  expect(await occupants(alice, room)).toEqual([`${room}/alice`, `${room}/bob`]);

  // From outside: what everybody may know of a channel that is not private, and nobody's name.
  const outside = await info(stranger, room);
  expect(outside.identities).toEqual(['conference/text Lounge']);
  expect(outside.features).toEqual(inside.features);
  expect(Object.fromEntries(outside.form)).toEqual({
    FORM_TYPE: 'http://jabber.org/protocol/muc#roominfo',
    'muc#roominfo_description': 'SILC channel Lounge',
    'muc#roominfo_subject': 'All about tests',
    'muc#roominfo_subjectmod': '1',
    'muc#roominfo_occupants': '2',
  });
  expect(await occupants(stranger, room)).toEqual([]);
  // A room that nobody is in can be joined all the same.
  expect((await info(stranger, world.room('nowhere'))).identities).toEqual(['conference/text nowhere']);

  await bob.session.setChannelMode(channel.id, {
    set:
      ChannelMode.invite |
      ChannelMode.secret |
      ChannelMode.silenceUsers |
      ChannelMode.topic |
      ChannelMode.passphrase,
    passphrase: 'open sesame',
  });
  await alice.expect({ name: 'message', from: room, status: [104] });
  const closed = await info(alice, room);
  expect(closed.features?.filter((feature) => feature?.startsWith('muc_')).toSorted()).toEqual([
    'muc_hidden',
    'muc_membersonly',
    'muc_moderated',
    'muc_nonanonymous',
    'muc_passwordprotected',
    'muc_temporary',
  ]);
  expect(closed.form.get('muc#roominfo_subjectmod')).toBe('0');
  // Of a secret channel strangers learn nothing, not even what the list said of it before.
  const secret = await info(stranger, room);
  expect(secret.features?.toSorted()).toEqual(always.toSorted());
  expect(Object.fromEntries(secret.form)).toEqual({
    FORM_TYPE: 'http://jabber.org/protocol/muc#roominfo',
    'muc#roominfo_description': 'SILC channel lounge',
  });

  await alice.leave(room, 'alice');
  expect(await occupants(alice, room)).toEqual([]);
});
