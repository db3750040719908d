import { afterEach, describe, expect, it } from 'vitest';
import { Gateway } from '../../src/gateway/gateway.js';
import { connectSession } from '../../src/silc/client/connect.js';
import type { SessionEvent, SessionEventOf, SilcSession } from '../../src/silc/client/types.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../../src/silc/crypto/key-pair.js';
import { SilcServer } from '../../src/silc/server/index.js';
import { FakeLink } from './support/fake-link.js';
import { memoryStore, outline, testConfig } from './support/world.js';
import { watchedLog } from '../support/secrets/log.js';

/** The gateway's whole SILC side, over real sockets, against the embedded server and a native client. */

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/x';
const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

async function start(): Promise<{ link: FakeLink; bob: SilcSession; gateway: Gateway; server: SilcServer }> {
  const keyPair = (UN: string) =>
    generateKeyPair(nodeBackend, { bits: 1024, identifier: { UN, HN: 'silc.test' } });
  const server = await SilcServer.listen({ port: 0, name: 'silc.test', keyPair: await keyPair('server') });
  cleanup.push(() => server.close());
  const link = new FakeLink();
  const config = testConfig({
    networks: {
      net: { default: true, servers: [{ host: '127.0.0.1', port: server.port }], auth: { method: 'none' } },
    },
  });
  const log = watchedLog();
  const gateway = new Gateway({ config, link, store: memoryStore(), backend: nodeBackend, log });
  await gateway.start();
  cleanup.push(() => gateway.stop());
  const bob = await connectSession({
    host: '127.0.0.1',
    port: server.port,
    keyPair: await keyPair('bob'),
    nickname: 'Bob',
    username: 'bob',
    verifyServerKey: () => true,
  });
  cleanup.push(() => bob.quit());
  return { link, bob, gateway, server };
}

function next<T extends SessionEvent['type']>(session: SilcSession, type: T): Promise<SessionEventOf<T>> {
  return new Promise((resolve) => {
    const remove = session.subscribe((event) => {
      if (event.type !== type) return;
      remove();
      resolve(event as SessionEventOf<T>);
    });
  });
}

const join = (full: string, to: string): string =>
  `<presence from='${full}' to='${to}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;

describe('the gateway on the embedded server', () => {
  it('lets two Jabber users and a SILC user meet, talk, and part', async () => {
    const { link, bob } = await start();
    const { channel } = await bob.join('Meeting');

    const aliceComes = next(bob, 'member-joined');
    link.receive(join(ALICE, 'meeting@gw.test/alice'));
    await link.until(
      (stanza) => outline(stanza).includes('Bob>') && outline(stanza).includes('owner/moderator'),
    );
    await link.until((stanza) => outline(stanza).endsWith('none/participant 110'));
    await link.until((stanza) => outline(stanza).endsWith('subject='));
    expect((await aliceComes).member.user.nickname).toBe('alice');

    link.receive(join(CAROL, 'meeting@gw.test/carol'));
    await link.until((stanza) => stanza.attrs.to === CAROL && outline(stanza).endsWith('subject='));
    link.take();

    const heard = next(bob, 'channel-message');
    link.receive(
      `<message from='${ALICE}' to='meeting@gw.test' type='groupchat' id='1'><body>Grüße 😀</body></message>`,
    );
    const copies = [
      await link.until((stanza) => stanza.name === 'message'),
      await link.until((stanza) => stanza.name === 'message'),
    ];
    expect((await heard).message.text).toBe('Grüße 😀');
    expect(new Set(copies.map((stanza) => stanza.getChild('stanza-id')?.attrs.id)).size).toBe(1);
    expect(copies.map((stanza) => stanza.attrs.to).sort()).toEqual([ALICE, CAROL]);

    await bob.say(channel.id, 'waves', { kind: 'action' });
    for (const full of [ALICE, CAROL]) {
      await link.until((stanza) => stanza.attrs.to === full && stanza.getChildText('body') === '/me waves');
    }

    const private_ = next(bob, 'private-message');
    link.receive(`<message from='${ALICE}' to='bob!@gw.test' type='chat' id='2'><body>psst</body></message>`);
    const { sender, message } = await private_;
    expect([sender.nickname, message.text]).toEqual(['alice', 'psst']);
    await bob.tell(sender.clientId, 'yes?');
    const answer = await link.until((stanza) => stanza.attrs.type === 'chat');
    expect(outline(answer)).toBe('message chat bob!@gw.test>alice@jabber.test body=yes?');

    const gone = next(bob, 'member-left');
    link.receive(`<presence from='${ALICE}' to='meeting@gw.test/alice' type='unavailable'/>`);
    await link.until((stanza) => outline(stanza).endsWith('110'));
    await gone;
  });

  it('moderates, changes the topic and the nickname, and lists channels and members', async () => {
    const { link, bob } = await start();
    link.receive(join(ALICE, 'club@gw.test/alice'));
    await link.until((stanza) => outline(stanza).endsWith('owner/moderator 110,201'));
    await bob.join('club');
    await link.until((stanza) => outline(stanza).includes('/Bob>'));

    link.receive(
      `<message from='${ALICE}' to='club@gw.test' type='groupchat'><subject>News</subject></message>`,
    );
    await link.until((stanza) => outline(stanza).endsWith('subject=News'));

    link.receive(
      `<iq from='${ALICE}' to='club@gw.test' id='q' type='set'><query xmlns='http://jabber.org/protocol/muc#admin'>
         <item nick='Bob' role='moderator'/></query></iq>`,
    );
    await link.until((stanza) => outline(stanza).includes('none/moderator'));

    link.receive(`<presence from='${ALICE}' to='club@gw.test/Alicia'/>`);
    await link.until((stanza) => outline(stanza).includes('303,110'));
    await link.until((stanza) => outline(stanza).includes('club@gw.test/Alicia>'));

    link.receive(
      `<iq from='${ALICE}' to='gw.test' id='i' type='get'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
    );
    const items = await link.until((stanza) => stanza.attrs.id === 'i');
    expect(items.getChild('query')?.getChild('item')?.attrs).toEqual({
      jid: 'club@gw.test',
      name: 'club (2)',
    });

    const kicked = next(bob, 'member-left');
    link.receive(
      `<iq from='${ALICE}' to='club@gw.test' id='k' type='set'><query xmlns='http://jabber.org/protocol/muc#admin'>
         <item nick='Bob' role='none'><reason>bye</reason></item></query></iq>`,
    );
    await link.until((stanza) => outline(stanza).includes('307'));
    expect((await kicked).cause).toMatchObject({ kind: 'kicked', comment: 'bye' });
    await link.until((stanza) => stanza.attrs.id === 'k' && stanza.attrs.type === 'result');
  });
});
