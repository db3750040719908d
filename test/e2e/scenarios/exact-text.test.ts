import { expect } from 'vitest';
import { scenarioEverywhere } from '../support/scenario.js';

const OTR =
  '?OTR:AAMDJ+MVmSfjFZcAAAAAAQAAAAIAAADA1g5IjD1ZGLDVQEyCgCyn9hbrL3KAbGDdzE2ZkMyTKl7XfkSxh8YJnudstiB74i4BzT0W2haClg6dMary/jo=.';
const OTR_QUERY =
  '?OTRv23?\nalice@example.org has requested an off-the-record conversation.  \t  \t\t\t\t \t \t \t    ';
const PGP = `-----BEGIN PGP MESSAGE-----
Version: 1

hQEMA/////////+8BCAC7+/= &lt;not an entity&gt; &#65;
=ABCD
-----END PGP MESSAGE-----
`;

// Contract 5: text is carried exactly.
const texts = [
  '  leading and trailing  ',
  '\n\nline\n\n\tindented \n',
  ' ',
  '\u{a0}\u{2003}\u{3000}',
  'zero\u{200b}width\u{200d}joiner\u{feff} and \u{202e}marks\u{202c}',
  'decomposed e\u{301} and composed \u{e9}, ﬁ and K',
  '<b>&amp;</b> "quotes" \'and\' ]]> <![CDATA[x]]>',
  '%s %n %00 \\n \\r\\n ${x} ',
  '/topic not a command',
  'x'.repeat(600) + ' y',
  OTR,
  OTR_QUERY,
  PGP,
];

scenarioEverywhere('text passes exactly as it is, both ways, in rooms and private', async (world) => {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  for (const text of texts) await alice.say(room, text);
  for (const text of texts) {
    const reflection = await alice.expect({ name: 'message', type: 'groupchat', from: `${room}/alice` });
    expect(reflection.getChildText('body')).toBe(text);
  }
  for (const text of texts) await alice.tell(world.silcUser('bob'), text);
  await alice.tell(world.silcUser('bob'), 'end');
  const { sender } = await bob.log.find('private-message', ({ message }) => message.text === 'end');
  expect(bob.log.of('channel-message').map(({ message }) => message.text)).toEqual(texts);
  expect(bob.log.of('private-message').map(({ message }) => message.text)).toEqual([...texts, 'end']);

  for (const text of texts) await bob.session.say(channel.id, text);
  for (const text of texts) {
    const message = await alice.expect({ name: 'message', type: 'groupchat', from: `${room}/bob` });
    expect(message.getChildText('body')).toBe(text);
  }
  for (const text of texts) await bob.session.tell(sender.clientId, text);
  for (const text of texts) {
    const message = await alice.expect({ name: 'message', type: 'chat', from: world.silcUser('bob') });
    expect(message.getChildText('body')).toBe(text);
  }
  await alice.expectNothing(world.gw);
});
