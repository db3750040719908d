import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createComponentLink,
  type ComponentLinkOptions,
  type SupervisedLink,
} from '../../src/component/link.js';
import { DEFAULT_OUTBOX_LIMITS } from '../../src/component/outbox.js';
import type { LinkLog } from '../../src/component/link-options.js';
import { xml } from '../../src/component/stanza.js';
import type { LinkEnd } from '../../src/component/types.js';
import { type FakePeer, FakeServer, HEADER } from '../support/xmpp/fake-server.js';

const HOUR = 3_600_000;
/** Pings a moment after a write, and waits for ever. */
const WATCHDOG = { proofMs: 1, idleMs: HOUR, pingMs: HOUR, mutePingMs: HOUR };
const BACKOFF = { minMs: 1, maxMs: 1, refusedMs: HOUR, conflictMs: HOUR, stableMs: 0 };
const PING = /<iq [^>]*type="get"[^>]*><ping xmlns="urn:xmpp:ping"\/><\/iq>/g;

let server: FakeServer;
let made: SupervisedLink;
let lost: string[];

beforeEach(async () => {
  server = await FakeServer.listen();
  lost = [];
});

afterEach(async () => {
  await made.stop(50);
  await server.close();
});

async function attached(options: Partial<ComponentLinkOptions> = {}): Promise<FakePeer> {
  made = createComponentLink({
    ...{ domain: 'gw.example', host: '127.0.0.1', port: server.port, secret: 'secret' },
    backoff: BACKOFF,
    limits: { watchdog: WATCHDOG },
    ...options,
  });
  made.onUndelivered(({ id, reason }) => lost.push(`${id ?? ''} ${reason}`));
  const started = made.start();
  const peer = await server.accept();
  await peer.handshake();
  await started;
  // The first ping asks whether the server answers at all.
  peer.send((await nextPing(peer, 1)).ping);
  return peer;
}

const say = (id: string) =>
  made.send(xml('message', { from: 'a!@gw.example', to: 'u@example', id }, xml('body', {}, id)));
const ended = () => new Promise<LinkEnd>((resolve) => made.onOffline(resolve));

/** The newest ping, and everything before it. */
async function nextPing(peer: FakePeer, count: number): Promise<{ ping: string; before: string }> {
  await peer.expect(new RegExp(`(?:${PING.source}.*?){${count}}`, 's'));
  const [ping = ''] = [...peer.received.matchAll(PING)][count - 1] ?? [];
  return { ping, before: peer.received.slice(0, peer.received.indexOf(ping)) };
}

describe('what was written', () => {
  test.each([
    ['brought back', (ping: string) => ping],
    ['answered with an error', (ping: string) => ping.replace('"get"', '"error"')],
  ])('before a ping that is %s has arrived; what came after it is in doubt at a break', async (_, answer) => {
    const peer = await attached();
    say('one');
    const { ping, before } = await nextPing(peer, 2);
    expect(before).toContain('id="one"');
    peer.send(answer(ping));
    await expect.poll(() => made.stats().outbox.unproven).toBe(0);
    say('two');
    await peer.expect(/id="two"/);
    const end = ended();
    peer.socket.resetAndDestroy();
    expect(await end).toMatchObject({ isOrderly: false });
    expect(lost).toEqual(['two in-doubt']);
    // It does not go out twice.
    const second = await server.accept();
    await second.handshake();
    say('three');
    await second.expect(/id="three"/);
    expect(second.received).not.toContain('two');
  });

  test('to a server that ends the stream may not have been read, but nothing is missing of what it sent', async () => {
    const peer = await attached();
    say('one');
    await peer.expect(/id="one"/);
    const end = ended();
    peer.streamError('system-shutdown');
    expect(await end).toMatchObject({ isOrderly: true });
    expect(lost).toEqual(['one in-doubt']);
  });

  test('by a link that is stopped is nobody’s concern any more', async () => {
    const peer = await attached();
    say('one');
    const stopped = made.stop();
    await peer.expect(/<\/stream:stream>/);
    peer.socket.end('</stream:stream>');
    await stopped;
    expect(lost).toEqual([]);
  });

  test('while there is nothing to say nobody is pinged', async () => {
    const peer = await attached();
    say('one');
    peer.send((await nextPing(peer, 2)).ping);
    await expect.poll(() => made.stats().outbox.unproven).toBe(0);
    expect(made.stats().pings).toBe(2);
  });
});

describe('an end', () => {
  test.each([
    ['the end of the stream', (peer: FakePeer) => peer.socket.end('</stream:stream>'), true],
    ['a stream error', (peer: FakePeer) => peer.streamError('system-shutdown'), true],
    ['the end of the connection alone', (peer: FakePeer) => peer.socket.end(), false],
    ['a reset', (peer: FakePeer) => peer.socket.resetAndDestroy(), false],
    ['something that we do not bear', (peer: FakePeer) => peer.send('<!DOCTYPE x>'), false],
  ])('by %s: is what the server sent complete?', async (_, act, isOrderly) => {
    const peer = await attached();
    const end = ended();
    act(peer);
    expect(await end).toMatchObject({ isOrderly });
  });

  test('after more than can be remembered counts as one in which anything may be missing', async () => {
    const outbox = { ...DEFAULT_OUTBOX_LIMITS, unproven: { stanzas: 2, size: 1_000 } };
    const peer = await attached({ limits: { watchdog: WATCHDOG, outbox } });
    for (const id of ['one', 'two', 'three']) say(id);
    await peer.expect(/id="three"/);
    const end = ended();
    peer.streamError('system-shutdown');
    expect(await end).toMatchObject({ isOrderly: false });
    expect(lost).toEqual(['two in-doubt', 'three in-doubt']);
  });
});

describe('attempts', () => {
  /** The waits that the link announces, in milliseconds. */
  function waits(): { readonly list: number[]; readonly log: LinkLog } {
    const list: number[] = [];
    const note = (fields: object): void => {
      if ('retryMs' in fields && typeof fields.retryMs === 'number') list.push(fields.retryMs);
    };
    return { list, log: { debug: () => {}, info: () => {}, warn: note, error: note } };
  }

  test('go on as often as ever when the server refuses us for the ghost of a broken connection of ours', async () => {
    const { list, log } = waits();
    const peer = await attached({ log });
    peer.socket.resetAndDestroy();
    for (let count = 0; count < 3; count++) {
      const next = await server.accept();
      await next.expect(/<stream:stream/);
      next.send(HEADER);
      next.streamError('conflict');
    }
    const online = new Promise((resolve) => made.onOnline(resolve));
    await (await server.accept()).handshake();
    await online;
    expect(list).toEqual([1, 1, 1, 1]);
  });

  test('are rare when another gateway takes the domain', async () => {
    const { list, log } = waits();
    const peer = await attached({ log });
    peer.streamError('conflict');
    await expect.poll(() => list).toHaveLength(1);
    expect(list[0]).toBeGreaterThanOrEqual(HOUR / 2);
  });
});
