import { expect } from 'vitest';
import { mimeEntity, multipartMime } from '../../../src/silc/index.js';
import { utf8 } from '../../../src/silc/bytes.js';
import { scenario } from '../support/scenario.js';

// Contract 3: HTML is XHTML-IM with plain text. Nothing in it that a client should not meet.
scenario('HTML arrives as marked up text, with the plain text beside it', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const html =
    "<p onclick='x()'>Some <b>bold</b> words, <a href='javascript:x()'>bad</a>, <a href='https://x.test/'>good</a><script>x()</script>";
  await bob.session.sendMime({ channel: channel.id }, mimeEntity({ type: 'text/html', data: utf8(html) }));
  const line = await alice.expect({ name: 'message', body: 'Some bold words, bad, good <https://x.test/>' });
  const body = line.getChild('html', 'http://jabber.org/protocol/xhtml-im')?.getChild('body');
  const paragraph = body?.getChild('p');
  expect(Object.keys(paragraph?.attrs ?? {})).toEqual([]);
  expect(paragraph?.getChildText('strong')).toBe('bold');
  expect(paragraph?.getChildren('a').map(({ attrs }) => attrs.href)).toEqual(['https://x.test/']);

  const alternatives = multipartMime('alternative', 'b0undary', [
    mimeEntity({ type: 'text/plain', data: utf8('the plain words') }),
    mimeEntity({ type: 'text/html', data: utf8('<i>the marked words</i>') }),
  ]);
  await bob.session.sendMime({ channel: channel.id }, alternatives);
  const both = await alice.expect({ name: 'message', body: 'the plain words' });
  expect(both.getChild('html')?.getChild('body')?.getChild('p')?.getChildText('em')).toBe('the marked words');
  await alice.expectNothing(world.gw);
});
