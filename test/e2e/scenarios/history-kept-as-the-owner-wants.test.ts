import Database from 'libsql';
import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { configurationOf, configure } from '../support/rooms.js';
import { scenario } from '../support/scenario.js';

const MAM = 'urn:xmpp:mam:2';
const DAYS = 'silc#roomconfig_historydays';

scenario(
  'an owner says for how long the history of the room is kept',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const said = async (text: string): Promise<void> => {
      await alice.send(xml('message', { to: room, type: 'groupchat', id: text }, xml('body', {}, text)));
      await alice.expect({ from: `${room}/alice`, body: text });
    };
    const found = async (): Promise<readonly (string | null | undefined)[]> => {
      await alice.request(room, 'set', xml('query', { xmlns: MAM, queryid: 'q' }));
      return alice.takeAll().flatMap((stanza) => {
        const message = stanza.getChild('result', MAM)?.getChild('forwarded')?.getChild('message');
        return message === undefined ? [] : [message.getChildText('body')];
      });
    };
    expect(await configurationOf(alice, room)).toMatchObject({ [DAYS]: '30' });
    await said('long ago');
    await said('today');
    expect(await found()).toEqual(['long ago', 'today']);

    // The first one was said eight days ago, by somebody who was there then.
    const database = new Database(world.storePath);
    const day = 86_400_000;
    database.prepare('UPDATE archive_line SET said_at = said_at - ? WHERE seq = 1').run(8 * day);
    database.prepare('UPDATE archive_span SET since = since - ?').run(9 * day);
    expect(await found()).toEqual(['long ago', 'today']);
    await configure(alice, room, { [DAYS]: '7' });
    expect(await found()).toEqual(['today']);
    expect(await configurationOf(alice, room)).toMatchObject({ [DAYS]: '7' });

    // Nothing is kept from now on, nor shown.
    await configure(alice, room, { [DAYS]: '0' });
    await said('in confidence');
    expect(await found()).toEqual([]);
    await configure(alice, room, { [DAYS]: '30' });
    expect(await found()).not.toContain('in confidence');
    database.close();

    // No longer than the gateway keeps history, and only as its owners want.
    await expect(configure(alice, room, { [DAYS]: '31' })).rejects.toMatchObject({
      type: 'modify',
      condition: 'not-acceptable',
    });
    const carol = await world.user();
    await carol.join(room, 'carol');
    await expect(configure(carol, room, { [DAYS]: '1' })).rejects.toMatchObject({ condition: 'forbidden' });
  },
  { config: { history: { days: 30 } } },
);
