import { afterAll, beforeAll, expect, it } from 'vitest';
import { Gateway } from '../../src/gateway/gateway.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { FakeLink } from '../gateway/support/fake-link.js';
import { memoryStore, outline, testConfig } from '../gateway/support/world.js';
import { EventLog, nextEvent } from '../support/silc-world.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { openTarget, type Target } from './support/target.js';
import { watchedLog } from '../support/secrets/log.js';

/** A link of the gateway to the server that goes dead, so that neither end notices by itself. */

const [ALICE, CAROL] = ['alice@jabber.test/phone', 'carol@jabber.test/desk'];

let target: Target;
let proxy: TcpProxy;
let gateway: Gateway;
const link = new FakeLink();
beforeAll(async () => {
  target = await openTarget();
  proxy = await TcpProxy.listen(target.port);
  const servers = [{ host: '127.0.0.1', port: proxy.port }];
  const config = testConfig({ networks: { net: { default: true, servers, auth: { method: 'none' } } } });
  const log = watchedLog();
  gateway = new Gateway({ config, link, store: memoryStore(), backend: nodeBackend, log });
  await gateway.start();
});
afterAll(async () => {
  await gateway.stop();
  await proxy.close();
  await target.close();
});

it('is found out by what is said on it: its user is told, is back, and misses nothing', async () => {
  const [alice, carol] = [target.unique('alice'), target.unique('carol')];
  const bob = await target.client('bob');
  const nick = bob.self.nickname ?? '';
  const log = new EventLog(bob);
  const name = target.unique('dead');
  const { channel } = await bob.join(name);
  const room = `${name}@gw.test`;
  const say = (id: string): void =>
    link.receive(
      `<message from='${ALICE}' to='${room}' type='groupchat' id='${id}'><body>${id}</body></message>`,
    );
  for (const [full, wanted] of [
    [ALICE, alice],
    [CAROL, carol],
  ] as const) {
    const x = "<x xmlns='http://jabber.org/protocol/muc'/>";
    link.receive(`<presence from='${full}' to='${room}/${wanted}'>${x}</presence>`);
    await link.until((stanza) => stanza.attrs.to === full && stanza.getChild('subject') !== undefined);
  }
  say('good morning');
  await log.find('channel-message', ({ message }) => message.text === 'good morning');
  link.take();

  // Alice came first.
  proxy.freeze(0);
  say('who hears me?');
  await bob.say(channel.id, 'is it silent?');
  for (const [from, body] of [
    [alice, 'who hears me?'],
    [nick, 'is it silent?'],
  ]) {
    for (const to of [ALICE, CAROL]) {
      await link.until(
        (stanza) => outline(stanza) === `message groupchat ${room}/${from}>${to} body=${body}`,
      );
    }
  }
  const error = await link.until(({ attrs }) => attrs.type === 'error');
  expect(outline(error)).toContain(`message error ${room}>${ALICE} wait/remote-server-timeout`);
  expect(error.attrs.id).toBe('who hears me?');

  const heard = nextEvent(bob, 'channel-message');
  say('and now?');
  expect((await heard).message.text).toBe('and now?');
  expect(log.texts).toEqual(['good morning', 'and now?']);
  await bob.say(channel.id, 'all is well');
  for (const to of [ALICE, CAROL]) {
    await link.until(
      (stanza) => outline(stanza) === `message groupchat ${room}/${nick}>${to} body=all is well`,
    );
  }
  // Nobody has gone or come in the meantime, and what the server keeps of the dead link is no second Alice.
  expect(link.take().filter(({ name: kind }) => kind === 'presence')).toEqual([]);
  const dave = target.unique('dave');
  const x = "<x xmlns='http://jabber.org/protocol/muc'/>";
  link.receive(`<presence from='dave@jabber.test/x' to='${room}/${dave}'>${x}</presence>`);
  const shown: string[] = [];
  for (;;) {
    const stanza = await link.until(({ attrs }) => attrs.to === 'dave@jabber.test/x');
    if (stanza.name === 'message') break;
    shown.push((stanza.attrs.from ?? '').slice(room.length + 1));
  }
  expect(shown.toSorted()).toEqual([alice, bob.self.nickname, carol, dave].toSorted());
}, 90_000);
