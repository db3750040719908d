import { expect } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const MAM = 'urn:xmpp:mam:2';
const RSM = 'http://jabber.org/protocol/rsm';

const KEPT = { config: { history: { days: 30 } } };

interface Found {
  readonly lines: readonly string[];
  readonly ids: readonly string[];
  readonly isComplete: boolean;
}

/** Asks the archive of a room for a page. */
async function query(user: JabberUser, room: string, ...parts: Element[]): Promise<Found> {
  const answer = await user.request(room, 'set', xml('query', { xmlns: MAM, queryid: 'q' }, parts));
  const fin = answer.getChild('fin', MAM);
  const last = fin?.getChild('set', RSM)?.getChildText('last') ?? undefined;
  const lines: string[] = [];
  const ids: string[] = [];
  while (last !== undefined && ids.at(-1) !== last) {
    const result = (await user.expect({ name: 'message', from: room })).getChild('result', MAM);
    expect(result?.attrs.queryid).toBe('q');
    const message = result?.getChild('forwarded', 'urn:xmpp:forward:0')?.getChild('message');
    lines.push(`${message?.attrs.from?.split('/')[1]}: ${message?.getChildText('body')}`);
    ids.push(result?.attrs.id ?? '');
  }
  return { lines, ids, isComplete: fin?.attrs.complete === 'true' };
}

const page = (fields: Readonly<Record<string, string>>): Element =>
  xml(
    'set',
    { xmlns: RSM },
    Object.entries(fields).map(([name, value]) => xml(name, {}, value)),
  );

// Contract 3: one row a line; a user sees only the span in which that user was present.
scenario(
  'who comes back is shown, and finds, what was said while being there',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    await bob.session.say(channel.id, 'one');
    await alice.expect({ body: 'one' });
    const carol = await world.user();
    const joined = await carol.join(room, 'carol');
    expect(joined.history).toEqual([]);
    for (const text of ['two', 'three']) {
      await alice.say(room, text);
      await carol.expect({ body: text });
    }
    await carol.leave(room, 'carol');
    await bob.session.say(channel.id, 'carol is away');
    await alice.expect({ body: 'carol is away' });

    // The history of a join ends in the subject; each line has the stanza-id that it had, and says when it was said.
    const back = await carol.join(room, 'carol');
    expect(back.history.map((line) => line.getChildText('body'))).toEqual(['two', 'three']);
    for (const line of back.history) {
      expect(line.getChild('delay', 'urn:xmpp:delay')?.attrs.from).toBe(room);
      const { id } = line.getChild('stanza-id')?.attrs ?? {};
      expect(carol.received.filter((seen) => seen.getChild('stanza-id')?.attrs.id === id)).toHaveLength(2);
    }
    await carol.leave(room, 'carol');
    expect((await carol.join(room, 'carol', { history: { maxstanzas: 1 } })).history).toHaveLength(1);
    await carol.leave(room, 'carol');
    expect((await carol.join(room, 'carol', { history: { maxchars: 0 } })).history).toEqual([]);

    // XEP-0313, in pages and as a whole.
    const info = await alice.request(
      room,
      'get',
      xml('query', { xmlns: 'http://jabber.org/protocol/disco#info' }),
    );
    const features = info
      .getChild('query')
      ?.getChildren('feature')
      .map(({ attrs }) => attrs.var);
    expect(features).toEqual(expect.arrayContaining([MAM, `${MAM}#extended`]));
    const all = await query(alice, room);
    expect(all.lines).toEqual(['bob: one', 'alice: two', 'alice: three', 'bob: carol is away']);
    expect(all.isComplete).toBe(true);
    expect((await query(carol, room)).lines).toEqual(['alice: two', 'alice: three']);
    const last = await query(alice, room, page({ max: '1', before: '' }));
    expect(last).toEqual({ lines: ['bob: carol is away'], ids: [all.ids[3]], isComplete: false });
    const before = await query(alice, room, page({ max: '9', before: all.ids[3] ?? '' }));
    expect(before).toEqual({ lines: all.lines.slice(0, 3), ids: all.ids.slice(0, 3), isComplete: true });
    const of = xml(
      'x',
      { xmlns: 'jabber:x:data', type: 'submit' },
      xml('field', { var: 'FORM_TYPE' }, xml('value', {}, MAM)),
      xml('field', { var: 'with' }, xml('value', {}, `${room}/bob`)),
    );
    expect((await query(alice, room, of)).lines).toEqual(['bob: one', 'bob: carol is away']);
    await expect(query(carol, room, page({ before: all.ids[0] ?? '' }))).rejects.toMatchObject({
      condition: 'item-not-found',
    });
    const eve = await world.user();
    await expect(query(eve, room)).rejects.toMatchObject({ condition: 'forbidden' });
  },
  KEPT,
);

scenario(
  'the archive outlives a restart of the gateway',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    await alice.say(room, 'before the restart');
    await alice.expect({ body: 'before the restart' });
    await world.stopGateway();
    await world.startGateway();
    alice.takeAll();
    expect((await query(alice, room)).lines).toEqual(['alice: before the restart']);
  },
  KEPT,
);
