import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { type Element, xml } from '../../../src/component/stanza.js';
import type { SessionEventOf } from '../../../src/silc/client/types.js';
import { readMimeContents, type ReceivedMimeContent } from '../../../src/silc/index.js';
import { startWebFiles } from '../../support/web-files.js';
import { inWords } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const tls = (name: string): string =>
  fileURLToPath(new URL(`../../support/tls/localhost.${name}`, import.meta.url));
const PICTURE = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(150_000)]);

// Contract 3: by setting, what Jabber users have uploaded goes to SILC as MIME, in fragments where it is long. The link goes in any case.
scenario(
  'a picture whose link a Jabber user posts follows it to SILC, where the operator wants that',
  async (world) => {
    const asked: string[] = [];
    const server = createServer(
      { key: readFileSync(tls('key')), cert: readFileSync(tls('pem')) },
      (request, answer) => {
        asked.push(request.url ?? '');
        if (request.url === '/elsewhere.png') answer.writeHead(302, { location: '/cat.png' }).end();
        else if (request.url === '/huge.png')
          answer.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(300_000));
        else if (request.url === '/page.html')
          answer.writeHead(200, { 'content-type': 'text/html' }).end('<p>no</p>');
        else answer.writeHead(200, { 'content-type': 'image/png' }).end(PICTURE);
      },
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = (path: string): string =>
      `https://localhost:${(server.address() as AddressInfo).port}/${path}`;
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const [alice, carol] = [await world.user(), await world.user()];
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');
    const post = async (url: string, ...others: readonly Element[]): Promise<void> => {
      const link = xml('x', { xmlns: 'jabber:x:oob' }, xml('url', {}, url));
      await alice.send(
        xml('message', { to: room, type: 'groupchat' }, xml('body', {}, url), link, ...others),
      );
      await carol.expect({ from: `${room}/alice`, body: url });
    };

    const picture = async (name: string): Promise<ReceivedMimeContent> => {
      const contents = ({ message }: SessionEventOf<'channel-message'>): readonly ReceivedMimeContent[] =>
        message.mime === undefined ? [] : readMimeContents(message.mime);
      const isMeant = (event: SessionEventOf<'channel-message'>): boolean =>
        contents(event).some(({ filename }) => filename === name);
      const [content] = contents(await bob.log.find('channel-message', isMeant));
      if (content === undefined) throw new Error('no content');
      return content;
    };

    await post(at('cat.png'));
    await bob.log.find('channel-message', ({ message }) => message.text === at('cat.png'));
    const { type, data } = await picture('cat.png');
    expect(type).toBe('image/png');
    expect(Buffer.from(data).equals(PICTURE)).toBe(true);

    // What is somewhere else, too large or no picture stays a link; so does what is no link by HTTPS, and is not asked for.
    for (const path of ['elsewhere.png', 'huge.png', 'page.html']) {
      await post(at(path));
      await vi.waitUntil(() => asked.includes(`/${path}`), { timeout: 20_000 });
    }
    await post(at('cat.png').replace('https:', 'http:'));
    await post(
      at('secret.png'),
      xml('encrypted', { xmlns: 'eu.siacs.conversations.axolotl' }, xml('payload', {}, 'x')),
    );
    await post(at('dog.png'));
    expect((await picture('dog.png')).type).toBe('image/png');
    expect([...asked].sort()).toEqual(['/cat.png', '/dog.png', '/elsewhere.png', '/huge.png', '/page.html']);
    await carol.expectNothing(world.gw);
    server.closeAllConnections();
    server.close();
  },
  {
    config: {
      files: {
        max_octets: 200_000,
        pictures_to_silc: true,
        ca_file: tls('pem'),
        transfers: { private_addresses: true },
      },
    },
  },
);

scenario(
  'a picture that a Jabber user sends to a SILC user follows its link, unless the user has set that it stays one',
  async (world) => {
    const web = await startWebFiles(
      new Map([
        ['cat.png', { type: 'image/png', data: PICTURE }],
        ['dog.png', { type: 'image/png', data: PICTURE }],
        ['page.html', { type: 'text/html', data: Buffer.from('<p>no</p>') }],
      ]),
    );
    const bob = await world.native('bob');
    const [alice, carol] = [await world.user(), await world.user()];
    const room = world.room('lounge');
    await bob.session.join('lounge');
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');
    const post = (to: string, path: string): Promise<void> => {
      const url = web.url(path);
      const link = xml('x', { xmlns: 'jabber:x:oob' }, xml('url', {}, url));
      return alice.send(xml('message', { to, type: 'chat' }, xml('body', {}, url), link));
    };
    const contents = ({ message }: SessionEventOf<'private-message'>): readonly ReceivedMimeContent[] =>
      message.mime === undefined ? [] : readMimeContents(message.mime);
    const picture = (name: string) =>
      bob.log.find('private-message', (event) => contents(event).some(({ filename }) => filename === name));
    const link = (path: string) =>
      bob.log.find('private-message', ({ message }) => message.text === web.url(path));

    await post(world.silcUser('bob'), 'cat.png');
    await link('cat.png');
    const [cat] = contents(await picture('cat.png'));
    expect(cat?.type).toBe('image/png');
    expect(cat !== undefined && Buffer.from(cat.data).equals(PICTURE)).toBe(true);

    // A user of the gateway has the message as it is, and SILC nothing; no picture is a link.
    await post(`${room}/carol`, 'cat.png');
    await carol.expect({ from: `${room}/alice`, body: web.url('cat.png') });
    await post(`${room}/bob`, 'page.html');
    await link('page.html');
    await vi.waitUntil(() => web.asked.includes('page.html'), { timeout: 20_000 });
    await inWords(alice, world.gw, 'settings files link');
    await post(world.silcUser('bob'), 'dog.png');
    await link('dog.png');
    await inWords(alice, world.gw, 'settings files picture');
    // Through the room it goes as well.
    await post(`${room}/bob`, 'dog.png');
    await picture('dog.png');
    expect(web.asked).toEqual(['cat.png', 'page.html', 'dog.png']);
    web.close();
  },
  {
    config: {
      files: { pictures_to_silc: true, ca_file: tls('pem'), transfers: { private_addresses: true } },
    },
  },
);
