import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenario } from '../support/scenario.js';

// Every text of the gateway is in the language of the stanza that it answers, where the gateway has it.
scenario('who writes in German is answered in German, and others in English', async (world) => {
  const [alice, bob] = [await world.user(), await world.user()];
  const ask = (lang: string) =>
    xml('message', { to: world.gw, type: 'chat', 'xml:lang': lang }, xml('body', {}, 'help'));
  await alice.send(ask('de-AT'));
  await bob.send(ask('fr'));
  const german = await alice.expect({ name: 'message', from: world.gw });
  const english = await bob.expect({ name: 'message', from: world.gw });
  expect(german.getChild('body')?.attrs['xml:lang']).toBe('de');
  expect(german.getChildText('body')).toContain('Dies ist ein Gateway zu SILC.');
  expect(english.getChildText('body')).toContain('This is a gateway to SILC.');

  // An error: the servers put the language of the client's stream, which is English, where a stanza names none.
  const kick = async (lang?: string): Promise<unknown> => {
    const item = xml('item', { nick: 'bob', role: 'none' });
    const query = xml('query', { xmlns: 'http://jabber.org/protocol/muc#admin' }, item);
    return alice.request(world.room('lounge'), 'set', query, lang);
  };
  await expect(kick('de')).rejects.toMatchObject({ text: 'Sie sind nicht in diesem Raum.' });
  await expect(kick()).rejects.toMatchObject({ text: 'You are not in this room.' });
});
