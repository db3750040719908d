import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { iqResult, StanzaError, xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { someone } from './support/fake-silc.js';
import { outlines, World } from './support/world.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const ALICE = 'alice@jabber.test';
const NS_ROSTER = 'jabber:iq:roster';

type Server = (item: Element) => 'both' | 'none';

/** Prosody with mod_privilege. */
const takesAll: Server = () => 'both';
/** ejabberd from 23.10 on: says that it is done, and leaves the subscription as it was. */
const takesNameOnly: Server = () => 'none';
/** ejabberd 23.01. */
const fails: Server = () => {
  throw new StanzaError('wait', 'internal-server-error', 'Module failed to handle the query');
};

/** Alice asks for Bob; her server grants `type` of her list. @returns what she is sent, and what her server was asked for */
async function asks(server: Server, type = 'both', has?: Element): Promise<[string[], string[]]> {
  const world = await World.start();
  const asked: string[] = [];
  let kept = has;
  const answer = (iq: Element): Element => {
    const item = iq.getChild('query', NS_ROSTER)?.getChild('item');
    asked.push(iq.attrs.type ?? '');
    if (item !== undefined) kept = xml('item', { ...item.attrs, subscription: server(item) }, item.children);
    return iqResult(iq, xml('query', { xmlns: NS_ROSTER }, item === undefined ? kept : undefined));
  };
  world.link.request = (iq) => new Promise((resolve) => resolve(answer(iq)));
  await world.receive(
    `<message from='jabber.test' to='gw.test'><privilege xmlns='urn:xmpp:privilege:2'><perm access='roster' type='${type}'/></privilege></message>`,
  );
  world.silc.people.push(someone('Bob'));
  return [
    outlines(await world.receive(`<presence type='subscribe' from='${ALICE}' to='bob!@gw.test'/>`)),
    asked,
  ];
}

const ASKED = `presence subscribe bob!@gw.test>${ALICE}`;
const SEEN = `presence probe bob!@gw.test>${ALICE}`;

it('a contact is in the list both ways, and the user is not asked', async () => {
  const [sent, asked] = await asks(takesAll);
  expect(sent).toContain(SEEN);
  expect(sent).not.toContain(ASKED);
  expect(asked).toEqual(['get', 'set', 'get']);
});

it('who is in the list both ways already is not written again', async () => {
  const item = xml('item', { jid: 'bob!@gw.test', subscription: 'both' });
  const [sent, asked] = await asks(fails, 'both', item);
  expect(sent).toContain(SEEN);
  expect(asked).toEqual(['get']);
});

it.each<[string, Server, string]>([
  ['fails', fails, 'both'],
  ['says that it has, and keeps the subscription', takesNameOnly, 'both'],
  ['does not let the list be read back', takesAll, 'set'],
  ['lets it be read only', takesAll, 'get'],
])('the user is asked where the server %s', async (_, server, type) => {
  const [sent] = await asks(server, type);
  expect(sent).toContain(ASKED);
  expect(sent).not.toContain(SEEN);
});
