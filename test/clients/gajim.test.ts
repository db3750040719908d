import { describe, test } from 'vitest';
import { JABBER_SERVERS } from '../e2e/support/jabber-server.js';
import { ScenarioWorld } from '../e2e/support/scenario.js';
import { sharedJabberServer } from '../e2e/support/shared-server.js';
import { Gajim } from './support/gajim.js';
import { keepDocumentedPicture, keepPicture } from './support/pictures.js';

describe.each(JABBER_SERVERS)('gajim on %s', (kind) => {
  test('joins, talks, adds a SILC contact and fills a form', async () => {
    const server = sharedJabberServer(kind);
    const world = await ScenarioWorld.start(server, { config: { history: { days: 30 } } });
    let gajim: Gajim | undefined;
    const keep = async (name: string): Promise<void> => {
      const shown = gajim;
      if (shown !== undefined) await keepDocumentedPicture(`gajim-${name}`, () => shown.screenshot());
    };
    try {
      const room = world.room('lounge');
      const bob = await world.native('bob');
      const { channel } = await bob.session.join('lounge');
      const carol = await world.user();
      await carol.join(room, 'carol');
      gajim = await Gajim.login(server, 'fred');
      const { account } = gajim;

      await gajim.action('add-contact', room);
      await gajim.press({ role: 'push button', name: 'Next' });
      await gajim.press({ role: 'push button', name: 'Join…' });
      await gajim.press({ role: 'push button', name: 'Join' });
      await carol.expect({ name: 'presence', from: `${room}/${account}` });
      await gajim.shows('bob', { role: 'table cell' });
      await bob.session.say(channel.id, 'hello from SILC');
      await gajim.shows('hello from SILC');
      await gajim.write({ role: 'text', name: '' }, 'hello from gajim');
      await gajim.windowAction('send-message');
      await carol.expect({ from: `${room}/${account}`, body: 'hello from gajim' });
      await bob.log.find('channel-message', ({ message }) => message.text === 'hello from gajim');
      await bob.session.setTopic(channel.id, 'windows');
      await gajim.shows('windows');
      if (kind === 'prosody') await keep('room');

      await gajim.action('add-contact', `bob!@${world.gw}`);
      await gajim.press({ role: 'push button', name: 'Next' });
      await gajim.press({ role: 'push button', name: 'Add Contact' });
      await gajim.shows('bob!', { role: 'table cell' });

      await gajim.action(`${account}-execute-command`, world.gw);
      await gajim.select('Stay in a room without a client');
      await gajim.press({ role: 'push button', name: 'Execute' });
      await gajim.shows('Address of the room');
      await gajim.write({ role: 'text', name: '' }, room);
      await gajim.press({ role: 'push button', name: 'Complete' });
      await gajim.shows('Stay when my last client leaves');
      await gajim.press({ role: 'check box' });
      if (kind === 'prosody') await keep('form');
      await gajim.press({ role: 'push button', name: 'Complete' });
      await gajim.shows('You stay in this room.');
    } catch (error) {
      const state = await gajim?.state().catch(String);
      throw new Error(`gajim shows:\n${state ?? 'nothing'}`, { cause: error });
    } finally {
      const shown = gajim;
      if (shown !== undefined) await keepPicture(`gajim-at-the-end-on-${kind}`, () => shown.screenshot());
      await gajim?.close();
      await world.close();
    }
  });
});
