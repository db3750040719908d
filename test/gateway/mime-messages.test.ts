import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Element, xml } from '../../src/component/stanza.js';
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
    expect(bodies(world)).toEqual([
      'words',
      '[a.png (image/png, 3 octets): there is no place for files here]',
    ]);
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

  it.each([
    [
      'message/cpim',
      'From: a\r\n\r\nContent-Type: text/plain\r\n\r\n\xff',
      ['[file (message/cpim, 40 octets): there is no place for files here]'],
    ],
    [
      'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
      '--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n\xff\r\n--b--\r\n',
      [
        '[file (application/pgp-encrypted, 10 octets): there is no place for files here]',
        '[file (application/octet-stream, 1 octets): there is no place for files here]',
      ],
    ],
    [
      'multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
      '--b\r\nContent-Type: text/plain\r\n\r\nw\xf6rds\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--\r\n',
      ['wörds', '[file (application/pkcs7-signature, 1 octets): there is no place for files here]'],
    ],
  ])('are shown like any other where %s has octets that are no text', async (type, body, shown) => {
    const world = await World.start();
    const bob = someone('bob');
    const lounge = world.silc.channel('lounge', [[bob]]);
    await world.join(ALICE, 'lounge', 'alice');
    world.link.take();
    const data = new Uint8Array(Buffer.from(`Content-Type: ${type}\r\n\r\n${body}`, 'latin1'));
    const message = { kind: 'mime', text: undefined, data, mime: parseMime(data) } as const;
    world.silc.say(lounge, bob, world.silc.message('', message));
    expect(bodies(world)).toEqual(shown);
    expect(world.faults).toEqual([]);
  });

  it('have one handler each', () => {
    const handler = { types: ['image/png'], read: () => undefined };
    expect(() => new MessageReader().use([handler, handler])).toThrow('two handlers of image/png');
  });
});

/** The smallest picture that there is. */
const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
const CID = 'sha1+9a5f44b8d2a5c4f7f3c8a6b5d1e0f2a3b4c5d6e7@bob.xmpp.org';

describe('pictures and HTML from SILC', () => {
  async function heard(...lines: readonly string[]) {
    const world = await World.start();
    const bob = someone('bob');
    const lounge = world.silc.channel('lounge', [[bob]]);
    await world.join(ALICE, 'lounge', 'alice');
    world.link.take();
    world.silc.say(lounge, bob, world.silc.message('', mime(...lines)));
    return { world, stanzas: world.link.take() };
  }
  const picture = (...fields: readonly string[]) => [
    'Content-Type: image/gif; name=dot.gif',
    'Content-Transfer-Encoding: base64',
    ...fields,
    '',
    GIF.toString('base64'),
  ];

  it('small pictures are in the message, and can be asked for', async () => {
    const { world, stanzas } = await heard(...picture());
    const [message] = stanzas;
    expect(message?.getChildText('body')).toBe('[dot.gif (image/gif, 37 octets)]');
    const data = message?.getChild('data', 'urn:xmpp:bob');
    const cid = data?.attrs.cid;
    expect(cid).toMatch(/^sha1\+[0-9a-f]{40}@bob\.xmpp\.org$/);
    const image = message?.getChild('html')?.getChild('body')?.getChild('p')?.getChild('img');
    expect(image?.attrs.src).toBe(`cid:${cid}`);
    const ask = (one: string): Promise<readonly Element[]> =>
      world.receive(
        `<iq type='get' id='1' from='${ALICE}' to='lounge@gw.test/bob'><data xmlns='urn:xmpp:bob' cid='${one}'/></iq>`,
      );
    const [answer] = await ask(cid ?? '');
    expect(answer?.getChild('data', 'urn:xmpp:bob')?.getText()).toBe(GIF.toString('base64'));
    const [error] = await ask(CID);
    expect(error?.getChild('error')?.getChildElements()[0]?.name).toBe('item-not-found');
  });

  it('HTML is XHTML-IM with its pictures, and a plain text', async () => {
    const html = ['Content-Type: text/html', '', "<p><b>Look</b>: <img src='cid:dot@x' alt='a dot'></p>"];
    const { stanzas } = await heard(
      'Content-Type: multipart/related; boundary=B',
      '',
      '--B',
      ...html,
      '--B',
      ...picture('Content-ID: <dot@x>'),
      '--B--',
    );
    const [message, ...others] = stanzas;
    expect(others).toEqual([]);
    expect(message?.getChildText('body')).toBe('Look: [a dot]\n[dot.gif (image/gif, 37 octets)]');
    const paragraph = message?.getChild('html')?.getChild('body')?.getChild('p');
    expect(paragraph?.getChildText('strong')).toBe('Look');
    expect(paragraph?.getChild('img')?.attrs.src).toMatch(/^cid:sha1\+/);
    expect(message?.getChild('data', 'urn:xmpp:bob')).toBeDefined();
  });

  it('text and picture are two messages with ids of their own', async () => {
    const { stanzas } = await heard(
      'Content-Type: multipart/mixed; boundary=B',
      '',
      '--B',
      ...['Content-Type: text/plain', '', 'words'],
      '--B',
      ...picture(),
      '--B--',
    );
    expect(stanzas.map((one) => one.getChildText('body'))).toEqual([
      'words',
      '[dot.gif (image/gif, 37 octets)]',
    ]);
    expect(new Set(stanzas.map(({ attrs }) => attrs.id)).size).toBe(2);
  });

  it('what says it is a picture and is none is a file, and without a place for it that is told', async () => {
    const { stanzas } = await heard('Content-Type: image/svg+xml; name=x.svg', '', '<svg onload="x"/>');
    expect(stanzas[0]?.getChildText('body')).toBe(
      '[x.svg (image/svg+xml, 17 octets): there is no place for files here]',
    );
    expect(stanzas[0]?.getChild('html')).toBeUndefined();
  });
});
