import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { FileTransfers } from '../../../src/silc/index.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { scenario, type NativeUser, type ScenarioWorld } from '../support/scenario.js';

const transfers = { private_addresses: true };

async function offered(world: ScenarioWorld, octets: Buffer) {
  const bob = await world.native('bob');
  const alice = await world.user();
  await alice.join(world.room('lounge'), 'alice');
  const [me] = await bob.session.whois('alice');
  if (me === undefined) throw new Error('nobody');
  const files = new FileTransfers(bob.session, {
    keyPair: keyPairNamed('bob'),
    listen: { host: '127.0.0.1' },
    mayConnect: () => true,
  });
  const transfer = files.offer(me.user.clientId, {
    name: 'notes.txt',
    size: octets.length,
    read: (offset, length) => octets.subarray(offset, offset + length),
  });
  return { alice, bob, transfer, close: () => files.close() };
}

const told = async ({ log }: NativeUser, words: string): Promise<void> => {
  await log.find('private-message', ({ message }) => message.text?.includes(words) === true);
};

// Fault A11: nobody was told, and the sender waited for ever.
scenario(
  'a file that a SILC user offers is received, uploaded and told as a link',
  async (world) => {
    const octets = randomBytes(300_000);
    const { alice, transfer, close } = await offered(world, octets);
    const message = await alice.expect({ name: 'message', type: 'chat' });
    expect(message.attrs.from).toBe(world.silcUser('bob'));
    const url = message.getChildText('body') ?? '';
    expect(message.getChild('x', 'jabber:x:oob')?.getChildText('desc')).toBe(
      'notes.txt (text/plain, 293.0 KiB)',
    );
    await transfer.done;
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(octets)).toBe(true);
    close();
  },
  { config: { files: { upload: 'upload.localhost', transfers } } },
);

scenario(
  'an offered file that is too large is refused, and both are told',
  async (world) => {
    const { alice, bob, transfer, close } = await offered(world, randomBytes(2_000));
    await alice.expect({
      body: '[notes.txt (text/plain, 2.0 KiB) was offered and does not arrive: files up to 1000 octets are passed on]',
    });
    await told(bob, 'does not arrive: files up to 1000 octets are passed on');
    await expect(transfer.done).rejects.toThrow();
    close();
  },
  { config: { files: { upload: 'upload.localhost', max_octets: 1_000, transfers } } },
);

scenario(
  'a file that is offered where there is no place for it is refused, and both are told',
  async (world) => {
    const { alice, bob, transfer, close } = await offered(world, randomBytes(2_000));
    await alice.expect({
      body: '[a file was offered and does not arrive: there is no place for files here]',
    });
    await told(bob, 'there is no place for files here');
    transfer.abort();
    close();
  },
  { config: { files: { upload: 'off', transfers } } },
);

scenario(
  'a file that is offered from a private address is refused, and both are told',
  async (world) => {
    const { alice, bob, transfer, close } = await offered(world, randomBytes(2_000));
    await alice.expect((stanza) =>
      /was offered and does not arrive: .*not allowed/.test(stanza.getChildText('body') ?? ''),
    );
    await told(bob, 'does not arrive');
    transfer.abort();
    close();
  },
  { config: { files: { upload: 'upload.localhost' } } },
);
