import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageServer } from '../../../src/demo/page/page-server.js';
import { SilcSide } from '../../../src/demo/page/silc-side.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { EventLog, SilcWorld } from '../../support/silc-world.js';

/** A web port that tells what it was asked, and echoes on a websocket. */
async function standIn(): Promise<Server> {
  const server = createServer((asked, response) => {
    asked.resume().once('end', () => {
      const told = { method: asked.method, url: asked.url, headers: asked.headers };
      response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'a=b' });
      response.end(JSON.stringify(told));
    });
  });
  server.on('upgrade', (asked: IncomingMessage, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Path: ${asked.url ?? ''}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('the page of the demonstration', () => {
  let world: SilcWorld;
  let bob: SilcSession;
  let carol: SilcSession;
  let prosody: Server;
  let folder: string;
  let page: PageServer;
  let base: URL;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'demo-page-'));
    mkdirSync(join(folder, 'dist/images'), { recursive: true });
    writeFileSync(join(folder, 'secret.js'), 'secret');
    writeFileSync(join(folder, 'dist/converse.min.js'), 'the client');
    writeFileSync(join(folder, 'dist/images/logo.svg'), '<svg/>');
    world = await SilcWorld.start();
    bob = await world.client('bob');
    await bob.join('lounge');
    carol = await world.client('carol');
    await carol.join('lounge');
    prosody = await standIn();
    page = await PageServer.start({
      port: 0,
      prosodyPort: (prosody.address() as AddressInfo).port,
      converse: join(folder, 'dist'),
      silc: new SilcSide(bob, 'lounge'),
      jabber: { jid: 'v@localhost', password: 'pw', room: 'lounge@silc.localhost', nickname: 'v' },
      channel: 'lounge',
    });
    base = new URL(page.url);
  });
  afterAll(async () => {
    await page.close();
    prosody.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });

  function ask(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { method = 'GET', headers = {} } = options;
      const asking = request({ host: '127.0.0.1', port: base.port, path, method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      });
      asking.once('upgrade', (response, socket) => {
        socket.write('ping');
        let body = '';
        socket.setEncoding('utf8').on('data', (text: string) => {
          body += text;
          if (body !== 'ping') return;
          socket.destroy();
          resolve({ status: 101, headers: response.headers, body });
        });
      });
      asking.once('error', reject);
      asking.end(options.body);
    });
  }
  const say = (body: string, headers: Record<string, string> = { origin: base.origin }): Promise<Answer> =>
    ask(`${base.pathname}say`, { method: 'POST', headers, body });

  it('is for who knows the token, at an address of this machine', async () => {
    const { status, headers, body } = await ask(base.pathname);
    expect(status).toBe(200);
    expect(body).toContain('<iframe src="jabber.html"');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['referrer-policy']).toBe('no-referrer');

    for (const path of ['/', '/settings.json', '/x/settings.json', `/${'A'.repeat(24)}/settings.json`]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
    for (const host of ['evil.example', `evil.example:${base.port}`, '127.0.0.1.evil.example:80']) {
      const refused = await ask(`${base.pathname}settings.json`, { headers: { host } });
      expect([host, refused.status, refused.body]).toEqual([host, 403, '']);
    }
    const near = await ask(`${base.pathname}settings.json`, { headers: { host: 'localhost:1234' } });
    expect(JSON.parse(near.body)).toMatchObject({
      jabber: { jid: 'v@localhost' },
      silc: { nickname: 'bob' },
    });
  });

  it('gives the files of the page and of converse.js, and no others', async () => {
    expect(await ask(`${base.pathname}converse/converse.min.js`)).toMatchObject({
      status: 200,
      body: 'the client',
    });
    expect(await ask(`${base.pathname}converse/images/logo.svg`)).toMatchObject({
      headers: { 'content-type': 'image/svg+xml' },
    });
    expect((await ask(`${base.pathname}jabber.html`)).headers['content-security-policy']).toContain(
      `connect-src 'self' ws://127.0.0.1:${base.port}`,
    );
    for (const path of [
      ...['converse/../secret.js', 'converse/..%2fsecret.js', 'converse//secret.js', 'converse/none.js'],
      ...['../page-server.js', 'tsconfig', '.js', 'converse', 'converse/images'],
    ]) {
      expect([path, (await ask(base.pathname + path)).status]).toEqual([path, 404]);
    }
  });

  it('lets nothing act but itself', async () => {
    const heard = new EventLog(carol);
    expect((await say('hello')).status).toBe(204);
    await heard.find('channel-message', ({ message }) => message.text === 'hello');
    for (const headers of [{}, { origin: 'http://evil.example' }, { origin: 'null' }]) {
      expect((await say('never', headers as Record<string, string>)).status).toBe(403);
    }
    const simple = await ask(`${base.pathname}say`, { headers: { origin: base.origin } });
    expect(simple.status).toBe(405);
    expect((await say('x'.repeat(20_000))).status).toBe(413);
    expect((await say('/me waves')).status).toBe(204);
    await heard.find('channel-message', ({ message }) => message.kind === 'action');
    expect(heard.texts).not.toContain('never');
  });

  it('says why something cannot be done', async () => {
    for (const [typed, reason] of [
      ['  ', 'nothing to say'],
      ['/dance now', 'There is no /dance here'],
      ['/me', 'Type /me TEXT'],
      ['/msg nobody hello', 'Nobody on the channel is called nobody'],
      ['/msg carol', 'Type /msg carol TEXT'],
      ['x'.repeat(2_001), 'More than 2000 characters'],
    ] as const) {
      const answer = await say(typed);
      expect([typed, answer.status]).toEqual([typed, 400]);
      expect(answer.body).toContain(reason);
    }
  });

  it('tells what the SILC user sees as it happens, and what was missed', async () => {
    const events = await openEvents({});
    await events.until('"bob","carol"');
    await carol.tell(bob.self.clientId, 'only for <you>');
    await events.until('only for <you>');
    await say('/topic of the page');
    await events.until('bob set the topic: of the page');
    await say('/msg carol an answer');
    await events.until('"to":"carol","text":"an answer"');
    expect(events.text().match(/set the topic/g)).toHaveLength(1);
    const dave = await world.client('dave');
    await dave.join('lounge');
    await events.until('dave joined');
    await events.until('"dave"]');
    await dave.quit('bye');
    await events.until('dave left (bye)');
    const ids = [...events.text().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    events.close();

    const again = await openEvents({ 'last-event-id': String(ids.at(-2)) });
    await again.until('event: members');
    expect([...again.text().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual([ids.at(-1)]);
    again.close();
  });

  it('leads the client in it to Prosody, and nobody else', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'x',
      'sec-websocket-version': '13',
    };
    const path = `${base.pathname}xmpp-websocket`;
    expect(await ask(path, { headers: { ...upgrade, origin: base.origin } })).toMatchObject({
      status: 101,
      headers: { 'x-path': '/xmpp-websocket' },
      body: 'ping',
    });
    for (const [where, headers] of [
      [path, { origin: 'http://evil.example' }],
      [path, {}],
      [path, { origin: 'http://evil.example', host: 'evil.example' }],
      ['/x/xmpp-websocket', { origin: base.origin }],
      [`${base.pathname}events`, { origin: base.origin }],
    ] as const) {
      expect((await ask(where, { headers: { ...upgrade, ...headers } })).status).toBe(403);
    }
  });

  it('hands files through, which never run at its address', async () => {
    const headers = { origin: base.origin, authorization: 'Bearer slot', cookie: 'c=d' };
    const put = await ask('/file_share/id/a.png', { method: 'PUT', headers, body: 'picture' });
    expect(put.status).toBe(201);
    expect(put.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(put.headers['set-cookie']).toBeUndefined();
    const told = JSON.parse(put.body) as { method: string; url: string; headers: Record<string, string> };
    expect(told).toMatchObject({ method: 'PUT', url: '/file_share/id/a.png' });
    expect(told.headers).toMatchObject({ authorization: 'Bearer slot' });
    expect(told.headers.cookie).toBeUndefined();
    expect((await ask('/file_share/id/a.png', { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await ask('/file_share/id/a.png', { method: 'POST', headers })).status).toBe(405);
    expect((await ask('/file_share/id/a.png')).status).toBe(201);
  });

  /** The stream of events, and waiting for a text in it. */
  async function openEvents(headers: Record<string, string>): Promise<{
    text(): string;
    until(text: string): Promise<void>;
    close(): void;
  }> {
    const asking = request({ host: '127.0.0.1', port: base.port, path: `${base.pathname}events`, headers });
    asking.on('error', () => {});
    asking.end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    let text = '';
    response.setEncoding('utf8').on('data', (more: string) => (text += more));
    return {
      text: () => text,
      until: async (wanted) => {
        const signal = AbortSignal.timeout(10_000);
        while (!text.includes(wanted)) await once(response, 'data', { signal });
      },
      close: () => asking.destroy(),
    };
  }
});
