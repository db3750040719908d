import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createComponentLink,
  type ComponentLinkOptions,
  type SupervisedLink,
} from '../../src/component/link.js';
import { DEFAULT_OUTBOX_LIMITS } from '../../src/component/outbox.js';
import { xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { FakeServer, HEADER, type FakePeer } from '../support/xmpp/fake-server.js';

const withCode = (code: string): unknown => expect.objectContaining({ code });
const FAST = { minMs: 1, maxMs: 4, conflictMs: 2, refusedMs: 4, stableMs: 60_000 };
const WATCHDOG = { proofMs: 10, idleMs: 60_000, pingMs: 60_000, mutePingMs: 60_000 };

let server: FakeServer;
let links: SupervisedLink[];

beforeEach(async () => {
  server = await FakeServer.listen();
  links = [];
});

afterEach(async () => {
  await Promise.all(links.map((link) => link.stop(50)));
  await server.close();
});

function link(options: Partial<ComponentLinkOptions> = {}): SupervisedLink {
  const made = createComponentLink({
    domain: 'gw.example',
    host: '127.0.0.1',
    port: server.port,
    secret: 'secret',
    backoff: FAST,
    ...options,
  });
  links.push(made);
  return made;
}

async function attached(options: Partial<ComponentLinkOptions> = {}): Promise<[SupervisedLink, FakePeer]> {
  const made = link(options);
  const started = made.start();
  const peer = await server.accept();
  await peer.handshake();
  await started;
  return [made, peer];
}

const offline = (made: SupervisedLink) =>
  new Promise<Error | undefined>((resolve) => made.onOffline(({ reason }) => resolve(reason)));
const online = (made: SupervisedLink) =>
  new Promise<boolean>((resolve) => made.onOnline((first) => resolve(first)));
const message = (body: string, from = 'a!@gw.example') =>
  xml('message', { from, to: 'user@example' }, xml('body', {}, body));
/** Why stanzas were not sent, in order. */
function losses(made: SupervisedLink): string[] {
  const reasons: string[] = [];
  made.onUndelivered(({ reason }) => reasons.push(reason));
  return reasons;
}
const ping = (id: string) =>
  `<iq type='get' id='${id}' from='user@example/r' to='gw.example'><ping xmlns='urn:xmpp:ping'/></iq>`;

describe('attaching', () => {
  test('opens the stream to its domain and shows the digest, never the secret', async () => {
    const [made, peer] = await attached();
    expect(made.online).toBe(true);
    expect(peer.received).toContain('to="gw.example"');
    expect(peer.received).toContain('xmlns="jabber:component:accept"');
    expect(peer.received).not.toContain('secret');
  });

  test('a wrong secret ends start() when it shall fail fast', async () => {
    const made = link({ secret: 'wrong', failFast: true });
    const started = expect(made.start()).rejects.toEqual(withCode('not-authorized'));
    await (await server.accept()).handshake();
    await started;
    expect(server.connections).toBe(1);
  });

  test.each([
    ['host-unknown', 'host-unknown'],
    ['not-authorized', 'not-authorized'],
  ])('%s in answer to the header ends start() when it shall fail fast', async (condition, code) => {
    const made = link({ failFast: true });
    const started = expect(made.start()).rejects.toEqual(withCode(code));
    const peer = await server.accept();
    peer.send(HEADER.replace(/id='[^']*'/, "id=''"));
    peer.streamError(condition);
    await started;
  });

  test('without failing fast it tries on after a refusal, and after a conflict', async () => {
    const made = link();
    const started = made.start();
    for (const condition of ['not-authorized', 'conflict', 'host-unknown']) {
      const peer = await server.accept();
      await peer.expect(/<stream:stream/);
      peer.send(HEADER);
      peer.streamError(condition);
    }
    await (await server.accept()).handshake();
    await started;
    expect(made.stats().attempts).toBe(4);
  });

  test('a server that accepts and says nothing is given up at the deadline', async () => {
    const made = link({ limits: { attemptMs: 50 } });
    const started = made.start();
    await (await server.accept()).closed();
    await (await server.accept()).handshake();
    await started;
  });

  test('a server that opens the stream and never answers the handshake is given up at the deadline', async () => {
    const made = link({ limits: { attemptMs: 50 } });
    const started = made.start();
    const peer = await server.accept();
    peer.send(HEADER);
    await peer.closed();
    await (await server.accept()).handshake();
    await started;
  });

  test('a server that trickles its header is given up at the deadline of the whole attempt', async () => {
    const made = link({ limits: { attemptMs: 80 } });
    const started = made.start();
    const peer = await server.accept();
    let at = 0;
    const trickle = setInterval(() => peer.send(HEADER[at++ % 20] ?? ''), 5);
    await peer.closed();
    clearInterval(trickle);
    await (await server.accept()).handshake();
    await started;
  });

  test('a server that is not there yet is found when it comes', async () => {
    const { port } = server;
    await server.close();
    const made = link({ port });
    const started = made.start();
    server = await FakeServer.listen(port);
    await (await server.accept()).handshake();
    await started;
    expect(made.online).toBe(true);
  });

  test('a server that accepts and closes at once is tried with growing waits, never in a spin', async () => {
    const waits: number[] = [];
    const log = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (fields: object) => {
        if ('retryMs' in fields && typeof fields.retryMs === 'number') waits.push(fields.retryMs);
      },
    };
    const made = link({ log, backoff: { minMs: 8, maxMs: 32, conflictMs: 8, stableMs: 60_000 } });
    void made.start().catch(() => {});
    for (let count = 0; count < 6; count++) (await server.accept()).socket.destroy();
    await made.stop();
    expect(waits.length).toBeGreaterThanOrEqual(5);
    for (const [index, wait] of waits.entries()) {
      const step = Math.min(32, 8 * 2 ** index);
      expect(wait).toBeGreaterThanOrEqual(step / 2);
      expect(wait).toBeLessThanOrEqual(step);
    }
  });

  test.each([
    'HTTP/1.1 400 Bad Request\r\n\r\n',
    '<html>',
    '<!DOCTYPE x>',
    '\u{0}',
    '<?xml version="1.0"?><stream:stream>',
  ])('a peer that says %j is left, and tried again', async (garbage) => {
    const made = link();
    const started = made.start();
    const peer = await server.accept();
    peer.send(garbage);
    await peer.closed();
    await (await server.accept()).handshake();
    await started;
  });

  test('stop() before the first attachment rejects start()', async () => {
    const made = link();
    const started = expect(made.start()).rejects.toEqual(withCode('stopped'));
    const peer = await server.accept();
    await made.stop();
    await started;
    await peer.closed();
    const lost = losses(made);
    made.send(message('x'));
    await expect.poll(() => lost).toEqual(['stopped']);
    await expect(made.start()).rejects.toEqual(withCode('stopped'));
  });

  test('stop() ends a wait between two attempts', async () => {
    let warned: () => void = () => {};
    const waiting = new Promise<void>((resolve) => (warned = resolve));
    const { port } = server;
    await server.close();
    const nobody = link({
      port,
      backoff: { minMs: 60_000 },
      log: { debug: () => {}, info: () => {}, error: () => {}, warn: () => warned() },
    });
    const started = expect(nobody.start()).rejects.toEqual(withCode('stopped'));
    await waiting;
    await nobody.stop();
    await started;
  });
});

describe('stanzas', () => {
  test('come whole when characters are cut between segments', async () => {
    const [made, peer] = await attached();
    const text = 'grüße 漢字 😀';
    const octets = Buffer.from(`<message from='u@example' to='gw.example'><body>${text}</body></message>`);
    for (let cut = 1; cut < octets.length; cut++) {
      const got = new Promise<Element>((resolve) => made.onStanza(resolve));
      await new Promise((resolve) => peer.socket.write(octets.subarray(0, cut), resolve));
      // The second segment goes out when the first one has been read.
      const before = peer.socket.bytesWritten;
      await new Promise((resolve) => setImmediate(resolve));
      peer.socket.write(octets.subarray(cut));
      expect((await got).getChildText('body')).toBe(text);
      expect(peer.socket.bytesWritten).toBeGreaterThan(before);
    }
  });

  test('that follow the handshake in the same segment are not lost', async () => {
    const made = link();
    const got = new Promise<Element>((resolve) => made.onStanza(resolve));
    const started = made.start();
    const peer = await server.accept();
    await peer.expect(/<stream:stream/);
    peer.send(HEADER);
    await peer.expect(/<\/handshake>/);
    peer.send(`<handshake/><message from='u@example' to='gw.example'><body>x</body></message>`);
    expect((await got).getChildText('body')).toBe('x');
    await started;
  });

  test('with a foreign sender, without a sender, or too large never reach the socket', async () => {
    const [made, peer] = await attached({ limits: { stanzaOctets: 500 } });
    const lost = losses(made);
    made.send(message('x', 'a@example'));
    made.send(xml('message', { to: 'a@b' }));
    made.send(message('x'.repeat(500)));
    made.sendToEach(message('x'), ['a@b']);
    made.sendToEach(xml('presence', { from: 'gw.example' }), ['', 'a@b'.repeat(200)]);
    expect(lost).toEqual([
      ...['invalid-stanza', 'invalid-stanza', 'too-large', 'invalid-stanza', 'invalid-stanza', 'too-large'],
    ]);
    made.send(message('last'));
    await peer.expect(/last/);
    expect(peer.received.match(/<message/g)).toHaveLength(1);
  });

  test('sent while offline go out after the link came back, in order', async () => {
    const [made, peer] = await attached();
    const down = offline(made);
    peer.socket.destroy();
    await down;
    expect(made.online).toBe(false);
    for (const body of ['one', 'two']) made.send(message(body));
    made.sendToEach(xml('message', { from: 'a!@gw.example', id: 'three' }), ['u@example/1', 'u@example/2']);
    const again = online(made);
    const second = await server.accept();
    await second.handshake();
    expect(await again).toBe(false);
    await second.expect(/one.*two.*id="three" to="u@example\/1".*id="three" to="u@example\/2"/s);
  });

  test('are refused with overflow when too many wait', async () => {
    const made = link({
      limits: { outbox: { ...DEFAULT_OUTBOX_LIMITS, total: { stanzas: 2, size: 10_000 } } },
    });
    const lost: object[] = [];
    made.onUndelivered((loss) => lost.push(loss));
    for (const id of ['1', '2', '3']) {
      made.send(xml('message', { from: 'c@gw.example/n', to: 'u@example', type: 'chat', id }));
    }
    const envelope = { name: 'message', from: 'c@gw.example/n', to: 'u@example', type: 'chat' };
    await expect.poll(() => lost).toEqual([{ ...envelope, id: '3', reason: 'overflow' }]);
    expect(made.stats().outbox).toMatchObject({ stanzas: 2, overflowed: 1 });
    await made.stop();
    await expect
      .poll(() => lost.slice(1))
      .toEqual([
        { ...envelope, id: '1', reason: 'stopped' },
        { ...envelope, id: '2', reason: 'stopped' },
      ]);
  });
});

describe('flows', () => {
  test('are rooms and conversations where nothing else is said; pressure on one is told and relieved', async () => {
    const marks = { highWater: { stanzas: 2, size: 100_000 }, lowWater: { stanzas: 1, size: 100_000 } };
    const made = link({ limits: { outbox: { ...DEFAULT_OUTBOX_LIMITS, ...marks } } });
    const told: string[] = [];
    made.onPressure((flow, congested) => told.push(`${flow} ${congested}`));
    for (const nick of ['a', 'b', 'c']) made.send(message('x', `room@gw.example/${nick}`));
    for (const room of ['1', '2', '3']) made.send(message('x', `room-${room}@gw.example`));
    expect(told).toEqual(['room@gw.example true']);
    const users = ['u@example/1', 'u@example/2', 'u@example/3'];
    made.sendToEach(xml('presence', { from: 'other@gw.example/x' }), users, { flow: 'named' });
    for (const id of ['1', '2', '3']) {
      made.send(xml('message', { from: `${id}@gw.example`, to: 'u@example' }), { flow: 'also named' });
    }
    expect(told.slice(1)).toEqual(['named true', 'also named true']);
    const started = made.start();
    const peer = await server.accept();
    await peer.handshake();
    await started;
    await peer.expect(/(<presence.*){3}/s);
    expect(told.slice(3).sort()).toEqual(['also named false', 'named false', 'room@gw.example false']);
  });
});

describe('what others send', () => {
  test('is handed on as it came, all but the answers to own requests', async () => {
    const [made, peer] = await attached();
    const handled: string[] = [];
    made.onStanza(({ name, attrs }) => void handled.push(`${name} ${attrs.type ?? ''} ${attrs.id ?? ''}`));
    const asked = made.request(
      xml('iq', { type: 'get', from: 'gw.example', to: 'user@example/r' }, xml('q', { xmlns: 'q' })),
    );
    const [, id = ''] = await peer.expect(/<iq[^>]*id="([0-9a-f]{32})"/);
    peer.send("<iq type='error' id='e' from='user@example/r' to='gw.example'/>");
    peer.send(`<iq type='result' id='${id}' from='user@example/r' to='gw.example'/>`);
    peer.send(`${ping('p')}<presence from='user@example/r' to='gw.example'/>`);
    await asked;
    await expect.poll(() => handled).toEqual(['iq error e', 'iq get p', 'presence  ']);
    expect(peer.received.match(/<iq (?!.*?<ping)/g)).toHaveLength(1);
  });

  test('is logged when the handler throws, and the stream lives on', async () => {
    const failures: object[] = [];
    const log = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields: object) => void failures.push(fields),
    };
    const [made, peer] = await attached({ log });
    const bug = new Error('bug');
    made.onStanza(() => {
      throw bug;
    });
    peer.send(ping('p1') + ping('p2'));
    await expect.poll(() => failures).toEqual([{ err: bug }, { err: bug }]);
    expect(made.online).toBe(true);
  });
});

describe('own requests', () => {
  test('are matched by sender and id', async () => {
    const [made, peer] = await attached();
    const asked = made.request(
      xml('iq', { type: 'get', from: 'gw.example', to: 'user@example/r' }, xml('q', { xmlns: 'q' })),
    );
    const [, id = ''] = await peer.expect(/<iq[^>]*id="([0-9a-f]{32})"/);
    peer.send(`<iq type='result' id='${id}' from='mallory@example/r' to='gw.example'><q xmlns='no'/></iq>`);
    peer.send(`<iq type='result' id='${id}' from='user@example/r' to='gw.example'><q xmlns='yes'/></iq>`);
    expect((await asked).getChild('q')?.getNS()).toBe('yes');
  });

  test('end by timeout, by an invalid stanza, by stop', async () => {
    const [made] = await attached();
    const iq = (from: string) => xml('iq', { type: 'get', from, to: 'user@example/r' }, xml('q', {}));
    await expect(made.request(iq('gw.example'), 5)).rejects.toEqual(withCode('timeout'));
    await expect(made.request(iq('example'))).rejects.toEqual(withCode('invalid-stanza'));
    await expect(made.request(message('x'))).rejects.toEqual(withCode('invalid-stanza'));
    const open = expect(made.request(iq('gw.example'))).rejects.toEqual(withCode('stopped'));
    await made.stop();
    await open;
    expect(made.stats().requests).toBe(0);
  });
});

describe('breaks', () => {
  test.each([
    [
      'a cut in the middle of a stanza',
      (peer: FakePeer) => peer.socket.end('<message from="u@exa'),
      'closed',
    ],
    ['a reset', (peer: FakePeer) => peer.socket.resetAndDestroy(), 'connect'],
    ['an orderly end', (peer: FakePeer) => peer.socket.end('</stream:stream>'), 'closed'],
    [
      'an orderly end with something after it',
      (peer: FakePeer) => peer.socket.end('</stream:stream>\n<x/>'),
      'closed',
    ],
    ['a stream error', (peer: FakePeer) => peer.streamError('system-shutdown'), 'stream-error'],
    ['another host', (peer: FakePeer) => peer.streamError('see-other-host'), 'stream-error'],
    ['a document type', (peer: FakePeer) => peer.send('<!DOCTYPE x>'), 'restricted-xml'],
    ['a comment', (peer: FakePeer) => peer.send('<!-- x -->'), 'restricted-xml'],
    ['a wrong end tag', (peer: FakePeer) => peer.send('<message></presence>'), 'not-well-formed'],
    ['NUL', (peer: FakePeer) => peer.send('\u{0}'), 'not-well-formed'],
    ['a deep stanza', (peer: FakePeer) => peer.send('<a>'.repeat(100_001)), 'policy-violation'],
    [
      'a stanza without end',
      (peer: FakePeer) => peer.send(`<a>${'x'.repeat(5_000_000)}`),
      'policy-violation',
    ],
    ['text without tags', (peer: FakePeer) => peer.send('x'.repeat(5_000_000)), 'not-well-formed'],
  ])('after %s the link says why and comes back', async (_, act, code) => {
    const [made, peer] = await attached();
    const down = offline(made);
    act(peer);
    expect(await down).toEqual(withCode(code));
    await peer.closed();
    const again = online(made);
    await (await server.accept()).handshake();
    expect(await again).toBe(false);
  });

  test('a stanza that is too much is refused to its sender, and the stream goes on', async () => {
    const [made, peer] = await attached();
    const handled: string[] = [];
    made.onStanza((stanza) => void handled.push(stanza.toString()));
    made.onOffline(() => expect.unreachable());
    const deep = '<a>'.repeat(1000) + '</a>'.repeat(1000);
    const from = `from='u@example.org/r' to='ROOM@gw.example' id='1'`;
    peer.send(`<message ${from}>${deep}</message>`);
    await peer.expect(
      /<message type="error" id="1" from="room@gw.example" to="u@example.org\/r"><error type="modify"><policy-violation/,
    );
    peer.send(`<iq type='get' ${from}>${'x'.repeat(600_000)}</iq>`);
    await peer.expect(
      /<iq type="error" id="1" from="room@gw.example" to="u@example.org\/r"><error type="modify">/,
    );
    // A farewell counts, whatever comes with it; nothing answers an error.
    peer.send(`<message type='error' ${from}>${deep}</message>`);
    peer.send(`<presence type='unavailable' ${from}>${deep}</presence>`);
    await expect.poll(() => handled).toHaveLength(1);
    expect(handled[0]).toMatch(/^<presence [^>]*type="unavailable"/);
  });

  test('a stanza that cannot be read is repaired, or refused to its sender, who stands in the log; the stream goes on', async () => {
    const lines: unknown[] = [];
    const note = (fields: object) => lines.push(fields);
    const log = { debug: () => {}, info: note, warn: note, error: () => {} };
    const [made, peer] = await attached({ log });
    lines.length = 0;
    made.onOffline(() => expect.unreachable());
    const handled: string[] = [];
    made.onStanza((stanza) => void handled.push(stanza.toString()));
    const from = (id: string) => `from='u${id}@example.org/r' to='ROOM@gw.example' id='${id}'`;
    peer.send(`<message ${from('1')} type='error'><body>&#1;</body></message>`);
    peer.send(`<message ${from('2')}><body>&lol; \u{0}</body></message>`);
    peer.send(`<iq type='get' ${from('3')}><a b='1' b='2'/></iq>`);
    await peer.expect(
      /<iq type="error" id="3" from="room@gw.example" to="u3@example.org\/r"><error type="modify"><bad-request/,
    );
    peer.send(`<message type='error' ${from('4')}><!-- x --></message>`);
    peer.send(`<presence type='unavailable' ${from('5')}><x:y/></presence>`);
    peer.send(`<message ${from('6')}><body>good</body></message>`);
    await expect.poll(() => handled).toHaveLength(4);
    expect(handled[0]).toContain('<body>\u{fffd}</body>');
    expect(handled[1]).toContain('<body>\u{fffd} \u{fffd}</body>');
    expect(handled[2]).toMatch(/^<presence [^>]*type="unavailable"/);
    expect(handled[3]).toContain('<body>good</body>');
    expect(lines).toMatchObject([1, 2, 3, 4, 5].map((id) => ({ from: `u${id}@example.org/r` })));
    expect(peer.received).not.toMatch(/to="u[1245]@/);
  });

  test('the peer is told what it did wrong', async () => {
    const [, peer] = await attached();
    peer.send('<!-- x -->');
    await peer.expect(/<stream:error><restricted-xml[^>]*><\/stream:error><\/stream:stream>/);
  });

  test('a peer that fell silent is pinged, and left when it stays silent', async () => {
    const [made, peer] = await attached({
      limits: { watchdog: { ...WATCHDOG, idleMs: 20, mutePingMs: 20 } },
    });
    const down = offline(made);
    await peer.expect(/<iq[^>]*from="gw.example" to="gw.example"><ping xmlns="urn:xmpp:ping"\/><\/iq>/);
    expect(await down).toEqual(withCode('timeout'));
  });

  test('any answer to the ping keeps the link, and is not handed on', async () => {
    const [made, peer] = await attached({ limits: { watchdog: { ...WATCHDOG, idleMs: 10, pingMs: 200 } } });
    made.onStanza((stanza) => expect.unreachable(stanza.toString()));
    made.onOffline(() => expect.unreachable());
    for (let round = 1; round <= 3; round++) {
      const [text] = await peer.expect(new RegExp(`(?:<iq[^>]*><ping.*?</iq>.*?){${round}}$`));
      const last = text.slice(text.lastIndexOf('<iq'));
      // Once as the server brings it back to us, once as an error, once as mere white space.
      if (round === 1) peer.send(last);
      else if (round === 2) peer.send(last.replace('"get"', '"error"'));
      else peer.send(' ');
    }
    await peer.expect(/(?:<iq[^>]*><ping.*?<\/iq>.*?){4}$/);
    expect(made.online).toBe(true);
  });

  test('handlers that throw harm nobody', async () => {
    const made = link();
    made.onOnline(() => {
      throw new Error('bug');
    });
    const second = online(made);
    const started = made.start();
    await (await server.accept()).handshake();
    await started;
    expect(await second).toBe(true);
  });
});

describe('stopping', () => {
  test('sends what is queued, closes the stream, and reports no fault', async () => {
    const [made, peer] = await attached();
    const down = offline(made);
    made.send(message('bye'));
    const stopped = made.stop();
    await peer.expect(/bye.*<\/stream:stream>/s);
    peer.socket.end('</stream:stream>');
    await stopped;
    expect(await down).toBeUndefined();
    const lost = losses(made);
    made.send(message('late'));
    await expect.poll(() => lost).toEqual(['stopped']);
    expect(server.connections).toBe(1);
  });

  test('does not wait for a server that does not read', async () => {
    const [made, peer] = await attached();
    peer.socket.pause();
    for (let count = 0; count < 200; count++) made.send(message('x'.repeat(100_000)));
    await made.stop(100);
  });

  test('twice is once', async () => {
    const [made] = await attached();
    await Promise.all([made.stop(50), made.stop(50)]);
    await made.stop();
  });
});
