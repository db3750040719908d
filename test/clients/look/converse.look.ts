import { test } from 'vitest';
import { sharedJabberServer } from '../../e2e/support/shared-server.js';
import { Chromium } from '../support/chromium.js';
import { keepPicture } from '../support/pictures.js';
import { program } from '../support/program.js';
import { startSite } from '../support/site.js';
import { pictureOf, withCommands } from './walk.js';

const page = (settings: Readonly<Record<string, unknown>>): string => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Forms</title>
    <link rel="stylesheet" href="/dist/converse.min.css" />
    <script type="module" src="/dist/converse.min.js"></script>
  </head>
  <body>
    <script type="module">converse.initialize(${JSON.stringify(settings)});</script>
  </body>
</html>
`;

/** Of the page: fills in a form by the names of its fields. */
const FILL = `(form, values) => {
  for (const [name, value] of values) {
    for (const input of form.querySelectorAll('[name="' + CSS.escape(name) + '"]')) {
      if (input.type === 'checkbox') input.checked = value === '1' || value === 'true';
      else input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }
}`;

test('every form in converse.js', { timeout: 900_000 }, () =>
  withCommands('look-converse', async ({ world, account, room, commands }) => {
    const server = sharedJabberServer('prosody');
    const settings = {
      ...{ jid: `${account}@${server.domain}`, password: 'password', authentication: 'login' },
      ...{ auto_login: true, auto_reconnect: false, discover_connection_methods: false },
      websocket_url: `ws://${server.host}:${server.webPort}/xmpp-websocket`,
      auto_join_rooms: [{ jid: room, nick: account, minimized: false }],
      ...{
        assets_path: '/dist/',
        i18n: process.env['LOOK_LANGUAGE'] ?? 'en',
        loglevel: 'warn',
        play_sounds: false,
      },
      ...{ show_desktop_notifications: false, view_mode: 'fullscreen' },
    };
    const site = await startSite(page(settings), program('converse'));
    const browser = await Chromium.start();
    const keep = (name: string): Promise<void> =>
      keepPicture(`forms/converse/${name}`, () => browser.screenshot());
    const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));
    try {
      await browser.open(site.url);
      await browser.until(`document.querySelector('converse-muc-heading')`);
      await settled();
      await browser.evaluate(`[...document.querySelectorAll('converse-muc-heading a, converse-muc-heading button')]
        .find((one) => /configure/i.test(one.className + one.textContent))?.click()`);
      await settled();
      await keep('room-configuration');
      for (const part of [2, 3, 4]) {
        await browser.evaluate(`document.querySelector('.modal.show .modal-body').scrollBy(0, 400)`);
        await settled();
        await keep(`room-configuration-${part}`);
      }
      for (const of of [world.gw, room]) {
        for (const one of commands.filter(({ to }) => to === of)) {
          await browser.evaluate(`(() => {
            document.querySelector('#look')?.remove();
            const box = document.createElement('div');
            box.id = 'look';
            box.className = 'conversejs converse-fullscreen theme-classic';
            box.style = 'position:fixed;inset:0;background:white;z-index:9999;overflow:auto;padding:1em';
            box.innerHTML = '<converse-adhoc-commands></converse-adhoc-commands>';
            document.querySelector('#conversejs').append(box);
            document.querySelector('#look converse-adhoc-commands').jid = ${JSON.stringify(of)};
            const style = document.createElement('style');
            style.textContent = '#look li:has([data-command-node]):not(:has([data-command-node="${one.node}"])) { display: none; }';
            box.append(style);
          })()`);
          await browser.until(`document.querySelector('#look input[type=submit]')`);
          await settled();
          await browser.evaluate(`document.querySelector('#look input[type=submit]').click()`);
          await browser.until(`document.querySelector('#look [data-command-node="${one.node}"]')`);
          await browser.evaluate(`document.querySelector('#look [data-command-node="${one.node}"]').click()`);
          await settled();
          await keep(`${pictureOf(one)}-1`);
          for (const [index, fields] of one.forms.entries()) {
            const values = fields.map(({ name, given }) => [name, given]);
            await browser.evaluate(
              `(${FILL})(document.querySelector('#look li form'), ${JSON.stringify(values)})`,
            );
            await browser.evaluate(
              `document.querySelector('#look [data-action]:not([data-action=prev])')?.click()`,
            );
            await settled();
            await keep(`${pictureOf(one)}-${index + 2}`);
          }
        }
      }
    } finally {
      await browser.close();
      await site.close();
    }
  }),
);
