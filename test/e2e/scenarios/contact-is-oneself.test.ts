import { expect } from 'vitest';
import type { Element } from '../../../src/component/stanza.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { utf8 } from '../../../src/silc/bytes.js';
import { readPrivateKeyFile, readPublicKeyFile } from '../../../src/silc/crypto/key-file.js';
import { joinKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { UserMode } from '../../../src/silc/modes.js';
import { carryOut, complete, inWords } from '../support/commands.js';
import { availabilityOf, presenceOf, rosterItem, subscribe } from '../support/contacts.js';
import { scenario } from '../support/scenario.js';
import { xml } from '../../../src/component/stanza.js';

const PASSPHRASE = 'correct horse';

function field(stage: Element, name: string): Uint8Array {
  const fields = stage.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
  const lines = fields.find(({ attrs }) => attrs.var === name)?.getChildren('value') ?? [];
  return utf8(lines.map((line) => line.getText()).join('\n'));
}

// Whoever uses the own key with a SILC client as well sees whether that client is there; the own session is no contact of itself.
scenario('the own nickname is no contact, another session with the own key is one', async (world) => {
  const [own, home] = [world.silcUser('alice'), world.silcUser('alice-home')];
  const alice = await world.user();
  await carryOut(alice, world.gw, 'nick', [{ nick: 'alice' }]);
  const exported = await complete(alice, world.gw, 'identity-export', [{ passphrase: PASSPHRASE }]);
  const { numbers } = readPrivateKeyFile(nodeBackend, field(exported, 'private-key'), PASSPHRASE);
  const keyPair = joinKeyPair(readPublicKeyFile(field(exported, 'public-key')), numbers);

  await alice.send(xml('presence', { to: own, type: 'subscribe' }));
  await presenceOf(alice, own, 'subscribe');
  await expect.poll(async () => (await rosterItem(alice, own))?.attrs.subscription).toBe('to');
  await subscribe(alice, home);
  expect(await inWords(alice, world.gw, 'contacts list')).toContain(`${home} – offline`);

  const other = await world.native('alice-home', { keyPair });
  await presenceOf(alice, home);
  // Her own changes are those of no contact.
  await inWords(alice, world.gw, 'away "in a meeting"');
  await inWords(alice, world.gw, 'nick alicia');
  await other.session.setUserMode({ set: UserMode.busy });
  await availabilityOf(alice, home, 'dnd', null);
  await alice.tell(home, 'note to myself');
  const { sender, message } = await other.log.find('private-message');
  expect(message.text).toBe('note to myself');
  await other.session.tell(sender.clientId, 'noted');
  await alice.expect({ name: 'message', from: home, body: 'noted' });
  await other.session.quit();
  await presenceOf(alice, home, 'unavailable');
  const shown = alice.received.filter(
    ({ attrs, name }) => name === 'presence' && attrs.from === `${own}/silc` && attrs.type === undefined,
  );
  expect(shown.map(String)).toEqual([]);
});
