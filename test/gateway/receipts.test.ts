import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { someone } from './support/fake-silc.js';
import { expectStanzas, outlines, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const REQUEST = `<request xmlns='urn:xmpp:receipts'/>`;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const chat = (to: string, content: string, id = 'c1'): string =>
  `<message from='${ALICE}' to='${to}' type='chat' id='${id}'>${content}</message>`;

/** Alice has written to Bob. */
async function conversation(world: World, content: string, to = 'bob!@gw.test') {
  // The session is there already, so that what it is asked for can be seen.
  await world.receive(chat('bob!@gw.test', '<body>first</body>', 'c0'));
  const { session } = world.silc;
  const tell = vi.spyOn(session, 'tell');
  await world.receive(chat(to, content));
  const call = tell.mock.calls.at(-1);
  const sent = tell.mock.results.at(-1);
  if (call === undefined || sent?.type !== 'return') throw new Error('nothing was sent');
  const { digest } = await sent.value;
  return { session, asked: call[2]?.acknowledge, digest };
}

describe('a receipt of a message to a SILC user', () => {
  it('is told when the client of that user has acknowledged it, once', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.people.push(bob);
    const { session, asked, digest } = await conversation(world, `<body>Hi</body>${REQUEST}`);
    expect(asked).toEqual({ timeoutMs: 3_600_000 });
    expect(await world.settle()).toEqual([]);
    session.emit({ type: 'acknowledged', user: bob, digest });
    const [receipt, ...others] = await world.settle();
    expect(others).toEqual([]);
    expect(receipt?.attrs).toMatchObject({ from: 'bob!@gw.test', to: ALICE, type: 'chat' });
    expect(receipt?.getChild('received', 'urn:xmpp:receipts')?.attrs.id).toBe('c1');
    session.emit({ type: 'acknowledged', user: bob, digest });
    expect(await world.settle()).toEqual([]);
  });

  it('comes through the room where the message went through it', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.people.push(bob);
    world.silc.channel('silc', [[bob, 0]]);
    await world.join(ALICE, 'silc', 'alice');
    const { session, digest } = await conversation(world, `<body>Hi</body>${REQUEST}`, 'silc@gw.test/Bob');
    session.emit({ type: 'acknowledged', user: bob, digest });
    const [receipt] = await world.settle();
    expectStanzas(
      [receipt ?? expect.unreachable()],
      `<message from='silc@gw.test/Bob' to='${ALICE}' type='chat' id='${receipt?.attrs.id}'>
         <received xmlns='urn:xmpp:receipts' id='c1'/>
         <x xmlns='http://jabber.org/protocol/muc#user'/>
       </message>`,
    );
  });

  it('is never told where SILC does not acknowledge, or nobody has asked', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.people.push(bob);
    const { session, digest } = await conversation(world, `<body>Hi</body>${REQUEST}`);
    session.emit({ type: 'unacknowledged', user: bob, digest, reason: 'no-key' });
    session.emit({ type: 'acknowledged', user: bob, digest });
    expect(await world.settle()).toEqual([]);
    const other = await conversation(world, '<body>Hi</body>');
    expect(other.asked).toBe(false);
  });
});

describe('a message of a SILC user that asks to be acknowledged', () => {
  it('is when a client of the user has it', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.people.push(bob);
    const { session } = await conversation(world, '<body>Hi</body>');
    const acknowledge = vi.fn();
    const message = world.silc.message('hello');
    session.emit({ type: 'private-message', sender: bob, message, protection: 'static-key', acknowledge });
    const [shown] = await world.settle();
    expect(shown?.getChildText('body')).toBe('hello');
    expect(shown?.getChild('request', 'urn:xmpp:receipts')).toBeDefined();
    expect(acknowledge).not.toHaveBeenCalled();
    const received = `<received xmlns='urn:xmpp:receipts' id='${shown?.attrs.id}'/>`;
    // Of another message, or with words of its own: something else.
    await world.receive(chat('bob!@gw.test', `<received xmlns='urn:xmpp:receipts' id='other'/>`));
    await world.receive(chat('bob!@gw.test', `<body>and this</body>${received}`));
    expect(acknowledge).not.toHaveBeenCalled();
    for (let i = 0; i < 2; i++) expect(await world.receive(chat('bob!@gw.test', received))).toEqual([]);
    expect(acknowledge).toHaveBeenCalledOnce();
    expect(session.log.slice(-1)).toEqual(['tell Bob and this']);
  });

  it('asks for no receipt where SILC asks for none', async () => {
    const world = await World.start();
    const bob = someone('Bob');
    world.silc.people.push(bob);
    const { session } = await conversation(world, '<body>Hi</body>');
    const message = world.silc.message('hello');
    session.emit({ type: 'private-message', sender: bob, message, protection: 'session' });
    const told = await world.settle();
    expect(outlines(told)).toEqual([`message chat bob!@gw.test>alice@jabber.test body=hello`]);
    expect(told[0]?.getChild('request')).toBeUndefined();
  });
});
