import { describe, test } from 'vitest';
import { encodeMime } from '../../src/silc/messages/mime.js';
import { AttributeType } from '../../src/silc/packets/attributes.js';
import { JABBER_SERVERS } from '../e2e/support/jabber-server.js';
import { ScenarioWorld } from '../e2e/support/scenario.js';
import { sharedJabberServer } from '../e2e/support/shared-server.js';
import { Gajim } from './support/gajim.js';
import { keepDocumentedPicture, keepPicture } from './support/pictures.js';
import { plainPicture } from './support/plain-picture.js';

const MAGENTA = [255, 0, 255] as const;

describe.each(JABBER_SERVERS)('gajim on %s', (kind) => {
  test('joins, talks, adds SILC contacts, sees one come with a picture, and fills a form', async () => {
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

      await gajim.addContact(room);
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

      await gajim.addContact(`bob!@${world.gw}`);
      await gajim.press({ role: 'push button', name: 'Add Contact' });
      await gajim.shows('bob!', { role: 'table cell' });

      // Comes online later, with a picture.
      await gajim.addContact(`dave!@${world.gw}`);
      await gajim.press({ role: 'push button', name: 'Add Contact' });
      const dave = await world.native('dave');
      const entity = encodeMime({
        fields: [{ name: 'Content-Type', value: 'image/png' }],
        body: plainPicture(MAGENTA),
      });
      dave.session.setAttributes([{ type: AttributeType.userIcon, value: { kind: 'mime', entity } }]);
      await gajim.shows('dave!', { role: 'table cell' });
      await gajim.paints(MAGENTA, 200);
      if (kind === 'prosody') await keep('contact');

      await gajim.action(`${account}-execute-command`, world.gw);
      await gajim.select('Stay in a room without a client');
      await gajim.press({ role: 'push button', name: 'Execute' });
      await gajim.shows('Address of the room');
      await gajim.write({ role: 'text', name: '' }, room);
      await gajim.press({ role: 'push button', name: 'Next' });
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
