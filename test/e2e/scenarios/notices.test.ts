import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { expectStanza } from '../support/expect-stanza.js';
import { scenarioEverywhere } from '../support/scenario.js';

const NS = 'urn:silc-xmpp-gateway:message:0';

// Contract 3: notices have a faithful form each way, with a plain text for those who know nothing of them (XEP-0428).
scenarioEverywhere(
  'a notice is marked in the room, and a marked message is a notice on SILC',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');

    await bob.session.say(channel.id, 'tea is ready', { kind: 'notice' });
    const notice = await alice.expect({ name: 'message', type: 'groupchat', from: `${room}/bob` });
    const stanzaId = notice.getChild('stanza-id')?.attrs['id'];
    const occupantId = notice.getChild('occupant-id')?.attrs['id'];
    expectStanza(
      notice,
      `<message from="${room}/bob" id="${stanzaId}" to="${alice.full}" type="groupchat">
  <body>[notice] tea is ready</body>
  <silc xmlns="${NS}" kind="notice"/>
  <fallback xmlns="urn:xmpp:fallback:0" for="${NS}">
    <body end="9" start="0"/>
  </fallback>
  <occupant-id xmlns="urn:xmpp:occupant-id:0" id="${occupantId}"/>
  <stanza-id xmlns="urn:xmpp:sid:0" by="${room}" id="${stanzaId}"/>
</message>`,
    );

    await alice.send(
      xml(
        'message',
        { to: room, type: 'groupchat', id: 'n1' },
        xml('body', {}, '[notice] thank you'),
        xml('silc', { xmlns: NS, kind: 'notice' }),
      ),
    );
    const heard = await bob.log.find('channel-message');
    expect(heard.message).toMatchObject({ kind: 'notice', text: 'thank you' });
    await alice.expect({ id: 'n1', from: `${room}/alice`, body: '[notice] thank you', has: [NS] });
    await alice.expectNothing(world.gw);
  },
);
