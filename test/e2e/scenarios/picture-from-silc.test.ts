import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { mimeEntity, multipartMime } from '../../../src/silc/index.js';
import { utf8 } from '../../../src/silc/bytes.js';
import { scenario } from '../support/scenario.js';

const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
const BOB = 'urn:xmpp:bob';

// Contract 3: MIME has a faithful form. Fault A10: the words of a multipart message were gone.
scenario('words and a small picture arrive as words and a picture', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const message = multipartMime('mixed', 'b0undary', [
    mimeEntity({ type: 'text/plain', data: utf8('Look at this – ü') }),
    mimeEntity({ type: 'image/gif', filename: 'dot.gif', data: GIF }),
  ]);
  await bob.session.sendMime({ channel: channel.id }, message);
  await alice.expect({ name: 'message', type: 'groupchat', body: 'Look at this – ü' });
  const picture = await alice.expect({ name: 'message', body: '[dot.gif (image/gif, 37 octets)]' });
  const cid = picture.getChild('data', BOB)?.attrs.cid ?? '';
  const image = picture.getChild('html')?.getChild('body')?.getChild('p')?.getChild('img');
  expect(image?.attrs.src).toBe(`cid:${cid}`);

  const answer = await alice.request(`${room}/bob`, 'get', xml('data', { xmlns: BOB, cid }));
  expect(answer.getChild('data', BOB)?.getText()).toBe(GIF.toString('base64'));

  const [me] = await bob.session.whois('alice');
  if (me === undefined) throw new Error('nobody');
  await bob.session.sendMime({ user: me.user.clientId }, message);
  await alice.expect({ name: 'message', type: 'chat', body: 'Look at this – ü' });
  const own = await alice.expect({ name: 'message', type: 'chat', body: '[dot.gif (image/gif, 37 octets)]' });
  expect(own.getChild('data', BOB)?.getText()).toBe(GIF.toString('base64'));
  const again = await alice.request(world.silcUser('bob'), 'get', xml('data', { xmlns: BOB, cid }));
  expect(again.getChild('data', BOB)?.getText()).toBe(GIF.toString('base64'));
});
