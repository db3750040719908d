import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import { multipartMime } from '../../../src/silc/messages/mime.js';
import { scenario } from '../support/scenario.js';

const PGP = 'jabber:x:encrypted';
const E2E = 'urn:ietf:params:xml:ns:xmpp-e2e';
const EME = 'urn:xmpp:eme:0';
const PLACEHOLDER = 'This message is encrypted.';
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

// Contract 3 and 5: OTR text is exact; OpenPGP and S/MIME go as MIME both ways; negotiated sessions are refused, not swallowed.
scenario('end-to-end encryption passes between a Jabber user and a SILC user', async (world) => {
  const [room, to] = [world.room('lounge'), world.silcUser('bob')];
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');

  // OTR: the text is the message, to the last blank.
  const otr = '?OTR:AAMDx 9/+==.  ';
  await alice.tell(to, otr);
  const { sender } = await bob.log.find('private-message', ({ message }) => message.text === otr);
  await bob.session.tell(sender.clientId, otr);
  const back = await alice.expect({ type: 'chat', from: to, body: otr });
  expect(back.getChild('encryption', EME)?.attrs.namespace).toBe('urn:xmpp:otr:0');
  expect(back.getChild('no-copy', 'urn:xmpp:hints')).toBeDefined();

  // XEP-0027 is OpenPGP MIME (RFC 3156) on SILC; the placeholder never goes there.
  const pgp = 'qANQR1DBwU4D\n=CvnG';
  await alice.send(
    xml(
      'message',
      { to, type: 'chat', id: 'pgp' },
      xml('body', {}, PLACEHOLDER),
      xml('x', { xmlns: PGP }, pgp),
    ),
  );
  const { message } = await bob.log.find('private-message', (event) => event.message.kind === 'mime');
  const raw = new TextDecoder().decode(message.data);
  expect(raw).toContain('multipart/encrypted; protocol="application/pgp-encrypted"');
  expect(raw).toContain(
    '-----BEGIN PGP MESSAGE-----\r\n\r\nqANQR1DBwU4D\r\n=CvnG\r\n-----END PGP MESSAGE-----',
  );
  expect(raw).not.toContain(PLACEHOLDER);
  if (message.mime === undefined) throw new Error('no MIME');
  await bob.session.sendMime({ user: sender.clientId }, message.mime);
  const encrypted = await alice.expect((stanza) => stanza.getChild('x', PGP) !== undefined);
  expect(encrypted.getChildText('x', PGP)).toBe(pgp);
  expect(encrypted.getChild('encryption', EME)?.attrs.namespace).toBe(PGP);

  // RFC 3923: the object is the MIME entity that it holds.
  bob.log.clear();
  const object =
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nAP8KAAE=';
  await alice.send(xml('message', { to, type: 'chat', id: 'e2e' }, xml('e2e', { xmlns: E2E }, object)));
  const sent = await bob.log.find('private-message', (event) => event.message.kind === 'mime');
  if (sent.message.mime === undefined) throw new Error('no MIME');
  expect(new TextDecoder().decode(sent.message.data)).toBe(object.replaceAll('\n', '\r\n'));
  await bob.session.sendMime({ user: sender.clientId }, sent.message.mime);
  const returned = await alice.expect((stanza) => stanza.getChild('e2e', E2E) !== undefined);
  expect(returned.getChildText('e2e', E2E)).toBe(object);

  // A message of CPIM (RFC 3862), and one in several parts that is no encryption at all.
  const cpim = 'Subject: weather\r\n\r\nContent-Type: text/plain\r\n\r\nfine today';
  await bob.session.sendMime(
    { user: sender.clientId },
    { fields: [{ name: 'Content-Type', value: 'message/cpim' }], body: utf8(cpim) },
  );
  const mapped = await alice.expect({ from: to, body: 'fine today' });
  expect(mapped.getChildText('subject')).toBe('weather');
  const plain = { fields: [{ name: 'Content-Type', value: 'text/plain' }], body: utf8('in clear') };
  await bob.session.sendMime({ user: sender.clientId }, multipartMime('mixed', 'b', [plain]));
  await alice.expect({ from: to, body: 'in clear' });

  // Negotiation of sessions (XEP-0155, XEP-0116): as a client that has none.
  const form = xml(
    'x',
    { xmlns: 'jabber:x:data', type: 'form' },
    xml('field', { var: 'FORM_TYPE', type: 'hidden' }, xml('value', {}, 'urn:xmpp:ssn')),
  );
  await alice.send(
    xml(
      'message',
      { to, type: 'normal', id: 'ssn' },
      xml('thread', {}, 't1'),
      xml('feature', { xmlns: 'http://jabber.org/protocol/feature-neg' }, form),
    ),
  );
  await alice.expect({ type: 'error', from: to, id: 'ssn', error: 'service-unavailable' });

  // In a room the placeholder stays with the users of the gateway, and the author is told.
  bob.log.clear();
  await alice.send(
    xml(
      'message',
      { to: room, type: 'groupchat', id: 'g' },
      xml('body', {}, PLACEHOLDER),
      xml('x', { xmlns: PGP }, pgp),
    ),
  );
  await alice.expect({ from: `${room}/alice`, id: 'g' });
  await alice.say(room, 'in clear');
  await bob.log.find('channel-message');
  expect(bob.log.texts).toEqual(['in clear']);
});
