import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { ChannelMode, ChannelUserMode } from '../../../src/silc/modes.js';
import { configurationOf, configure, listItems, refusedJoin, setAffiliation } from '../support/rooms.js';
import { loungeOfAlice } from '../support/openings.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const DISCO_INFO = 'http://jabber.org/protocol/disco#info';

async function infoOf(user: JabberUser, room: string): Promise<Readonly<Record<string, string>>> {
  const answer = await user.request(room, 'get', xml('query', { xmlns: DISCO_INFO }));
  const query = answer.getChild('query', DISCO_INFO);
  const fields = query?.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
  return {
    name: query?.getChild('identity')?.attrs.name ?? '',
    ...Object.fromEntries(fields.map((field) => [field.attrs.var ?? '', field.getChildText('value') ?? ''])),
  };
}

// What SILC has no place for is kept by the gateway; a change is told once, and what cannot be set is refused.
scenario(
  'a room has a name, a description, a language and people by its form; each form is told once',
  async (world) => {
    const { room, alice, channel, carol } = await loungeOfAlice(world);
    const told = async (): Promise<void> => {
      for (const user of [alice, carol]) {
        await user.expectSequence([{ name: 'message', from: room, status: [104] }]);
      }
    };
    const settings = {
      'muc#roomconfig_roomname': 'The Lounge',
      'muc#roomconfig_roomdesc': 'Where everybody rests',
      'muc#roomconfig_lang': 'pt-BR',
      'muc#maxhistoryfetch': '5',
    };
    await configure(alice, room, { ...settings, 'muc#roomconfig_changesubject': '0' });
    await told();
    expect(await configurationOf(alice, room)).toMatchObject(settings);
    const stranger = await world.user();
    expect(await infoOf(stranger, room)).toMatchObject({
      name: 'The Lounge',
      'muc#roominfo_description': 'Where everybody rests',
      'muc#roominfo_lang': 'pt-BR',
      'muc#maxhistoryfetch': '5',
    });
    // What is so already is no news, and a form that cannot be carried out changes nothing.
    await configure(alice, room, settings);
    const notAcceptable = { type: 'modify', condition: 'not-acceptable' };
    await expect(
      configure(alice, room, { 'muc#roomconfig_roomname': 'Other', 'muc#roomconfig_allowpm': 'none' }),
    ).rejects.toMatchObject(notAcceptable);
    await expect(configure(alice, room, { 'muc#roomconfig_pubsub': 'x' })).rejects.toMatchObject(
      notAcceptable,
    );
    await expect(configure(alice, room, { 'muc#roomconfig_lang': 'no language' })).rejects.toMatchObject(
      notAcceptable,
    );
    expect(await configurationOf(alice, room)).toMatchObject(settings);

    // Admins by the form; an admin changes what operators may on SILC, and not the name.
    await configure(alice, room, { 'muc#roomconfig_roomadmins': carol.bare });
    await alice.expect({ from: `${room}/carol`, type: null });
    await carol.expect({ from: `${room}/carol`, type: null, status: [110] });
    expect(await listItems(alice, room, { affiliation: 'admin' })).toMatchObject([
      { attrs: { jid: carol.bare } },
    ]);
    await expect(configure(carol, room, { 'muc#roomconfig_roomname': 'Mine' })).rejects.toMatchObject({
      type: 'auth',
      condition: 'forbidden',
    });
    await configure(carol, room, { 'muc#roomconfig_changesubject': '1' });
    await told();

    // A passphrase is set, replaced and taken away, each told once; between two of them nobody comes in.
    const protectedBy = async (passphrase: string): Promise<void> => {
      const form = { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': passphrase };
      await configure(alice, room, form);
      await told();
    };
    await protectedBy('first');
    await protectedBy('second');
    expect(channel.mode & (ChannelMode.passphrase | ChannelMode.invite)).toBe(ChannelMode.passphrase);
    expect(await refusedJoin(stranger, room, 'dora', { password: 'first' })).toMatchObject({
      condition: 'not-authorized',
    });

    // An algorithm of the channel, of a list.
    await configure(alice, room, { 'silc#roomconfig_cipher': 'aes-256-ctr' });
    await told();
    expect(await configurationOf(alice, room)).toMatchObject({ 'silc#roomconfig_cipher': 'aes-256-ctr' });
    expect(channel.mode & ChannelMode.cipher).toBe(ChannelMode.cipher);
    await carol.say(room, 'still here');
    await alice.expectSequence([{ from: `${room}/carol`, body: 'still here' }]);
    await carol.expectSequence([{ from: `${room}/carol`, body: 'still here' }]);

    // A channel that is not to last has no founder key.
    await configure(alice, room, { 'muc#roomconfig_persistentroom': '0' });
    await told();
    expect(channel.mode & ChannelMode.founderAuth).toBe(0);
    await configure(alice, room, { 'muc#roomconfig_persistentroom': '1' });
    expect(channel.mode & ChannelMode.founderAuth).toBe(ChannelMode.founderAuth);
    await told();

    await setAffiliation(alice, room, { jid: carol.bare }, 'none');
    await alice.expect({ from: `${room}/carol`, type: null });
    await carol.expect({ from: `${room}/carol`, type: null, status: [110] });
    const modeOfCarol =
      [...channel.members.values()].find(({ user }) => user.nickname === 'carol')?.mode ?? -1;
    expect(modeOfCarol & ChannelUserMode.operator).toBe(0);
    await alice.expectNothing(world.gw);
    await carol.expectNothing(world.gw);
  },
);
