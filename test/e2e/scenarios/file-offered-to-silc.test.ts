import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { SessionEventOf } from '../../../src/silc/client/types.js';
import { FileTransfers, type IncomingOffer, type Transfer } from '../../../src/silc/index.js';
import { keyPairNamed } from '../../support/silc-world.js';
import { startWebFiles, type WebFile, webCertificate } from '../../support/web-files.js';
import { carryOut, inWords } from '../support/commands.js';
import type { Matcher } from '../../support/xmpp/matcher.js';
import { type NativeUser, scenario } from '../support/scenario.js';

const config = {
  files: { max_octets: 200_000, ca_file: webCertificate, transfers: { private_addresses: true } },
};
const OCTETS = randomBytes(150_000);
const pdf: WebFile = { type: 'application/pdf', data: OCTETS };
const FILES = new Map<string, WebFile>([
  ['notes.pdf', pdf],
  ['again.pdf', pdf],
  ['huge.pdf', { type: 'application/pdf', data: randomBytes(300_000) }],
  ['endless', { type: 'text/plain', data: OCTETS, isUnsized: true }],
]);

const saying =
  (words: RegExp, from?: string): Matcher =>
  (stanza) =>
    (from === undefined || stanza.attrs.from === from) && words.test(stanza.getChildText('body') ?? '');

interface Receiver {
  readonly files: FileTransfers;
  readonly offer: () => Promise<IncomingOffer>;
}

/** A native client that is told of offers, and listens since the gateway does not. */
function receiver({ session }: NativeUser, name: string): Receiver {
  const files = new FileTransfers(session, {
    keyPair: keyPairNamed(name),
    listen: { host: '127.0.0.1' },
    mayConnect: () => true,
  });
  const waiting: ((offer: IncomingOffer) => void)[] = [];
  const come: IncomingOffer[] = [];
  files.subscribe((event) => {
    if (event.type !== 'offer') return;
    const next = waiting.shift();
    if (next === undefined) come.push(event.offer);
    else next(event.offer);
  });
  return {
    files,
    offer: () => {
      const first = come.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
  };
}

/** Takes a file. @returns its octets */
async function taken(offer: IncomingOffer): Promise<{ readonly name: string | undefined; octets: Buffer }> {
  const parts: Uint8Array[] = [];
  const transfer: Transfer = offer.accept(() => ({
    write: (octets) => void parts.push(octets),
    finish: () => undefined,
    abort: () => undefined,
  }));
  await transfer.done;
  return { name: transfer.name, octets: Buffer.concat(parts) };
}

// Contract 3: a Jabber user can send a file to a SILC user.
scenario(
  'a file is sent to a SILC user by command, as a link and as an offer',
  async (world) => {
    const web = await startWebFiles(FILES);
    const bob = await world.native('bob');
    const { files, offer } = receiver(bob, 'bob');
    const alice = await world.user();
    const bobJid = world.silcUser('bob');
    await alice.join(world.room('lounge'), 'alice');
    const url = web.url('notes.pdf');

    const said = await carryOut(alice, world.gw, 'send-file', [{ contact: bobJid, file: url }]);
    expect(said).toContain('notes.pdf (application/pdf, 146.5 KiB) is offered');
    await bob.log.find('private-message', ({ message }) => message.text === url);
    await alice.expect(saying(/notes\.pdf .* is offered: the receiver has five minutes/, bobJid));
    const notice = ({ message: { text = '' } }: SessionEventOf<'private-message'>): boolean =>
      text.includes('notes.pdf (application/pdf, 146.5 KiB) is offered') && text.includes('/getkey alice');
    await bob.log.find('private-message', notice);
    const { name, octets } = await taken(await offer());
    expect(name).toBe('notes.pdf');
    expect(octets.equals(OCTETS)).toBe(true);
    await alice.expect({ from: bobJid, body: '[notes.pdf (application/pdf, 146.5 KiB) has arrived]' });

    // Who stops it, is told of.
    await alice.tell(world.gw, `send-file bob ${web.url('again.pdf')}`);
    await alice.expect(saying(/is offered/, world.gw));
    await alice.expect(saying(/is offered/, bobJid));
    const refused = (await offer()).accept(() => {
      throw new Error('no room');
    });
    await expect(refused.done).rejects.toThrow();
    await alice.expect(
      saying(/^\[again\.pdf .* has not arrived as a file.*: its receiver has ended it\]$/, bobJid),
    );

    // What cannot be offered stays a link, and nobody is told otherwise.
    const refusals: readonly (readonly [string, RegExp])[] = [
      [web.url('huge.pdf'), /has not arrived as a file.*files up to 195\.3 KiB/],
      [web.url('endless'), /its size is not known/],
      [web.url('nothing'), /cannot be fetched/],
    ];
    for (const [link, words] of refusals) {
      expect(await inWords(alice, world.gw, `send-file bob ${link}`)).toMatch(words);
      await bob.log.find('private-message', ({ message }) => message.text === link);
    }
    expect(await inWords(alice, world.gw, `send-file bob ${url.replace('https', 'http')}`)).toContain(
      'https://',
    );
    expect(await inWords(alice, world.gw, `send-file nobody-there ${url}`)).toContain('nobody-there');
    expect(web.asked).toEqual(['notes.pdf', 'notes.pdf', 'again.pdf', 'huge.pdf', 'endless', 'nothing']);
    files.close();
    web.close();
  },
  { config },
);

scenario(
  'files in a conversation with a SILC user are offered, where their sender has set that',
  async (world) => {
    const web = await startWebFiles(FILES);
    const bob = await world.native('bob');
    const { files, offer } = receiver(bob, 'bob');
    const alice = await world.user();
    const bobJid = world.silcUser('bob');
    const post = (url: string): Promise<void> => {
      const link = xml('x', { xmlns: 'jabber:x:oob' }, xml('url', {}, url));
      return alice.send(xml('message', { to: bobJid, type: 'chat' }, xml('body', {}, url), link));
    };
    const arrived = (url: string) => bob.log.find('private-message', ({ message }) => message.text === url);

    // Nobody has set anything: the link, and nothing is fetched.
    await post(web.url('nothing'));
    await arrived(web.url('nothing'));
    expect(await inWords(alice, world.gw, 'settings files offer')).toContain('offer');
    await post(web.url('notes.pdf'));
    await arrived(web.url('notes.pdf'));
    await alice.expect(saying(/notes\.pdf .* is offered/, bobJid));
    expect((await taken(await offer())).octets.equals(OCTETS)).toBe(true);
    await alice.expect(saying(/has arrived/, bobJid));

    await post(web.url('huge.pdf'));
    await arrived(web.url('huge.pdf'));
    await alice.expect(saying(/^\[huge\.pdf has not arrived as a file.*files up to/, bobJid));
    // An address in a text is no file.
    await alice.tell(bobJid, `see ${web.url('again.pdf')}`);
    await arrived(`see ${web.url('again.pdf')}`);

    // Who goes before it is taken.
    await post(web.url('again.pdf'));
    await alice.expect(saying(/again\.pdf .* is offered/, bobJid));
    await offer();
    files.close();
    await bob.session.quit();
    await alice.tell(world.gw, 'disconnect true');
    await alice.expect(saying(/again\.pdf .* has not arrived/));
    expect(web.asked).toEqual(['notes.pdf', 'notes.pdf', 'huge.pdf', 'again.pdf']);
    web.close();
  },
  { config },
);
