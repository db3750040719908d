import { describe, expect, test } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import { JABBER_SERVERS } from '../e2e/support/jabber-server.js';
import { ScenarioWorld } from '../e2e/support/scenario.js';
import { sharedJabberServer } from '../e2e/support/shared-server.js';
import { Chromium } from './support/chromium.js';
import { keepDocumentedPicture, keepPicture } from './support/pictures.js';
import { program } from './support/program.js';
import { startSite } from './support/site.js';
import { upload } from './support/upload.js';

/** A red dot of one pixel. */
const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

const page = (settings: Readonly<Record<string, unknown>>): string => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Rooms</title>
    <link rel="stylesheet" href="/dist/converse.min.css" />
    <script type="module" src="/dist/converse.min.js"></script>
  </head>
  <body>
    <script type="module">
      converse.initialize(${JSON.stringify(settings)});
    </script>
  </body>
</html>
`;

const keep = (browser: Chromium, name: string): Promise<void> =>
  keepPicture(name, () => browser.screenshot());

describe.each(JABBER_SERVERS)('converse.js on %s, by websocket', (kind) => {
  test('joins, talks, sees a picture and what was said before', async () => {
    const server = sharedJabberServer(kind);
    const world = await ScenarioWorld.start(server, { config: { history: { days: 30 } } });
    const room = world.room('lounge');
    const account = `converse-${Math.random().toString(36).slice(2, 10)}`;
    await server.register(account, 'password');
    const site = await startSite(
      page({
        jid: `${account}@${server.domain}`,
        password: 'password',
        authentication: 'login',
        auto_login: true,
        auto_reconnect: false,
        websocket_url: `ws://${server.host}:${server.webPort}/xmpp-websocket`,
        discover_connection_methods: false,
        auto_join_rooms: [{ jid: room, nick: 'erin', minimized: false }],
        assets_path: '/dist/',
        i18n: 'en',
        loglevel: 'warn',
        muc_show_join_leave: true,
        play_sounds: false,
        show_desktop_notifications: false,
        view_mode: 'fullscreen',
      }),
      program('converse'),
    );
    let browser = await Chromium.start();
    try {
      const bob = await world.native('bob');
      const { channel } = await bob.session.join('lounge');
      const carol = await world.user();
      await carol.join(room, 'carol');

      await browser.open(site.url);
      await carol.expect({ name: 'presence', from: `${room}/erin` });
      await browser.until(`[...document.querySelectorAll('converse-muc-occupant-list-item, .occupant-nick')]
        .map((one) => one.textContent).join().includes('bob')`);
      await bob.session.say(channel.id, 'hello from SILC');
      await browser.shows('hello from SILC');
      await browser.type('converse-muc textarea.chat-textarea', 'hello from a browser');
      await carol.expect({ from: `${room}/erin`, body: 'hello from a browser' });
      await bob.log.find('channel-message', ({ message }) => message.text === 'hello from a browser');
      await bob.session.say(channel.id, 'waves', { kind: 'action' });
      await browser.shows('waves');
      await bob.session.setTopic(channel.id, 'browsers');
      await browser.shows('browsers');

      const url = await upload(carol, 'dot.png', 'image/png', new Uint8Array(Buffer.from(DOT, 'base64')));
      const link = xml('x', { xmlns: 'jabber:x:oob' }, xml('url', {}, url));
      await carol.send(
        xml('message', { to: room, type: 'groupchat', id: 'dot' }, xml('body', {}, url), link),
      );
      await browser.until(`[...document.querySelectorAll('converse-muc img')]
        .some((one) => one.src === ${JSON.stringify(url)} && one.naturalWidth === 1)`);
      await bob.log.find('channel-message', ({ message }) => message.text?.includes(url) === true);

      // Another browser, which knows nothing yet: what was said meanwhile is not for erin, what was said before is.
      const shown = browser;
      if (kind === 'prosody') await keepDocumentedPicture('converse-room', () => shown.screenshot());
      await browser.close();
      await carol.expect({ name: 'presence', from: `${room}/erin`, type: 'unavailable' }, undefined, 30_000);
      await bob.session.say(channel.id, 'erin is away');
      await carol.expect({ body: 'erin is away' });
      browser = await Chromium.start();
      await browser.open(site.url);
      await carol.expect({ name: 'presence', from: `${room}/erin` });
      await browser.shows('hello from SILC');
      await browser.shows('hello from a browser');
      expect(await browser.evaluate('document.body.innerText')).not.toContain('erin is away');
      expect(browser.console.filter((line) => /exceptionThrown/.test(line))).toEqual([]);
    } finally {
      await keep(browser, `converse-at-the-end-on-${kind}`);
      await browser.close();
      await site.close();
      await world.close();
    }
  });
});
