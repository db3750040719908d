import { test } from 'vitest';
import { sharedJabberServer } from '../../e2e/support/shared-server.js';
import { Gajim } from '../support/gajim.js';
import { keepPicture } from '../support/pictures.js';
import { pictureOf, withCommands } from './walk.js';

test('every form in gajim', { timeout: 900_000 }, () =>
  withCommands('look-gajim', async ({ world, account, room, commands }) => {
    const gajim = await Gajim.login(sharedJabberServer('prosody'), account);
    const keep = (name: string): Promise<void> =>
      keepPicture(`forms/gajim/${name}`, () => gajim.screenshot());
    const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));
    try {
      await gajim.action(`${account}-modify-gateway`, world.gw);
      await gajim.shows('Nickname');
      await settled();
      await keep('registration');
      await gajim.pressAny(['Cancel', 'Close']);
      await gajim.action(`${account}-services`, account);
      await settled();
      await settled();
      await keep('services');
      await gajim.click({ role: 'table cell', shows: 'SILC gateway' });
      await gajim.press({ role: 'push button', name: 'Browse' });
      await settled();
      await keep('services-rooms');
      await gajim.pressAny(['Close']);
      await gajim.addContact(room);
      await gajim.press({ role: 'push button', name: 'Join…' });
      await gajim.press({ role: 'push button', name: 'Join' });
      await gajim.shows('bob', { role: 'table cell' });
      await gajim.windowAction('change-subject');
      await settled();
      await keep('room-details');
      for (const page of ['Information', 'Affiliations', 'Outcasts', 'Configuration']) {
        await gajim.click({ role: 'label', name: page });
        await settled();
        await keep(`room-${page.toLowerCase()}`);
      }
      await gajim.press({ role: 'check box' });
      for (const part of [2, 3, 4]) {
        for (let i = 0; i < 4; i++) await gajim.wheel({ role: 'frame', name: 'Group Chat Details' });
        await settled();
        await keep(`room-configuration-${part}`);
      }
      await gajim.press({ role: 'push button', name: 'Apply' });
      await settled();
      await keep('room-configuration-applied');
      for (const of of [world.gw, room]) {
        await gajim.action(`${account}-execute-command`, of);
        for (const one of commands.filter(({ to }) => to === of)) {
          await gajim.select(one.title);
          await gajim.press({ role: 'push button', name: 'Execute' });
          await settled();
          await keep(`${pictureOf(one)}-1`);
          for (const [index, fields] of one.forms.entries()) {
            const values = fields.filter(({ type }) => type.startsWith('text') || type.startsWith('jid'));
            await gajim.fill(values.map(({ given }) => given));
            await settled();
            if (values.length > 0) await keep(`${pictureOf(one)}-${index + 1}-filled`);
            const isPressed = await gajim.pressAny(['Complete', 'Next']);
            await settled();
            await keep(`${pictureOf(one)}-${index + 2}${isPressed ? '' : '-refused'}`);
            if (!isPressed) break;
          }
          // A command ends with the way back to the list, whatever has become of it.
          await gajim.pressAny(['Commands', 'Cancel']);
          await gajim.shows(one.title, { role: 'table cell' });
        }
      }
    } finally {
      await gajim.close();
    }
  }),
);
