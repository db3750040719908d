import { expect } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const MODERATE = 'urn:xmpp:message-moderate:1';
const RETRACT = 'urn:xmpp:message-retract:1';
const MAM = 'urn:xmpp:mam:2';

const moderate = (id: string) =>
  xml('moderate', { xmlns: MODERATE, id }, xml('retract', { xmlns: RETRACT }), xml('reason', {}, 'not here'));
const idOf = (line: Element): string => line.getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.id ?? '';

/** What the archive has of a message. */
async function archived(user: JabberUser, room: string, id: string): Promise<Element | undefined> {
  const form = xml(
    'x',
    { xmlns: 'jabber:x:data', type: 'submit' },
    xml('field', { var: 'FORM_TYPE' }, xml('value', {}, MAM)),
    xml('field', { var: 'ids' }, xml('value', {}, id)),
  );
  await user.request(room, 'set', xml('query', { xmlns: MAM }, form));
  const told = await user.expect((stanza) => stanza.getChild('result', MAM)?.attrs.id === id);
  return told.getChild('result', MAM)?.getChild('forwarded')?.getChild('message');
}

// XEP-0425, XEP-0424: moderators take messages away, authors take theirs back; the archive has a tombstone in their place.
scenario(
  'messages are taken away by moderators and taken back by their authors, and nobody finds their words again',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const carol = await world.user();
    await carol.join(room, 'carol');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    await bob.session.say(channel.id, 'buy my potions');
    const spam = idOf(await carol.expect({ body: 'buy my potions' }));

    await expect(carol.request(room, 'set', moderate(spam))).rejects.toMatchObject({
      condition: 'forbidden',
    });
    await expect(alice.request(room, 'set', moderate('nothing'))).rejects.toMatchObject({
      condition: 'item-not-found',
    });
    await alice.request(room, 'set', moderate(spam));
    for (const user of [alice, carol]) {
      const told = await user.expect((stanza) => stanza.getChild('retract', RETRACT) !== undefined);
      expect(told.attrs).toMatchObject({ from: room, type: 'groupchat' });
      const retract = told.getChild('retract', RETRACT);
      expect(retract?.attrs.id).toBe(spam);
      expect(retract?.getChild('moderated', MODERATE)?.attrs.by).toBe(`${room}/alice`);
      expect(retract?.getChildText('reason')).toBe('not here');
    }
    await bob.log.find('channel-message', ({ message }) => message.text === 'takes away a message of bob');
    const gone = await archived(carol, room, spam);
    expect(gone?.attrs.from).toBe(`${room}/bob`);
    expect(gone?.getChildText('body') ?? undefined).toBeUndefined();
    expect(gone?.getChild('retracted', RETRACT)?.getChildText('reason')).toBe('not here');

    // The author's own, by the id that the room has given; that of another stays.
    await carol.say(room, 'wrong window');
    const own = idOf(await alice.expect({ from: `${room}/carol`, body: 'wrong window' }));
    await alice.say(room, 'fine');
    const others = idOf(await carol.expect({ from: `${room}/alice`, body: 'fine' }));
    for (const id of [own, others]) {
      await carol.send(
        xml(
          'message',
          { to: room, type: 'groupchat', id: `r-${id}` },
          xml('retract', { xmlns: RETRACT, id }),
        ),
      );
      await alice.expect({ from: `${room}/carol`, id: `r-${id}` });
    }
    const taken = await archived(alice, room, own);
    expect(taken?.getChild('retracted', RETRACT)?.attrs.id).toBe(`r-${own}`);
    expect((await archived(alice, room, others))?.getChildText('body')).toBe('fine');

    // By author: the room itself has said one thing, and a stranger nothing.
    const saidBy = async (author: string): Promise<number> => {
      alice.takeAll();
      const field = (name: string, value: string) => xml('field', { var: name }, xml('value', {}, value));
      const form = xml(
        'x',
        { xmlns: 'jabber:x:data', type: 'submit' },
        field('FORM_TYPE', 'urn:xmpp:mam:2'),
        field('with', author),
      );
      await alice.request(room, 'set', xml('query', { xmlns: 'urn:xmpp:mam:2' }, form));
      await alice.barrier(world.gw);
      return alice.takeAll().filter((one) => one.getChild('result', 'urn:xmpp:mam:2') !== undefined).length;
    };
    expect(await saidBy(room)).toBe(1);
    expect(await saidBy('nobody@example.org/x')).toBe(0);
    expect(await saidBy(`${room}/bob`)).toBe(1);

    // Who comes later sees none of it.
    await carol.leave(room, 'carol');
    carol.takeAll();
    const { history } = await carol.join(room, 'carol');
    const texts = history.map((line) => line.getChildText('body'));
    expect(texts).not.toContain('buy my potions');
    expect(texts).not.toContain('wrong window');
    expect(texts).toContain('fine');
  },
  { config: { history: { days: 30 } } },
);
