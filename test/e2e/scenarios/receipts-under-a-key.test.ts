import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { carryOut } from '../support/commands.js';
import { scenario } from '../support/scenario.js';

const RECEIPTS = 'urn:xmpp:receipts';

// Contract 4: receipts where SILC acknowledges, else none is promised.
scenario(
  'a receipt comes from a SILC user who acknowledges, under a key of the two, and goes there',
  async (world) => {
    const alice = await world.user();
    const bob = await world.native('bob');
    const address = world.silcUser('bob');
    const ask = (id: string, body: string) =>
      xml(
        'message',
        { to: address, type: 'chat', id },
        xml('body', {}, body),
        xml('request', { xmlns: RECEIPTS }),
      );

    // Without a key SILC has nothing to acknowledge.
    await alice.send(ask('m1', 'in the open'));
    const { sender } = await bob.log.find('private-message', ({ message }) => message.text === 'in the open');
    await bob.session.ping();
    await alice.expectNothing(world.gw);

    await carryOut(alice, world.gw, 'key-set', [{ contact: address, passphrase: 'between us' }]);
    await bob.session.setPrivateKey(sender.clientId, 'between us', 'responder');
    await alice.send(ask('m2', 'has it come?'));
    const receipt = await alice.expect({ type: 'chat', from: address, has: [RECEIPTS] });
    expect(receipt.attrs.to).toBe(alice.full);
    expect(receipt.getChild('received', RECEIPTS)?.attrs.id).toBe('m2');

    // The other way it is Alice's client that says so, not the gateway.
    const sent = await bob.session.tell(sender.clientId, 'and mine?', { acknowledge: { timeoutMs: 60_000 } });
    const question = await alice.expect({ type: 'chat', from: address, body: 'and mine?' });
    expect(question.getChild('request', RECEIPTS)).toBeDefined();
    await alice.barrier(world.gw);
    await bob.session.ping();
    expect(bob.log.of('acknowledged')).toEqual([]);
    await alice.send(
      xml(
        'message',
        { to: address, type: 'chat', id: 'r1' },
        xml('received', { xmlns: RECEIPTS, id: question.attrs.id }),
      ),
    );
    expect((await bob.log.find('acknowledged')).digest).toBe(sent.digest);
    expect(bob.log.of('private-message').map(({ message }) => message.text)).toEqual([
      'in the open',
      'has it come?',
    ]);
    await alice.expectNothing(world.gw);
  },
);
