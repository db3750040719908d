import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import type { Feature } from '../../src/gateway/feature.js';
import { MessageReader } from '../../src/gateway/mime/message-reader.js';
import { parseMime } from '../../src/silc/messages/mime.js';
import { someone } from './support/fake-silc.js';
import { World } from './support/world.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ALICE = 'alice@jabber.test/phone';

const mime = (...lines: readonly string[]) => {
  const data = new TextEncoder().encode(lines.join('\r\n'));
  return { kind: 'mime', text: undefined, data, mime: parseMime(data) } as const;
};
const picture = mime('Content-Type: image/png; name=a.png', '', 'abc');

const bodies = (world: World): readonly string[] =>
  world.link.take().map((stanza) => stanza.getChildText('body') ?? stanza.toString());

describe('MIME messages from SILC', () => {
  it('are told to a room and to a user, text as text and files by name, type and size', async () => {
    const world = await World.start();
    const bob = someone('bob');
    const lounge = world.silc.channel('lounge', [[bob]]);
    await world.join(ALICE, 'lounge', 'alice');
    world.link.take();
    world.silc.say(lounge, bob, world.silc.message('', mime('Content-Type: text/plain', '', 'words')));
    world.silc.say(lounge, bob, world.silc.message('', picture));
    expect(bodies(world)).toEqual(['words', '[a.png (image/png, 3 octets)]']);
  });

  it('go to the handler of their content type', async () => {
    const feature: Feature = {
      name: 'test',
      specs: [],
      mime: [
        {
          types: ['image/png'],
          read: (_, { room }) => [{ kind: 'stanza', payload: [xml('body', {}, `seen in ${room}`)] }],
        },
      ],
    };
    const world = await World.start(undefined, () => [feature]);
    const bob = someone('bob');
    const lounge = world.silc.channel('lounge', [[bob]]);
    await world.join(ALICE, 'lounge', 'alice');
    world.link.take();
    world.silc.say(lounge, bob, world.silc.message('', { ...picture, signature: 'verified' }));
    const [stanza] = world.link.take();
    expect(stanza?.getChildText('body')).toBe('seen in lounge@gw.test');
    expect(stanza?.getChild('silc', 'urn:silc-xmpp-gateway:message:0')?.attrs.signature).toBe('verified');
  });

  it('have one handler each', () => {
    const handler = { types: ['image/png'], read: () => undefined };
    expect(() => new MessageReader().use([handler, handler])).toThrow('two handlers of image/png');
  });
});
