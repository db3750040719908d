import { expect } from 'vitest';
import type { Element } from '../../../src/component/stanza.js';
import type { UserAttribute } from '../../../src/silc/client/types.js';
import { AttributeType } from '../../../src/silc/packets/attributes.js';
import { mime, PNG } from '../../mapping/profile/sample.js';
import { presenceOf, subscribe } from '../support/contacts.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';
import { xml } from '../../../src/component/stanza.js';

/** Another picture: one pixel more. */
const WIDER = PNG.map((octet, i) => (i === 19 ? octet + 1 : octet));

const telling = (text: string, picture: Uint8Array): readonly UserAttribute[] => [
  { type: AttributeType.statusFreetext, value: { kind: 'string', text } },
  { type: AttributeType.userIcon, value: mime('image/png', picture) },
];

const hashIn = (presence: Element): string =>
  presence.getChild('x', 'vcard-temp:x:update')?.getChildText('photo') ?? '';

/** The contact comes to be shown with a status, and a picture. @returns the hash of this */
async function shown(user: JabberUser, contact: string, status: string): Promise<string> {
  const isIt = (stanza: Element): boolean =>
    stanza.attrs.from === `${contact}/silc` &&
    stanza.getChildText('status') === status &&
    hashIn(stanza) !== '';
  return hashIn(await user.expect(isIt, `${contact} with a picture: ${status}`, 30_000));
}

// Contract 4: attributes of SILC users are shown as status and picture (XEP-0153), as they are now.
scenario('a contact who comes back with another picture and status is shown with them', async (world) => {
  const address = world.silcUser('bob');
  const alice = await world.user();
  await subscribe(alice, address);
  const bob = await world.native('bob');
  bob.session.setAttributes(telling('at work', PNG));
  const first = await shown(alice, address, 'at work');
  await bob.session.quit();
  await presenceOf(alice, address, 'unavailable');

  const again = await world.native('bob');
  again.session.setAttributes(telling('on holiday', WIDER));
  await presenceOf(alice, address);
  // A client that shows the card need not wait for the gateway to ask by itself.
  const card = await alice.request(address, 'get', xml('vCard', { xmlns: 'vcard-temp' }));
  const photo = card.getChild('vCard')?.getChild('PHOTO')?.getChildText('BINVAL') ?? '';
  expect([...Buffer.from(photo, 'base64')]).toEqual([...WIDER]);
  expect(await shown(alice, address, 'on holiday')).not.toBe(first);
});
