import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createComponentLink, type ComponentLinkOptions } from '../../src/component/link.js';
import type { SupervisedLink } from '../../src/component/link-options.js';
import { errorReply, iqResult } from '../../src/component/stanza.js';
import { FakeServer } from '../support/xmpp/fake-server.js';
import { play } from './support/recording.js';

// What Openfire and Tigase were seen to send and to leave out.

let server: FakeServer;
let made: SupervisedLink | undefined;
const told: string[] = [];

beforeEach(async () => {
  server = await FakeServer.listen();
  told.length = 0;
});

afterEach(async () => {
  await made?.stop(50);
  await server.close();
});

function link(options: Partial<ComponentLinkOptions> = {}): SupervisedLink {
  const tell = (_: object, text: string): void => void told.push(text);
  const created = createComponentLink({
    domain: 'silc.example.org',
    host: '127.0.0.1',
    port: server.port,
    secret: 'secret',
    failFast: true,
    backoff: { minMs: 1, maxMs: 4, conflictMs: 2, refusedMs: 4, stableMs: 60_000 },
    log: { debug: tell, info: tell, warn: tell, error: tell },
    ...options,
  });
  created.onStanza((stanza) => {
    const answer =
      stanza.getChild('ping') === undefined
        ? errorReply(stanza, 'cancel', 'item-not-found')
        : iqResult(stanza);
    if (answer !== undefined) created.send(answer);
  });
  made = created;
  return created;
}

/** Plays the same to each attempt until the link gives up, and never to the link of another test. */
async function always(name: string): Promise<void> {
  const own = server;
  for (;;) await play(own, name);
}

describe('attached', () => {
  test.each(['openfire-attached', 'tigase-attached'])('%s', async (name) => {
    const started = link().start();
    const peer = await play(server, name);
    await started;
    expect(made?.online).toBe(true);
    expect(peer.socket.destroyed).toBe(false);
    expect(made?.stats().foreignDomain).toBeUndefined();
  });

  test('who wrote a character that XML does not have is told in the log', async () => {
    const started = link().start();
    await play(server, 'tigase-attached');
    await started;
    expect(told.filter((text) => text.includes('characters that XML does not have'))).toHaveLength(2);
  });
});

describe('refused', () => {
  test.each([
    ['openfire-no-reason', 'refused', /no secret for components.*allowed to connect.*holds it/],
    ['openfire-wrong-secret', 'not-authorized', /the secret is wrong/],
    ['tigase-wrong-secret', 'refused', /most likely the secret is wrong/],
  ])('%s ends the start, with its likely causes', async (name, code, text) => {
    const started = link().start();
    void always(name).catch(() => undefined);
    await expect(started).rejects.toMatchObject({ code });
    await expect(started).rejects.toThrow(text);
  });

  test.each(['openfire-no-reason', 'openfire-conflict', 'tigase-wrong-secret'])(
    'what may be the connection of who was here before, or a server that ends, is tried again: %s',
    async (name) => {
      const started = link().start();
      await play(server, name);
      await play(server, name);
      await play(server, 'openfire-attached');
      await started;
      expect(made?.online).toBe(true);
    },
  );

  test('who was attached once is never given up', async () => {
    const created = link();
    const started = created.start();
    const peer = await play(server, 'openfire-attached');
    await started;
    peer.socket.end('</stream:stream>');
    for (let attempt = 0; attempt < 12; attempt++) await play(server, 'openfire-no-reason');
    await play(server, 'openfire-attached');
    expect(created.stats().attempts).toBe(14);
  });
});

describe('restarted', () => {
  test.each(['openfire-restarted', 'tigase-restarted'])('%s: the link is back', async (name) => {
    const created = link();
    const firsts: boolean[] = [];
    const back = new Promise<void>((resolve) =>
      created.onOnline((first) => {
        firsts.push(first);
        if (!first) resolve();
      }),
    );
    void created.start();
    await play(server, name);
    await back;
    expect(firsts).toEqual([true, false]);
    expect(created.stats().attempts).toBe(3);
  });
});

test('a server that has the component under another name is told of, with both names', async () => {
  const created = link();
  const came = new Promise((resolve) => created.onStanza(resolve));
  const started = created.start();
  const peer = await play(server, 'openfire-foreign-domain');
  await Promise.all([started, came]);
  expect(created.stats().foreignDomain).toBe('silc.example.org.example.net');
  const warnings = told.filter((text) => text.includes('silc.example.org.example.net'));
  expect(warnings).toEqual([expect.stringContaining('not for silc.example.org:')]);
  // Once something comes to the name that it has itself, it is not deaf.
  const next = new Promise((resolve) => created.onStanza(resolve));
  peer.send(`<presence from='alice@example.net/x' to='lounge@silc.example.org/alice'/>`);
  await next;
  expect(created.stats().foreignDomain).toBeUndefined();
});
