import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import { testConfig, World } from '../support/world.js';

/*
 * Nobody reads or steers what is another's, by any field of any stanza: every command that the gateway has, those of
 * administrators too, is run by a stranger.
 */

const COMMANDS = 'http://jabber.org/protocol/commands';
const ROOT = 'root@jabber.test/desk';
const ALICE = 'alice@jabber.test/phone';
const MALLORY = 'mallet@evil.test/x';
const PLACES = ['gw.test', 'lounge@gw.test'];
/** What may be in any field. */
const HOSTILE: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\u202e\u2066nick',
  'x'.repeat(70_000),
  '<x xmlns="a"/>&lt;',
  "'; DROP TABLE identity; --",
  '__proto__',
  'constructor',
  '-1',
  '1e999',
  'true',
  '%00/../../etc/passwd',
  'a\nb\nc',
  '"\\"',
];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

let ids = 0;

async function ask(
  world: World,
  from: string,
  to: string,
  attributes: Readonly<Record<string, string>>,
  values?: Readonly<Record<string, string>>,
): Promise<Element> {
  const id = `s${++ids}`;
  const fields = Object.entries(values ?? {}).map(([name, value]) =>
    xml('field', { var: name }, xml('value', {}, value)),
  );
  const form = values && xml('x', { xmlns: 'jabber:x:data', type: 'submit' }, fields);
  const command = xml('command', { xmlns: COMMANDS, ...attributes }, form);
  const sent = await world.receive(String(xml('iq', { type: 'set', id, from, to }, command)));
  const answer = sent.find((stanza) => stanza.name === 'iq' && stanza.attrs.id === id);
  if (answer === undefined) throw new Error(`no answer to ${command.toString()}`);
  // What is said in answer is said to nobody else.
  expect(answer.attrs.to).toBe(from);
  for (const other of sent) {
    if (from === MALLORY) expect(other.attrs.to?.split('/', 1)[0]).not.toBe('alice@jabber.test');
  }
  return answer;
}

const stageOf = (answer: Element): Element => answer.getChild('command', COMMANDS) ?? xml('command');
const errorOf = (answer: Element): string | undefined =>
  answer.getChild('error')?.getChildElements()[0]?.name;
const fieldsOf = (answer: Element): readonly Element[] =>
  stageOf(answer).getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];

async function nodesAt(world: World, from: string, to: string): Promise<readonly string[]> {
  const query = "<query xmlns='http://jabber.org/protocol/disco#items' node='" + COMMANDS + "'/>";
  const sent = await world.receive(`<iq type='get' id='d' from='${from}' to='${to}'>${query}</iq>`);
  const items = sent[0]?.getChild('query')?.getChildren('item') ?? [];
  return items.map(({ attrs }) => attrs.node ?? '');
}

/** Alice is in a room, has a key, settings, and knows a contact; so does the stranger, but for the room. */
async function start(): Promise<World> {
  const config = testConfig({
    access: { allow: [], deny: [], admins: ['root@jabber.test'] },
    limits: { rooms_per_user: 5, sessions: 100 },
  });
  const world = await World.start(config);
  await world.join(ALICE, 'lounge', 'alice');
  await say(world, ALICE, 'settings real-name "Alice Liddell"');
  await say(world, ALICE, 'settings autojoin true lounge');
  await say(world, ALICE, `trusted-keys import "bob!@gw.test ${'ab'.repeat(20)} verified"`);
  expect(await stateOf(world)).toMatchObject({ keys: [{ contact: 'bob' }], rooms: 1 });
  world.link.take();
  return world;
}

async function say(world: World, from: string, words: string): Promise<string> {
  const message = xml('message', { from, to: 'gw.test', type: 'chat', id: 'w' }, xml('body', {}, words));
  const sent = await world.receive(String(message));
  return sent.map((stanza) => stanza.getChildText('body') ?? '').join('\n');
}

/** Everything that is Alice's. */
async function stateOf(world: World): Promise<object> {
  const user = 'alice@jabber.test';
  const session = world.silc.sessions.find(({ self }) => self.nickname === 'alice');
  const records = await world.store.userRecords.of(user, 'settings');
  return {
    identity: world.store.users.get(user),
    settings: [...records].map(([place, content]) => [place, new TextDecoder().decode(content)]),
    keys: await world.store.contactKeys.of(user),
    session: session?.state,
    nickname: session?.self.nickname,
    rooms: session?.channels.size,
    channelKeys: [...(session?.channelKeys ?? [])],
    privateKeys: [...(session?.privateKeys ?? [])],
  };
}

describe('commands in the hands of a stranger', () => {
  it('those of administrators are not there', async () => {
    const world = await start();
    const [own, theirs] = [await nodesAt(world, ROOT, 'gw.test'), await nodesAt(world, MALLORY, 'gw.test')];
    const admins = own.filter((node) => !theirs.includes(node));
    expect(admins.length).toBeGreaterThan(8);
    for (const node of admins) {
      expect(errorOf(await ask(world, MALLORY, 'gw.test', { node })), node).toBe('item-not-found');
      const name = node.replace(/^.*#(?:get-)?/, '');
      expect(await say(world, MALLORY, `${name} 1`), name).toContain('There is no command');
    }
  });

  it('another one’s run is neither gone on with, nor gone back in, nor given up', async () => {
    const world = await start();
    for (const place of PLACES) {
      for (const node of await nodesAt(world, ROOT, place)) {
        const from =
          node.includes('admin#') || !(await nodesAt(world, ALICE, place)).includes(node) ? ROOT : ALICE;
        const begun = stageOf(await ask(world, from, place, { node }));
        const { sessionid = '', status } = begun.attrs;
        if (status !== 'executing') continue;
        const before = await stateOf(world);
        for (const action of ['execute', 'next', 'complete', 'prev', 'cancel']) {
          const given = Object.fromEntries(
            (begun.getChild('x', 'jabber:x:data')?.getChildren('field') ?? []).map((field) => [
              field.attrs.var ?? '',
              '1',
            ]),
          );
          const answer = await ask(world, MALLORY, place, { node, sessionid, action }, given);
          expect(['not-allowed', 'item-not-found'], `${node} ${action}`).toContain(errorOf(answer));
        }
        // Nor from another client of the same user: a run is of the one that began it.
        const elsewhere = await ask(world, `${from.split('/', 1)[0] ?? ''}/other`, place, {
          node,
          sessionid,
        });
        expect(['not-allowed', 'item-not-found']).toContain(errorOf(elsewhere));
        expect(await stateOf(world), node).toEqual(before);
        const own = await ask(world, from, place, { node, sessionid, action: 'cancel' });
        expect(stageOf(own).attrs.status, node).toBe('canceled');
      }
    }
  });

  it.each([
    [
      'another one’s address',
      ['alice@jabber.test', ALICE, 'alice', 'alice!@gw.test', 'lounge@gw.test', 'lounge'],
    ],
    ['what no field expects', HOSTILE],
  ])('with %s in every field nothing of another is read or changed', async (_what, values) => {
    const world = await start();
    const before = await stateOf(world);
    let tried = 0;
    for (const place of PLACES) {
      for (const node of await nodesAt(world, MALLORY, place)) {
        for (const value of values) {
          let answer = await ask(world, MALLORY, place, { node });
          for (let step = 0; step < 4 && stageOf(answer).attrs.status === 'executing'; step++) {
            const { sessionid = '' } = stageOf(answer).attrs;
            const given = Object.fromEntries(
              fieldsOf(answer).map((field) => {
                const offered = field
                  .getChildren('option')
                  .map((option) => option.getChildText('value') ?? '');
                const isChoice = offered.length > 0 || field.attrs.type === 'boolean';
                const chosen = offered[step % Math.max(1, offered.length)] ?? '1';
                return [field.attrs.var ?? '', isChoice && tried % 3 > 0 ? chosen : value];
              }),
            );
            // Fields that were not asked for are nobody's.
            const more = {
              ...given,
              user: 'alice@jabber.test',
              from: ALICE,
              jid: 'alice@jabber.test',
              admin: '1',
            };
            answer = await ask(world, MALLORY, place, { node, sessionid, action: 'complete' }, more);
            tried++;
            expect(errorOf(answer), `${node} ${JSON.stringify(value.slice(0, 40))}`).not.toBe(
              'internal-server-error',
            );
          }
          const told = String(answer);
          expect(told, node).not.toContain('Alice Liddell');
          expect(told, node).not.toContain('ab'.repeat(20));
          expect(await stateOf(world), `${node} ${value.slice(0, 40)}`).toEqual(before);
        }
        await vi.advanceTimersByTimeAsync(60_000);
      }
    }
    expect(tried).toBeGreaterThan(100);
    // The session of the other one goes on.
    const sent = await world.receive(
      `<message from='${ALICE}' to='lounge@gw.test' type='groupchat' id='m'><body>still here</body></message>`,
    );
    expect(sent.some((stanza) => stanza.getChildText('body') === 'still here')).toBe(true);
  });

  it('in words nothing else is there than in forms', async () => {
    const world = await start();
    const before = await stateOf(world);
    const names = (await say(world, MALLORY, 'help'))
      .split('\n')
      .map((line) => line.split(' – ', 1)[0] ?? '');
    for (const name of names.filter((one) => /^[a-z-]+$/.test(one))) {
      for (const words of [
        'alice@jabber.test true',
        'alice lounge alice',
        '1 1 1 1 1',
        '"" "" ""',
        `"${'x'.repeat(9_000)}"`,
      ]) {
        const told = await say(world, MALLORY, `${name} ${words}`);
        expect(told, name).not.toContain('Alice Liddell');
        expect(told, name).not.toContain('ab'.repeat(20));
        await vi.advanceTimersByTimeAsync(10_000);
      }
      expect(await stateOf(world), name).toEqual(before);
    }
  });
});
