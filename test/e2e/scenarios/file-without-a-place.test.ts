import { mimeEntity } from '../../../src/silc/index.js';
import { scenario, type ScenarioWorld } from '../support/scenario.js';

const entity = (octets: number) =>
  mimeEntity({ type: 'application/zip', filename: 'all.zip', data: new Uint8Array(octets) });

async function sent(world: ScenarioWorld, octets: number) {
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(world.room('lounge'), 'alice');
  await bob.session.sendMime({ channel: channel.id }, entity(octets));
  return { alice, say: (text: string) => bob.session.say(channel.id, text) };
}

// Nothing is lost without a word: name, type, size, and why there is no link.
scenario(
  'a file that is too large is told by name, type and size',
  async (world) => {
    const { alice } = await sent(world, 50_001);
    await alice.expect({ body: '[all.zip (application/zip, 48.8 KiB): files up to 48.8 KiB are passed on]' });
  },
  { config: { files: { upload: 'upload.localhost', max_octets: 50_000 } } },
);

scenario(
  'a file is told by name, type and size where the upload service is away, and lines go on meanwhile',
  async (world) => {
    const { alice, say } = await sent(world, 1_000);
    await say('the next line');
    await alice.expect({ body: 'the next line' });
    const lost = /^\[all\.zip \(application\/zip, 1000 octets\): the upload service /;
    await alice.expect((stanza) => lost.test(stanza.getChildText('body') ?? ''));
  },
  { config: { files: { upload: 'nowhere.localhost' } } },
);

scenario(
  'a file is told by name, type and size where nothing is to be uploaded',
  async (world) => {
    const { alice } = await sent(world, 1_000);
    await alice.expect({
      body: '[all.zip (application/zip, 1000 octets): there is no place for files here]',
    });
  },
  { config: { files: { upload: 'off' } } },
);
