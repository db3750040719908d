import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const MUC = 'http://jabber.org/protocol/muc';
const DENIED = 'denied-of-everything-is-answered';

/** Writes a stanza; returns the error that comes back from its address. */
async function refusal(
  user: JabberUser,
  to: string,
  stanza: string,
): Promise<{ readonly type: string; readonly condition: string }> {
  user.write(stanza.replace('TO', to));
  const error = await user.expect({ type: 'error', from: to, to: user.full });
  const { type, condition, text } = parseStanzaError(error);
  expect(text, 'says what is the matter').toMatch(/./);
  return { type, condition };
}

/** Asks for a subscription, which is declined as RFC 6121 says it: an error would leave the contact pending. Returns why. */
async function refusalOfSubscription(user: JabberUser, to: string): Promise<string> {
  // Prosody tells those of it who have asked for the roster.
  await user.request(user.bare, 'get', xml('query', { xmlns: 'jabber:iq:roster' }));
  await user.send(xml('presence', { to, type: 'subscribe' }));
  const declined = await user.expect({ name: 'presence', from: to, type: 'unsubscribed' });
  return declined.getChildText('status') ?? '';
}

// Contract 3: every join ends in self-presence or an error, also one that is sent to no room.
scenario('the mark of a join at an address that is no occupant is refused', async (world) => {
  const alice = await world.user();
  const join = `<presence to='TO'><x xmlns='${MUC}'/></presence>`;
  for (const to of [world.gw, world.room('lounge'), world.silcUser('bob')]) {
    expect(await refusal(alice, to, join)).toEqual({ type: 'modify', condition: 'jid-malformed' });
  }
  await alice.expectNothing(world.gw);
});

// Contract 3: `subscribe`, voice requests and declines are answered, too.
scenario(
  'subscriptions, voice requests and declined invitations get an answer',
  async (world) => {
    const room = world.room('lounge');
    const denied = await world.user({ name: DENIED });
    expect(await refusalOfSubscription(denied, world.gw)).toBe('You may not use this gateway.');
    await denied.expectNothing(world.gw);

    const alice = await world.user();
    const unknown = world.silcUser('bob').replace('!', '!nowhere');
    expect(await refusalOfSubscription(alice, unknown)).toMatch(/./);
    expect(await refusalOfSubscription(alice, room)).toMatch(/This is a room/);
    const other = world.silcUser('bob').replace('!', '!test');
    expect(await refusalOfSubscription(alice, other)).toContain(world.silcUser('bob'));
    await alice.expect({ name: 'message', from: world.gw });

    const decline = `<message to='TO'><x xmlns='${MUC}#user'><decline to='carol@localhost'/></x></message>`;
    expect(await refusal(alice, room, decline)).toEqual({ type: 'cancel', condition: 'item-not-found' });
    const voice =
      `<message to='TO'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>${MUC}#request</value>` +
      `</field><field var='muc#role'><value>participant</value></field></x></message>`;
    expect(await refusal(alice, room, voice)).toEqual({ type: 'modify', condition: 'not-acceptable' });
    await alice.join(room, 'alice');
    expect(await refusal(alice, room, voice)).toEqual({ type: 'modify', condition: 'not-acceptable' });
    await alice.expectNothing(world.gw);
  },
  { config: { access: { deny: [`${DENIED}@localhost`] } } },
);
