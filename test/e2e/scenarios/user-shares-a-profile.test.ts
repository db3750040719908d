import { expect } from 'vitest';
import { errorReply, iqResult, xml } from '../../../src/component/stanza.js';
import { capsHash } from '../../../src/mapping/caps.js';
import { infoQuery } from '../../../src/mapping/disco.js';
import { type Profile, profileOf } from '../../../src/mapping/profile/profile.js';
import { PNG } from '../../mapping/profile/sample.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';

const NS_PUBSUB = 'http://jabber.org/protocol/pubsub';
const NS_MOOD = 'http://jabber.org/protocol/mood';
const NS_GEOLOC = 'http://jabber.org/protocol/geoloc';

// Contract 0 and 4: what a user tells on Jabber is told on SILC when the user wants it, and not before.
scenario('a Jabber user shows a profile on SILC, and takes it back', async (world) => {
  const address = world.silcUser('bob');
  const bob = await world.native('bob');
  const alice = await world.user();
  const info = infoQuery(undefined, [{ category: 'client', type: 'phone' }], []);
  alice.onRequest((iq) => {
    if (iq.getChild('query', 'http://jabber.org/protocol/disco#info') !== undefined)
      return iqResult(iq, info);
    const time = xml('time', { xmlns: 'urn:xmpp:time' }, xml('tzo', {}, '-03:30'));
    return iq.getChild('time') === undefined
      ? errorReply(iq, 'cancel', 'service-unavailable')
      : iqResult(iq, time);
  });
  const card = [
    xml('FN', {}, 'Alice Liddell'),
    xml('PHOTO', {}, xml('TYPE', {}, 'image/png'), xml('BINVAL', {}, Buffer.from(PNG).toString('base64'))),
  ];
  await alice.request(alice.bare, 'set', xml('vCard', { xmlns: 'vcard-temp' }, card));
  const publish = (node: string, ...content: Parameters<typeof xml>[2][]) =>
    alice.request(
      alice.bare,
      'set',
      xml(
        'pubsub',
        { xmlns: NS_PUBSUB },
        xml(
          'publish',
          { node },
          xml(
            'item',
            { id: 'current' },
            xml(node === NS_MOOD ? 'mood' : 'geoloc', { xmlns: node }, ...content),
          ),
        ),
      ),
    );
  await publish(NS_MOOD, xml('worried', {}));
  await publish(NS_GEOLOC, xml('lat', {}, '51.5'), xml('lon', {}, '-0.1'));
  await subscribe(alice, address);
  await presenceOf(alice, address, undefined, 50_000);
  const caps = {
    xmlns: 'http://jabber.org/protocol/caps',
    hash: 'sha-1',
    node: 'urn:test',
    ver: capsHash(info),
  };
  await alice.send(xml('presence', {}, xml('status', {}, 'at tea'), xml('c', caps)));
  await alice.tell(address, 'hello');
  const { sender } = await bob.log.find('private-message');

  const seen = async (): Promise<Profile | undefined> =>
    profileOf((await bob.session.whoisById(sender.clientId, { attributes: true }))?.attributes);
  const set = async (name: string, value: string): Promise<void> => {
    await alice.tell(world.gw, `settings ${name} ${value}`);
    await alice.expect(
      (stanza) => stanza.attrs.from === world.gw && stanza.getChildText('body')?.includes(name) === true,
      `the answer to ${name}`,
    );
  };
  await set('share-profile', 'on');
  await expect.poll(seen, { timeout: 20_000 }).toMatchObject({
    ...{ signature: 'verified', card: { fullName: 'Alice Liddell' }, picture: { type: 'image/png' } },
    ...{
      status: 'at tea',
      moods: ['anxious'],
      timezone: '-03:30',
      device: { kind: 'phone' },
      place: undefined,
    },
  });
  await set('share-location', 'on');
  await expect.poll(async () => (await seen())?.place, { timeout: 20_000 }).toMatchObject({ latitude: 51.5 });
  await set('share-profile', 'off');
  await set('share-location', 'off');
  // The server answers for who tells nothing.
  await expect.poll(seen, { timeout: 20_000 }).toBeUndefined();
});
