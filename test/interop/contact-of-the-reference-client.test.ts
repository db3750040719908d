import { afterAll, beforeAll, describe, it, test } from 'vitest';
import { iqResult, StanzaError, xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { Gateway } from '../../src/gateway/gateway.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { Deferred } from '../../src/util/deferred.js';
import { FakeLink } from '../gateway/support/fake-link.js';
import { memoryStore, testConfig } from '../gateway/support/world.js';
import { PNG } from '../mapping/profile/sample.js';
import { ClientProgram } from './support/client-program.js';
import { openTarget, type Target } from './support/target.js';
import { watchedLog } from '../support/secrets/log.js';

/*
 * A Jabber user of the gateway and somebody at another SILC client are contacts of each other: what each sees of the other.
 * `SILC_INTEROP_CLIENT` names the client, as in `reference-client.test.ts`; `SILC_INTEROP_ROUTER` the server, which has to be a
 * router (others tell nobody of who comes and goes).
 */
const variable = 'SILC_INTEROP_CLIENT';
const reference = process.env[variable] ?? '';
const NS_MOOD = 'http://jabber.org/protocol/mood';
const SLOW = 120_000;

/** What a Jabber server and client say of their user. */
const answers: Readonly<Record<string, readonly Element[]>> = {
  'vcard-temp': [
    xml('FN', {}, 'Alice Liddell'),
    xml('PHOTO', {}, xml('TYPE', {}, 'image/png'), xml('BINVAL', {}, Buffer.from(PNG).toString('base64'))),
  ],
  [NS_MOOD]: [xml('happy', {})],
};

class JabberLink extends FakeLink {
  /** The profile of the user was asked for. */
  readonly profile = new Deferred();

  override request(iq: Element): Promise<Element> {
    const [child] = iq.getChildElements();
    const items = child?.getChild('items');
    const node = items?.attrs.node ?? child?.getNS() ?? '';
    const content = answers[node];
    if (node === NS_MOOD) this.profile.resolve();
    if (child === undefined || content === undefined)
      return Promise.reject(new StanzaError('cancel', 'item-not-found'));
    const item = xml('item', { id: 'current' }, xml('mood', { xmlns: NS_MOOD }, [...content]));
    return Promise.resolve(
      iqResult(
        iq,
        items === undefined
          ? xml(child.name, { ...child.attrs }, [...content])
          : xml('pubsub', { ...child.attrs }, xml('items', { node }, item)),
      ),
    );
  }

  /** A contact is shown like this: by its `show`, `there` without one, `gone`. */
  async shows(contact: string, wanted: string): Promise<void> {
    await this.until((stanza) => {
      const { from = '', type } = stanza.attrs;
      if (stanza.name !== 'presence' || !from.startsWith(`${contact}/`)) return false;
      return (type === 'unavailable' ? 'gone' : (stanza.getChildText('show') ?? 'there')) === wanted;
    });
  }
}

describe('the reference client and a Jabber user as contacts of each other', () => {
  if (reference === '') {
    console.log(`interop (contacts): SKIPPED, NOTHING IS TESTED AGAINST IT: ${variable} is not set`);
    test.skip(`see each other (SKIPPED: ${variable} names no program)`, () => undefined);
    return;
  }
  let target: Target;
  let gateway: Gateway;
  let program: ClientProgram | undefined;
  const link = new JabberLink();

  beforeAll(async () => {
    target = await openTarget('router');
    const { host, port } = target;
    const config = testConfig({
      networks: { net: { default: true, servers: [{ host, port }], auth: { method: 'none' } } },
    });
    const log = watchedLog();
    gateway = new Gateway({ config, link, store: memoryStore(), backend: nodeBackend, log });
    await gateway.start();
  });
  afterAll(async () => {
    await program?.quit();
    await gateway.stop();
    await target.close();
  });

  it(
    '/watch tells that the Jabber user comes, /away and /umode are presence, /whois -details shows the profile',
    async () => {
      const [alice, guest] = [target.unique('alice'), target.unique('guest')];
      const [phone, contact] = [`${alice}@jabber.test/phone`, `${guest}!@gw.test`];
      const { host, port } = target;
      program = new ClientProgram([reference, host, String(port), guest]);
      program.type(`/watch -add ${alice}`, `/join ${target.unique('room')}`);
      await program.line('room');

      const set = async (name: string, value: string): Promise<void> => {
        const body = `<body>settings ${name} ${value}</body>`;
        link.receive(`<message type='chat' from='${phone}' to='gw.test'>${body}</message>`);
        await link.until((stanza) => stanza.getChildText('body')?.startsWith(`${name} is`) === true);
      };
      await set('nick', alice);
      link.receive(`<presence type='subscribe' from='${alice}@jabber.test' to='${contact}'/>`);
      link.receive(`<presence from='${phone}' to='${contact}'/>`);
      link.receive(`<presence type='subscribed' from='${alice}@jabber.test' to='${contact}'/>`);
      await link.shows(contact, 'there');
      await program.line('Watch:', alice, 'is now present in the network');

      program.type('/away at tea');
      await link.shows(contact, 'xa');
      program.type('/away');
      await link.shows(contact, 'there');
      program.type('/umode +b');
      await link.shows(contact, 'dnd');
      program.type('/umode -b');
      await link.shows(contact, 'there');

      await set('share-profile', 'on');
      await link.profile.promise;
      link.receive(`<presence from='${phone}' to='${contact}'><status>by the river</status></presence>`);
      program.type(`/whois ${alice} -details`);
      await program.line("User's signature", 'verified successfully');
      await program.line("User's mood", 'HAPPY');
      await program.line('Business card', 'present');
      await program.line("User's message", 'by the river');
      await program.line('Preferred contact', 'CHAT');

      await program.quit();
      await link.shows(contact, 'gone');
    },
    SLOW,
  );
});
