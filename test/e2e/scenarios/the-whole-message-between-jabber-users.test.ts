import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { scenarioEverywhere } from '../support/scenario.js';

const SECRET = 'I sent you an OMEMO encrypted message';

// Contract 3: the whole stanza arrives between local users; SILC users get the text, or a readable form where one makes sense.
scenarioEverywhere(
  'corrections, replies, reactions, retractions and encrypted messages in a room',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    const carol = await world.user();
    await alice.join(room, 'alice');
    await carol.join(room, 'carol');

    const said = [
      {
        parts: [xml('body', {}, 'hello'), xml('replace', { xmlns: 'urn:xmpp:message-correct:0', id: 'm0' })],
        onSilc: ['text', '[correction] hello'],
      },
      {
        parts: [
          xml('body', {}, 'now'),
          xml('reply', { xmlns: 'urn:xmpp:reply:0', id: 'x', to: `${room}/bob` }),
        ],
        onSilc: ['text', 'bob: now'],
      },
      {
        parts: [xml('reactions', { xmlns: 'urn:xmpp:reactions:0', id: 'x' }, xml('reaction', {}, '👍'))],
        onSilc: ['action', 'reacts with 👍'],
      },
      {
        parts: [
          xml('retract', { xmlns: 'urn:xmpp:message-retract:1', id: 'x' }),
          xml('body', {}, 'a fallback'),
        ],
        onSilc: ['action', 'takes back a message from before'],
      },
      { parts: [xml('composing', { xmlns: 'http://jabber.org/protocol/chatstates' })], onSilc: undefined },
      {
        parts: [
          xml(
            'encrypted',
            { xmlns: 'eu.siacs.conversations.axolotl' },
            xml('header', { sid: 1 }),
            xml('payload', {}, 'eA=='),
          ),
          xml('encryption', { xmlns: 'urn:xmpp:eme:0', namespace: 'eu.siacs.conversations.axolotl' }),
          xml('body', {}, SECRET),
        ],
        onSilc: undefined,
      },
    ];
    for (const [index, { parts }] of said.entries()) {
      await alice.send(xml('message', { to: room, type: 'groupchat', id: `m${index}` }, parts));
    }
    for (const [index, { parts }] of said.entries()) {
      for (const user of [alice, carol]) {
        const seen = await user.expect({ name: 'message', from: `${room}/alice`, id: `m${index}` });
        const children = seen.getChildElements().map((child) => `${child.getName()} ${child.getNS() ?? ''}`);
        for (const part of parts) {
          expect(children).toContainEqual(
            expect.stringMatching(new RegExp(`^${part.getName()} ${part.getNS() ?? ''}`)),
          );
        }
        const ids = seen.getChild('stanza-id')?.attrs;
        expect(ids?.by).toBe(room);
      }
    }
    // The author learns once that SILC users do not see the encrypted one.
    const notice = await alice.expect({ name: 'message', from: room, type: 'groupchat' });
    expect(notice.getChildText('body')).toContain('encrypted end to end');

    await alice.say(room, 'the last line');
    await bob.log.find('channel-message', ({ message }) => message.text === 'the last line');
    const heard = bob.log.events.flatMap((event) =>
      event.type === 'channel-message' ? [[event.message.kind, event.message.text]] : [],
    );
    expect(heard).toEqual([
      ...said.flatMap(({ onSilc }) => (onSilc === undefined ? [] : [onSilc])),
      ['text', 'the last line'],
    ]);
    expect(JSON.stringify(heard)).not.toContain(SECRET);
    await carol.expectNothing(world.gw, (stanza) => stanza.attrs.from === room);
  },
);

// Contract 0: no placeholder of an encrypted message leaves for SILC.
scenarioEverywhere(
  'an encrypted private message to a SILC user is refused, and nothing of it is sent',
  async (world) => {
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(world.room('lounge'), 'alice');
    for (const to of [world.silcUser('bob'), `${world.room('lounge')}/bob`]) {
      await alice.send(
        xml(
          'message',
          { to, type: 'chat', id: 'secret' },
          xml('openpgp', { xmlns: 'urn:xmpp:openpgp:0' }, 'eA=='),
          xml('body', {}, SECRET),
        ),
      );
      await alice.expect({ type: 'error', id: 'secret', from: to, error: 'not-acceptable' });
    }
    await alice.tell(world.silcUser('bob'), 'in clear');
    await bob.log.find('private-message');
    expect(bob.log.texts).toEqual(['in clear']);
  },
);
