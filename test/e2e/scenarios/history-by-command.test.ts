import { expect } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import type { JabberUser } from '../support/jabber-user.js';
import { scenario } from '../support/scenario.js';

const COMMANDS = 'http://jabber.org/protocol/commands';
const MAM = 'urn:xmpp:mam:2';
const KEPT = { config: { history: { days: 30 } } };

async function command(
  user: JabberUser,
  to: string,
  attributes: Readonly<Record<string, string>>,
  values?: Readonly<Record<string, string>>,
): Promise<Element> {
  const form =
    values &&
    xml(
      'x',
      { xmlns: 'jabber:x:data', type: 'submit' },
      Object.entries(values).map(([name, value]) => xml('field', { var: name }, xml('value', {}, value))),
    );
  const answer = await user.request(to, 'set', xml('command', { xmlns: COMMANDS, ...attributes }, form));
  const element = answer.getChild('command', COMMANDS);
  if (element === undefined) throw new Error(`no command in ${answer.toString()}`);
  return element;
}

/** Begins a command, and answers its forms, one after the other. @returns its last words */
async function carryOut(
  user: JabberUser,
  to: string,
  node: string,
  forms: readonly Readonly<Record<string, string>>[],
): Promise<string> {
  let stage = await command(user, to, { node, action: 'execute' });
  for (const values of forms) {
    expect(stage.attrs.status).toBe('executing');
    stage = await command(user, to, { node, sessionid: stage.attrs.sessionid ?? '' }, values);
  }
  expect(stage.attrs.status).toBe('completed');
  return stage.getChildText('note') ?? '';
}

const commandsAt = async (user: JabberUser, to: string): Promise<readonly (string | undefined)[]> => {
  const query = xml('query', { xmlns: 'http://jabber.org/protocol/disco#items', node: COMMANDS });
  const answer = await user.request(to, 'get', query);
  return (
    answer
      .getChild('query')
      ?.getChildren('item')
      .map(({ attrs }) => attrs.node) ?? []
  );
};

/** Numbers of lines that a user finds in the archive of a room. */
async function found(user: JabberUser, room: string): Promise<number> {
  await user.request(room, 'set', xml('query', { xmlns: MAM, queryid: 'q' }));
  return user.takeAll().filter((stanza) => stanza.getChild('result', MAM) !== undefined).length;
}

// Contract 3; XEP-0050.
scenario(
  'history is forgotten by who was there, and deleted by the founder, by commands',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const bob = await world.user();
    await bob.join(room, 'bob');
    for (const text of ['one', 'two']) {
      await alice.say(room, text);
      await bob.expect({ body: text });
    }
    expect(await found(alice, room)).toBe(2);
    expect(await found(bob, room)).toBe(2);

    // The founder is offered more than others are.
    expect(await commandsAt(alice, room)).toEqual(expect.arrayContaining(['forget-history', 'wipe-history']));
    expect(await commandsAt(bob, room)).not.toContain('wipe-history');
    expect(await commandsAt(bob, world.gw)).toContain('forget-history');
    await expect(command(bob, room, { node: 'wipe-history' })).rejects.toMatchObject({
      condition: 'item-not-found',
    });

    expect(await carryOut(bob, room, 'forget-history', [{ sure: '1' }])).toContain('no history of lounge');
    expect(await found(bob, room)).toBe(0);
    expect(await found(alice, room)).toBe(2);
    await alice.say(room, 'three');
    await bob.expect({ body: 'three' });
    expect(await found(bob, room)).toBe(1);

    // Not confirmed, cancelled, somebody else's: nothing is done.
    expect(await carryOut(alice, room, 'wipe-history', [{ sure: '0' }])).toContain('Nothing was changed');
    const begun = await command(alice, room, { node: 'wipe-history' });
    const sessionid = begun.attrs.sessionid ?? '';
    await expect(
      command(bob, room, { node: 'forget-history', sessionid }, { sure: '1' }),
    ).rejects.toMatchObject({
      condition: 'not-allowed',
      appCondition: 'session-expired',
    });
    const cancelled = await command(alice, room, { node: 'wipe-history', sessionid, action: 'cancel' });
    expect(cancelled.attrs.status).toBe('canceled');
    expect(await found(alice, room)).toBe(3);

    expect(await carryOut(alice, room, 'wipe-history', [{ sure: '1' }])).toContain('3 lines were deleted');
    expect(await found(alice, room)).toBe(0);
    expect(await found(bob, room)).toBe(0);

    // An owner beside the founder can do what the founder can.
    await alice.say(room, 'four');
    await bob.expect({ body: 'four' });
    const item = xml('item', { affiliation: 'owner', jid: bob.bare });
    await alice.request(room, 'set', xml('query', { xmlns: 'http://jabber.org/protocol/muc#admin' }, item));
    expect(await carryOut(bob, room, 'wipe-history', [{ sure: '1' }])).toContain('1 line was deleted');
  },
  KEPT,
);

scenario(
  'commands in words, from a client without forms',
  async (world) => {
    const room = world.room('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    await alice.say(room, 'one');
    await alice.expect({ body: 'one' });
    await alice.tell(world.gw, 'help');
    const help = await alice.expect({ name: 'message', from: world.gw });
    expect(help.getChildText('body')).toContain('forget-history – ');
    await alice.tell(world.gw, `forget-history ${room} true`);
    const answer = await alice.expect({ name: 'message', from: world.gw });
    expect(answer.getChildText('body')).toContain('no history of lounge');
    expect(await found(alice, room)).toBe(0);
  },
  KEPT,
);
