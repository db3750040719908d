import { afterEach, expect, it } from 'vitest';
import { connectSession } from '../../src/silc/client/connect.js';
import { commands, encodeReply, type CommandMessage } from '../../src/silc/commands/index.js';
import type { ClientId } from '../../src/silc/ids.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import { cheapProposal } from '../support/connections.js';
import {
  accept,
  channelNumber,
  channelPayload,
  idOf,
  type ScriptedServer,
} from '../support/scripted-server.js';
import type { FakeLink } from './support/fake-link.js';
import { outline, testConfig, World } from './support/world.js';

const ROOM = 'channel1@gw.test';
const CHANNEL = channelNumber(1);
const users = ['alice', 'carol'].map((name) => `${name}@jabber.test/desk`);

let world: World | undefined;
const servers: ScriptedServer[] = [];
/** Answers what was not answered. */
const late: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) server.connection.destroy();
  await world?.gateway.stop();
});

/** Undefined unless all of them are known. */
function whoisReplies(
  { people }: ScriptedServer,
  ids: readonly ClientId[],
  ident: number,
): readonly CommandMessage[] | undefined {
  const found = ids.flatMap((id) => people.get(id) ?? []);
  if (found.length < ids.length) return undefined;
  const last = found.length - 1;
  return found.map((person, index) => {
    const place = last === 0 ? 'single' : index === 0 ? 'start' : index === last ? 'end' : 'item';
    return encodeReply(commands.whois, ident, person, place);
  });
}

/** The gateway on the engine, behind servers that leave a WHOIS without an answer where they do not know everybody asked for. */
async function start(): Promise<World> {
  const made = await World.start(testConfig(), undefined, {
    connect: async (options) => {
      const [near, far] = streamPair();
      const accepting = accept(far);
      const session = await connectSession({ ...options, proposal: cheapProposal, stream: near });
      const server = await accepting;
      server.on(commands.whois, ({ ids = [] }, { ident }) => {
        const answer = (): readonly CommandMessage[] | undefined => whoisReplies(server, ids, ident);
        const known = answer();
        if (known === undefined)
          late.push(async () => Promise.all((answer() ?? []).map((reply) => server.reply(reply))));
        return known ?? [];
      });
      servers.push(server);
      return session;
    },
  });
  world = made;
  return made;
}

/** A local user joins the channel, on which these are. */
async function join(
  link: FakeLink,
  user: string,
  members: (server: ScriptedServer) => readonly ClientId[],
): Promise<ScriptedServer> {
  const nickname = user.split('@', 1)[0] ?? '';
  link.receive(
    `<presence from='${user}' to='${ROOM}/${nickname}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
  );
  await expect.poll(() => servers.length).toBe(users.indexOf(user) + 1);
  const server = servers.at(-1);
  if (server === undefined) throw new Error('no server');
  const { ident } = await server.next(commands.join);
  await server.reply(encodeReply(commands.join, ident, server.joinReply(1, members(server))));
  await link.until((stanza) => stanza.attrs.to === user && stanza.getChild('subject') !== undefined);
  return server;
}

it('a WHOIS that is never answered delays the lines of the unknown one only', async () => {
  const made = await start();
  const { link } = made;
  const [alice = '', carol = ''] = users;
  let bob: ClientId | undefined;
  const first = await join(link, alice, (server) => [(bob = server.person('bob'))]);
  const second = await join(link, carol, (server) => [server.person('bob'), first.clientId]);
  if (bob === undefined) throw new Error('no bob');
  const dave = idOf('dave', 7);
  const everywhere = async (act: (server: ScriptedServer) => Promise<void>): Promise<void> => {
    for (const server of [first, second]) await act(server);
  };
  link.take();

  // Somebody comes whom the servers do not tell the name of, and speaks; and one who was never told to have come.
  const stranger = idOf('stranger', 8);
  for (const [author, text] of [
    [dave, 'who am I'],
    [stranger, 'and I'],
    [bob, 'go on'],
  ] as const) {
    const payload = channelPayload(CHANNEL, author, 1, text);
    await everywhere(async (server) => {
      if (author === dave)
        await server.tellChannel(CHANNEL, { type: 'join', clientId: dave, channelId: CHANNEL });
      await server.passOn(CHANNEL, author, payload);
    });
  }
  for (const user of users) {
    const line = await link.until(
      (stanza) => stanza.getChildText('body') === 'go on' && stanza.attrs.to === user,
    );
    expect(outline(line)).toBe(`message groupchat ${ROOM}/bob>${user} body=go on`);
  }
  // What a local user says passes it as well.
  link.receive(`<message from='${carol}' to='${ROOM}' type='groupchat' id='c1'><body>hello</body></message>`);
  await link.until((stanza) => stanza.getChildText('body') === 'hello' && stanza.attrs.to === alice);

  await expect.poll(() => late.length).toBeGreaterThan(0);
  expect(link.take().filter((stanza) => /who am I|and I/.test(stanza.toString()))).toEqual([]);

  // The answer comes after all: presence, and behind it the line.
  await everywhere((server) => {
    server.person('dave', 7);
    server.person('stranger', 8);
    return Promise.resolve();
  });
  for (const answer of late.splice(0)) await answer();
  const told: string[] = [];
  while (told.filter((line) => line.includes('body=')).length < 4) {
    told.push(outline(await link.until(() => true)));
  }
  const wanted = users.flatMap((user) =>
    [
      ['dave', 'who am I'],
      ['stranger', 'and I'],
    ].flatMap(([nickname = '', text = '']) => [
      `presence ${ROOM}/${nickname}>${user} none/participant`,
      `message groupchat ${ROOM}/${nickname}>${user} body=${text}`,
    ]),
  );
  // What one is told of another keeps its order.
  const pairOf = (line: string): string => line.split(' ').find((word) => word.includes('>')) ?? '';
  const byPair = (a: string, b: string): number => pairOf(a).localeCompare(pairOf(b));
  expect(told.toSorted(byPair)).toEqual(wanted.toSorted(byPair));
  expect(made.faults).toEqual([]);
});
