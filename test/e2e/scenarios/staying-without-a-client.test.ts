import { expect, vi } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { UserMode } from '../../../src/silc/modes.js';
import { scenario } from '../support/scenario.js';

const COMMANDS = 'http://jabber.org/protocol/commands';

// Contract 2: a room in which a user stays is kept when the last client leaves; what comes meanwhile is delivered at the next login.
scenario(
  'who stays in a room is there without a client, through a restart, and misses nothing',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');

    const items = await alice.request(
      room,
      'get',
      xml('query', { xmlns: 'http://jabber.org/protocol/disco#items', node: COMMANDS }),
    );
    const nodes = items
      .getChild('query')
      ?.getChildren('item')
      .map(({ attrs }) => attrs.node);
    expect(nodes).toContain('stay');
    const asked = await alice.request(
      room,
      'set',
      xml('command', { xmlns: COMMANDS, node: 'stay', action: 'execute' }),
    );
    const command = asked.getChild('command', COMMANDS);
    expect(command?.attrs.status).toBe('executing');
    expect(
      command
        ?.getChild('x')
        ?.getChildren('field')
        .map(({ attrs }) => attrs.var),
    ).toEqual(['silc#stay']);
    const form = xml(
      'x',
      { xmlns: 'jabber:x:data', type: 'submit' },
      xml('field', { var: 'silc#stay' }, xml('value', {}, '1')),
    );
    const { sessionid } = command?.attrs ?? {};
    const done = await alice.request(
      room,
      'set',
      xml('command', { xmlns: COMMANDS, node: 'stay', sessionid, action: 'complete' }, form),
    );
    expect(done.getChild('command', COMMANDS)?.attrs.status).toBe('completed');

    await bob.session.watch({ nickname: 'alice' });
    await alice.logout();
    await bob.log.find('watched-changed', ({ person }) => (person.mode & UserMode.gone) !== 0);
    await bob.session.say(channel.id, 'alice: ping');
    await bob.session.say(channel.id, 'something else');
    await world.stopGateway('suspend');
    bob.log.clear();
    await world.startGateway();
    // A message to somebody who is still detached would be lost.
    const again = await vi.waitUntil(
      async () => {
        const [found] = await bob.session.whois('alice');
        return ((found?.user.mode ?? UserMode.detached) & UserMode.detached) === 0 && found;
      },
      { timeout: 20_000, interval: 100 },
    );
    await bob.session.tell(again.user.clientId, 'are you there?');
    const answer = await bob.log.find('private-message');
    expect(answer.message.text).toContain('no Jabber client online');
    expect(bob.log.of('member-left')).toEqual([]);

    const back = await world.user({ name: alice.name });
    const joined = await back.join(room, 'alice');
    expect(joined.history.map((line) => line.getChildText('body'))).toEqual([
      'alice: ping',
      'something else',
    ]);
    const mention = await back.expect({
      name: 'message',
      from: world.gw,
      body: `bob mentioned you in ${room}: alice: ping`,
    });
    expect(mention.getChild('delay', 'urn:xmpp:delay')).toBeDefined();
    await back.expect({ name: 'message', from: world.silcUser('bob'), body: 'are you there?' });
  },
  { config: { history: { days: 30 } } },
);
