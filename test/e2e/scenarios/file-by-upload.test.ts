import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { mimeEntity } from '../../../src/silc/index.js';
import { scenario } from '../support/scenario.js';

const PICTURE = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(150_000)]);
const options = {
  config: { files: { upload: 'upload.localhost', max_octets: 200_000 }, history: { days: 1 } },
};

// Contract 3: images and files become HTTP uploads with name, type and size. It comes in fragments.
scenario(
  'a picture from SILC is uploaded, told as a link, and in the history of the room',
  async (world) => {
    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    await alice.join(room, 'alice');
    const entity = mimeEntity({ type: 'image/png', filename: 'ü/../photo.png', data: PICTURE });
    await bob.session.sendMime({ channel: channel.id }, entity);
    const message = await alice.expect({ name: 'message', type: 'groupchat' });
    const url = message.getChildText('body') ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/.*photo\.png$/);
    const outOfBand = message.getChild('x', 'jabber:x:oob');
    expect(outOfBand?.getChildText('url')).toBe(url);
    expect(outOfBand?.getChildText('desc')).toBe('photo.png (image/png, 146.5 KiB)');
    const file = message.getChild('file-sharing', 'urn:xmpp:sfs:0')?.getChild('file');
    expect(file?.getChildText('size')).toBe(String(PICTURE.length));
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(PICTURE)).toBe(true);

    // The archive has the whole of it.
    const later = await world.user({ name: alice.name, resource: 'later' });
    const { history } = await later.join(room, 'alice');
    expect(history.map((line) => line.getChildText('body'))).toEqual([url]);
    expect(history[0]?.getChild('file-sharing', 'urn:xmpp:sfs:0')).toBeDefined();
  },
  options,
);

scenario(
  'a private picture is uploaded too',
  async (world) => {
    const bob = await world.native('bob');
    const alice = await world.user();
    await alice.join(world.room('lounge'), 'alice');
    const [me] = await bob.session.whois('alice');
    if (me === undefined) throw new Error('nobody');
    const entity = mimeEntity({ type: 'image/png', filename: 'photo.png', data: PICTURE });
    await bob.session.sendMime({ user: me.user.clientId }, entity);
    const message = await alice.expect({ name: 'message', type: 'chat' });
    expect(message.attrs.from).toBe(world.silcUser('bob'));
    const url = message.getChildText('body') ?? '';
    expect(url).toMatch(/photo\.png$/);
    expect(message.getChild('x', 'jabber:x:oob')?.getChildText('url')).toBe(url);
    expect(message.getChild('file-sharing', 'urn:xmpp:sfs:0')).toBeDefined();
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(PICTURE)).toBe(true);
  },
  options,
);
