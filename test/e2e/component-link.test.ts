import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { tryParseJid } from '../../src/component/jid.js';
import {
  createComponentLink,
  type ComponentLinkOptions,
  type SupervisedLink,
} from '../../src/component/link.js';
import { errorReply, iqResult, xml } from '../../src/component/stanza.js';
import type { Element, LinkEnd } from '../../src/component/types.js';
import { UNASSIGNED_IN_3_2 } from '../../src/component/unicode-3-2.js';
import { Router } from '../../src/gateway/router.js';
import type { SessionRegistry } from '../../src/gateway/sessions/session-registry.js';
import { routerContext } from '../gateway/support/router-context.js';
import { JABBER_SERVERS, startJabberServer, type JabberServer } from './support/jabber-server.js';
import { JabberUser } from './support/jabber-user.js';
import { gatewayDomain, sharedJabberServer } from './support/shared-server.js';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const domain = gatewayDomain();
const links: SupervisedLink[] = [];

afterEach(async () => {
  await JabberUser.logoutAll();
  await Promise.all(links.splice(0).map((link) => link.stop()));
});

function linkTo(server: JabberServer, options: Partial<ComponentLinkOptions> = {}): SupervisedLink {
  const link = createComponentLink({
    domain,
    host: server.host,
    port: server.componentPort,
    secret: server.secret,
    failFast: true,
    backoff: { minMs: 20, maxMs: 100, conflictMs: 20, refusedMs: 100 },
    ...options,
  });
  links.push(link);
  return link;
}

const message = (from: string, to: string, body: string) =>
  xml('message', { from, to, type: 'chat' }, xml('body', {}, body));

/** The link answers pings, so that users can set a barrier, and refuses the rest. */
function answerPings(link: SupervisedLink): void {
  link.onStanza((stanza) => {
    const isPing = stanza.getChild('ping', 'urn:xmpp:ping') !== undefined;
    const answer = isPing ? iqResult(stanza) : errorReply(stanza, 'cancel', 'item-not-found');
    if (answer !== undefined) link.send(answer);
  });
}

describe.each(JABBER_SERVERS)('on %s', (kind) => {
  const server = sharedJabberServer(kind);

  test('stanzas go both ways, with every kind of character', async () => {
    const link = linkTo(server);
    await link.start();
    const user = await JabberUser.login(server);
    const text = 'grüße\t漢字 😀 & <b> "q" \u{85}\u{fffd}';
    const got = new Promise<Element>((resolve) => link.onStanza(resolve));
    await user.tell(`nick!@${domain}`, text);
    const stanza = await got;
    expect(stanza.getChildText('body')).toBe(text);
    expect(stanza.attrs).toMatchObject({ from: user.full, to: `nick!@${domain}`, type: 'chat' });
    link.send(message(`nick!@${domain}`, user.full, text));
    await user.expect(`<message from='nick!@${domain}' to='${user.full}' type='chat'>
        <body>grüße&#9;漢字 😀 &amp; &lt;b> "q" \u{85}\u{fffd}</body>
      </message>`);
  });

  test('no text and no attribute closes the stream', async () => {
    const link = linkTo(server);
    link.onOffline(({ reason }) => expect(reason).toBeUndefined());
    await link.start();
    const user = await JabberUser.login(server);
    const every = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    for (let at = 0; at < every.length; at += 0x1000) {
      const piece = every.slice(at, at + 0x1000).join('');
      const stanza = xml(
        'message',
        { from: domain, to: user.full, id: every.slice(at, at + 64).join('') },
        xml('body', {}, piece),
      );
      link.send(stanza);
      const got = await user.expect({ name: 'message' });
      expect(got.getChildText('body')).toBe(stanza.getChildText('body')?.replace(/\r\n?/g, '\n'));
    }
    answerPings(link);
    await user.barrier(domain);
    expect(link.online).toBe(true);
  });

  test('every address that passes our preparation is delivered as we wrote it', async () => {
    const link = linkTo(server);
    await link.start();
    const user = await JabberUser.login(server);
    const unit = fc.oneof(
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          ...Array.from('aZ09-_.\\%!~`#$^*()+=[]{}|;,?ßẞςΣİÅﷺאبﬁ½ \u{301}\u{1f600}'),
        ),
      },
      fc.integer({ min: 0x20, max: 0x2ffff }).map((codePoint) => String.fromCodePoint(codePoint)),
    );
    // ejabberd refuses what Unicode 3.2 did not assign; SILC does so too, so none of the gateway's addresses has it.
    const isKnown = (text: string): boolean => kind === 'prosody' || !UNASSIGNED_IN_3_2.test(text);
    const part = fc.string({ unit: unit.filter(isKnown), minLength: 1, maxLength: 8 });
    const addresses = fc
      .sample(fc.tuple(part, part), { numRuns: 4000 })
      .map(([local, resource]) => tryParseJid(`${local}@${domain}/${resource}`))
      .filter((address) => address !== undefined)
      // A slash ends the address before the domain that was meant.
      .filter((address) => address.domain === domain)
      // Two halves of a surrogate pair, side by side, are a character once more.
      .filter((address) => isKnown(address.full));
    expect(addresses.length).toBeGreaterThan(100);
    // In one flow, so that they come in this order.
    for (const { full } of addresses) link.send(message(full, user.full, 'x'), { flow: 'all' });
    for (const { full } of addresses) {
      const stanza = await user.expect({ name: 'message' });
      expect(stanza.attrs.from).toBe(full);
    }
    expect(link.online).toBe(true);
  });

  test('an addressee that is none comes back as an error and leaves the stream open', async () => {
    const link = linkTo(server);
    link.onOffline(({ reason }) => expect(reason).toBeUndefined());
    await link.start();
    const answers: Element[] = [];
    link.onStanza((stanza) => answers.push(stanza));
    for (const to of ['@localhost', 'a@b@localhost', 'localhost/', 'a b@localhost', 'x'.repeat(3000)]) {
      link.send(message(domain, to, 'x'));
    }
    const user = await JabberUser.login(server);
    answerPings(link);
    await user.barrier(domain);
    expect(link.online).toBe(true);
    for (const answer of answers) expect(answer.attrs.type).toBe('error');
  });

  test('a large stanza passes, a larger one is refused before the wire', async () => {
    const link = linkTo(server);
    await link.start();
    const user = await JabberUser.login(server);
    const body = 'é'.repeat(125_000);
    link.send(message(domain, user.full, body));
    const got = await user.expect({ name: 'message' });
    expect(got.getChildText('body')).toBe(body);
    const lost: string[] = [];
    link.onUndelivered(({ reason }) => lost.push(reason));
    link.send(message(domain, user.full, body + body));
    expect(lost).toEqual(['too-large']);
  });

  test('the longest message of SILC passes, whatever XML makes of its characters', async () => {
    const link = linkTo(server);
    await link.start();
    const user = await JabberUser.login(server);
    for (const char of ['&', '<', '"', '\u{fffd}', '\u{1}']) {
      link.send(message(domain, user.full, char.repeat(64_000)));
      const read = char === '\u{1}' ? '\u{fffd}' : char;
      expect((await user.expect({ name: 'message' })).getChildText('body')).toBe(read.repeat(64_000));
    }
    const got = new Promise<Element>((resolve) => link.onStanza(resolve));
    await user.tell(`nick!@${domain}`, '&'.repeat(50_000));
    expect((await got).getChildText('body')).toBe('&'.repeat(50_000));
  });

  test('a thousand stanzas keep their order', async () => {
    const link = linkTo(server);
    await link.start();
    const user = await JabberUser.login(server);
    for (let count = 0; count < 1000; count++) link.send(message(domain, user.full, String(count)));
    const bodies: (string | null)[] = [];
    while (bodies.length < 1000) bodies.push((await user.expect({ name: 'message' })).getChildText('body'));
    expect(bodies).toEqual(Array.from({ length: 1000 }, (_, count) => String(count)));
  });

  test('an iq of a user reaches the handler, and its answer or error the user', async () => {
    const link = linkTo(server);
    await link.start();
    const user = await JabberUser.login(server);
    const ask = () => user.request(`x@${domain}`, 'get', xml('query', { xmlns: 'urn:test' }));
    answerPings(link);
    await expect(ask()).rejects.toMatchObject({ type: 'cancel', condition: 'item-not-found' });
    link.onStanza((stanza) => link.send(iqResult(stanza, xml('query', { xmlns: 'urn:test' }, 'yes'))));
    expect((await ask()).getChildText('query')).toBe('yes');
  });

  test('every iq is answered: by its route, or with an error where that fails or is missing', async () => {
    const link = linkTo(server);
    const route = (xmlns: string, handle: () => Element) =>
      ({ type: 'get', xmlns, to: ['channel'], handle }) as const;
    const routes = [
      route('urn:test:answers', () => xml('query', { xmlns: 'urn:test:answers' }, 'yes')),
      route('urn:test:fails', () => {
        throw new Error('bug');
      }),
    ];
    const context = routerContext(domain, (stanza) => link.send(stanza));
    const router = new Router(context, {} as unknown as SessionRegistry, [
      { name: 'test', specs: [], iq: routes },
    ]);
    link.onStanza((stanza) => void router.receive(stanza));
    await link.start();
    const user = await JabberUser.login(server);
    const ask = (xmlns: string) => user.request(`x@${domain}`, 'get', xml('query', { xmlns }));
    await expect(ask('urn:test:missing')).rejects.toMatchObject({
      type: 'cancel',
      condition: 'feature-not-implemented',
    });
    await expect(ask('urn:test:fails')).rejects.toMatchObject({
      type: 'cancel',
      condition: 'internal-server-error',
    });
    expect((await ask('urn:test:answers')).getChildText('query')).toBe('yes');
  });

  test('own requests are answered by users, and by ourselves through the server', async () => {
    const link = linkTo(server);
    await link.start();
    const user = await JabberUser.login(server);
    user.onRequest((iq) => iqResult(iq, xml('query', { xmlns: 'urn:test' }, iq.attrs.from)));
    const ask = (to: string) =>
      link.request(xml('iq', { type: 'get', from: domain, to }, xml('query', { xmlns: 'urn:test' })));
    expect((await ask(user.full)).getChildText('query')).toBe(domain);
    await expect(ask(`${user.bare}/gone`)).rejects.toMatchObject({ condition: 'service-unavailable' });
    link.onStanza((stanza) => link.send(iqResult(stanza)));
    expect((await ask(domain)).attrs.type).toBe('result');
  });

  test('a quiet link stays up by its pings', async () => {
    const link = linkTo(server, {
      limits: { watchdog: { proofMs: 20, idleMs: 20, pingMs: 1000, mutePingMs: 1000 } },
    });
    link.onOffline(({ reason }) => expect(reason).toBeUndefined());
    link.onStanza((stanza) => expect.unreachable(stanza.toString()));
    await link.start();
    await expect.poll(() => link.stats().pings, { timeout: 20_000 }).toBeGreaterThan(2);
    expect(link.online).toBe(true);
  });

  test('a wrong secret and an unknown domain are told apart from trouble that passes', async () => {
    await expect(linkTo(server, { secret: 'wrong' }).start()).rejects.toEqual(withCode('not-authorized'));
    const unknown = linkTo(server, { domain: 'unknown.localhost' }).start();
    await expect(unknown).rejects.toEqual(withCode(kind === 'prosody' ? 'host-unknown' : 'not-authorized'));
  });

  test('the link comes back after a restart of the server, with what was sent meanwhile', async () => {
    const own = await startJabberServer(kind);
    try {
      const link = linkTo(own);
      await link.start();
      const user = await JabberUser.login(own);
      const down = new Promise<LinkEnd>((resolve) => link.onOffline(resolve));
      await own.shutDown();
      expect((await down).reason).toBeInstanceOf(Error);
      await user.logout();
      const up = new Promise<boolean>((resolve) => link.onOnline(resolve));
      const answered = new Promise<Element>((resolve) =>
        link.onStanza((stanza) => stanza.name === 'message' && resolve(stanza)),
      );
      // Comes back with an error: nobody has this name.
      link.send(message(domain, 'nobody-has-this@localhost', 'sent meanwhile'));
      await own.startAgain();
      expect(await up).toBe(false);
      expect((await answered).attrs.type).toBe('error');
      const again = await JabberUser.login(own, { name: user.name });
      answerPings(link);
      await again.barrier(domain);
    } finally {
      await own.stop();
    }
  });
});

test('Prosody: a second gateway for the same domain is refused with conflict, and gets in when the first has gone', async () => {
  const server = sharedJabberServer('prosody');
  const first = linkTo(server);
  await first.start();
  const errors: object[] = [];
  let refused: () => void = () => {};
  const conflict = new Promise<void>((resolve) => (refused = resolve));
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (fields: object) => {
      errors.push(fields);
      refused();
    },
  };
  const second = linkTo(server, { log });
  const started = second.start();
  await conflict;
  expect(errors[0]).toMatchObject({ code: 'conflict' });
  expect(first.online).toBe(true);
  await first.stop();
  await started;
  expect(second.online).toBe(true);
});
