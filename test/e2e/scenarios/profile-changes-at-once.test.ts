import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { type Profile, profileOf } from '../../../src/mapping/profile/profile.js';
import { PNG } from '../../mapping/profile/sample.js';
import { carryOut, inWords } from '../support/commands.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const NS_PUBSUB = 'http://jabber.org/protocol/pubsub';
const NS_MOOD = 'http://jabber.org/protocol/mood';
const NS_GEOLOC = 'http://jabber.org/protocol/geoloc';
const NS_METADATA = 'urn:xmpp:avatar:metadata';
const NS_DATA = 'urn:xmpp:avatar:data';

const publish = (user: JabberUser, node: string, id: string, payload: Parameters<typeof xml>[2]) =>
  user.request(
    user.bare,
    'set',
    xml('pubsub', { xmlns: NS_PUBSUB }, xml('publish', { node }, xml('item', { id }, payload))),
  );

const mood = (user: JabberUser, name: string) =>
  publish(user, NS_MOOD, 'current', xml('mood', { xmlns: NS_MOOD }, xml(name, {})));

// XEP-0163: the servers of those who share something tell the gateway, which has no other way to know before it asks again.
scenario('what a Jabber user publishes anew is on SILC at once', async (world) => {
  const bob = await world.native('bob');
  const alice = await world.user();
  await mood(alice, 'happy');
  await carryOut(alice, world.gw, 'register', [{ nick: 'alice' }]);
  await alice.expect({ name: 'presence', from: world.gw, type: 'subscribe' });
  await alice.send(xml('presence', { to: world.gw, type: 'subscribed' }));
  await inWords(alice, world.gw, 'settings share-profile on');
  const seen = async (): Promise<Profile | undefined> => {
    const [found] = await bob.session.whois('alice', { attributes: true }).catch(() => []);
    return profileOf(found?.attributes);
  };
  const soon = { timeout: 20_000 };
  await expect.poll(seen, soon).toMatchObject({ moods: ['happy'], place: undefined });

  await mood(alice, 'sad');
  await expect.poll(seen, soon).toMatchObject({ moods: ['sad'] });

  // A location is not asked for, nor told to the gateway, before it is shared; then it is.
  const place = (lat: string) =>
    publish(
      alice,
      NS_GEOLOC,
      'current',
      xml('geoloc', { xmlns: NS_GEOLOC }, xml('lat', {}, lat), xml('lon', {}, '-0.1')),
    );
  await place('51.5');
  await inWords(alice, world.gw, 'settings share-location on');
  await expect.poll(seen, soon).toMatchObject({ place: { latitude: 51.5 } });
  await place('52.5');
  await expect.poll(seen, soon).toMatchObject({ place: { latitude: 52.5 }, moods: ['sad'] });

  const data = Buffer.from(PNG).toString('base64');
  await publish(alice, NS_DATA, 'one', xml('data', { xmlns: NS_DATA }, data));
  const info = { id: 'one', type: 'image/png', bytes: String(PNG.length) };
  await publish(alice, NS_METADATA, 'one', xml('metadata', { xmlns: NS_METADATA }, xml('info', info)));
  await expect.poll(async () => (await seen())?.picture, soon).toMatchObject({ type: 'image/png' });
});
