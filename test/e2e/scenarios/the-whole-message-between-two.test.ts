import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

const OMEMO = 'eu.siacs.conversations.axolotl';
const PLACEHOLDER = 'I sent you an OMEMO encrypted message';

// Contract 3 and 4: between local users the whole stanza arrives, in conversations of two as in rooms; SILC gets nothing of it.
scenario(
  'corrections, markers, states and encrypted messages between two Jabber users by their addresses',
  async (world) => {
    const [alice, carol] = [await world.user(), await world.user()];
    const bob = await world.native('bob');
    await alice.join(world.room('one'), 'alice');
    await carol.join(world.room('two'), 'carol');
    const [to, from] = [world.silcUser('carol'), world.silcUser('alice')];

    await alice.tell(to, 'helo');
    const first = await carol.expect({ type: 'chat', from, body: 'helo' });
    await alice.send(
      xml(
        'message',
        { to, type: 'chat', id: 'fix' },
        xml('body', {}, 'hello'),
        xml('replace', { xmlns: 'urn:xmpp:message-correct:0', id: first.attrs.id }),
        xml('request', { xmlns: 'urn:xmpp:receipts' }),
      ),
    );
    const fixed = await carol.expect({ type: 'chat', from, id: 'fix', body: 'hello' });
    expect(fixed.getChild('replace')?.attrs.id).toBe(first.attrs.id);
    await carol.send(
      xml(
        'message',
        { to: from, type: 'chat', id: 'got' },
        xml('received', { xmlns: 'urn:xmpp:receipts', id: 'fix' }),
      ),
    );
    const receipt = await alice.expect({ type: 'chat', from: to, id: 'got' });
    expect(receipt.getChild('received', 'urn:xmpp:receipts')?.attrs.id).toBe('fix');
    await alice.send(
      xml(
        'message',
        { to, type: 'chat', id: 's' },
        xml('composing', { xmlns: 'http://jabber.org/protocol/chatstates' }),
      ),
    );
    expect((await carol.expect({ from, id: 's' })).getChild('composing')).toBeDefined();

    const secret = (id: string, addressee: string) =>
      xml(
        'message',
        { to: addressee, type: 'chat', id },
        xml('body', {}, PLACEHOLDER),
        xml('encrypted', { xmlns: OMEMO }, xml('header', { sid: '1' }), xml('payload', {}, 'AAAA')),
        xml('store', { xmlns: 'urn:xmpp:hints' }),
      );
    await alice.send(secret('omemo', to));
    const encrypted = await carol.expect({ type: 'chat', from, id: 'omemo' });
    expect(encrypted.getChild('encrypted', OMEMO)?.getChildText('payload')).toBe('AAAA');
    expect(encrypted.getChild('store', 'urn:xmpp:hints')).toBeDefined();

    // A SILC user gets neither placeholder nor state, and the author is told.
    await alice.send(secret('silc', world.silcUser('bob')));
    await alice.expect({ type: 'error', from: world.silcUser('bob'), id: 'silc', error: 'not-acceptable' });
    await alice.tell(world.silcUser('bob'), 'in clear then');
    await bob.log.find('private-message');
    expect(bob.log.texts).toEqual(['in clear then']);
    for (const stanza of carol.received) expect(stanza.toString()).not.toContain(alice.name);
  },
);
