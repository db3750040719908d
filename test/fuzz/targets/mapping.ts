import { type Element, StanzaError, xml } from '../../../src/component/stanza.js';
import { MessageReader } from '../../../src/gateway/mime/message-reader.js';
import { utf8 } from '../../../src/silc/bytes.js';
import { readAnswer } from '../../../src/silc/client/people/answered-attributes.js';
import type { Message } from '../../../src/silc/client/types.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../../src/silc/errors.js';
import { type AttributeValue, encodeAttribute } from '../../../src/silc/packets/attribute-value.js';
import { attributeList, AttributeType } from '../../../src/silc/packets/attributes.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { parseMime } from '../../../src/silc/messages/mime.js';
import { readCommand } from '../../../src/mapping/ad-hoc.js';
import { availabilityOf, userModeOf } from '../../../src/mapping/availability.js';
import { blockItems } from '../../../src/mapping/blocking.js';
import { bookmarksIn } from '../../../src/mapping/bookmarks.js';
import { capsHash } from '../../../src/mapping/caps.js';
import { readSearch } from '../../../src/mapping/channel-search.js';
import { readConfigurationForm } from '../../../src/mapping/configuration-form.js';
import { fieldValues, readForm, repeatedField } from '../../../src/mapping/data-form.js';
import { roomEndOf } from '../../../src/mapping/destroy.js';
import { promptText } from '../../../src/mapping/gateway-prompt.js';
import { withVerifiedHat } from '../../../src/mapping/hats.js';
import { historyBounds } from '../../../src/mapping/history.js';
import { declineOf, directInvite, mediatedInvites } from '../../../src/mapping/invite.js';
import { decodeSettings } from '../../../src/mapping/kept-settings.js';
import { readMamQuery } from '../../../src/mapping/mam.js';
import { contentOf, reflectedPayload, roomStanzaId } from '../../../src/mapping/message.js';
import { pictureType } from '../../../src/mapping/mime/bits-of-binary.js';
import { cpimHandler } from '../../../src/mapping/mime/cpim.js';
import { endToEndHandlers, endToEndMime } from '../../../src/mapping/mime/end-to-end.js';
import { readHtml } from '../../../src/mapping/mime/html-tree.js';
import { linkedFile } from '../../../src/mapping/mime/linked-file.js';
import { maxFileSize, readSlot } from '../../../src/mapping/mime/upload-slot.js';
import { xhtmlIm } from '../../../src/mapping/mime/xhtml.js';
import { isRoomsRetraction, readModeration } from '../../../src/mapping/moderation.js';
import { readPageRequest } from '../../../src/mapping/paging.js';
import { withoutAddress } from '../../../src/mapping/presence.js';
import { grantsPubsub, privilegedAnswer } from '../../../src/mapping/privileged-iq.js';
import { keptItem, rosterRights } from '../../../src/mapping/privileged-roster.js';
import { attributesOf, readMood } from '../../../src/mapping/profile/own-attributes.js';
import { itemsAnswer, TOLD_NODES, toldByServer, toldItem } from '../../../src/mapping/profile/pep.js';
import { pictureOf } from '../../../src/mapping/profile/picture.js';
import { readGeoloc } from '../../../src/mapping/profile/place.js';
import { profileOf } from '../../../src/mapping/profile/profile.js';
import { photoOctets, pictureOfCard, readVcardTemp } from '../../../src/mapping/profile/vcard-temp.js';
import { readVcard3 } from '../../../src/mapping/profile/vcard3.js';
import { vcard4 } from '../../../src/mapping/profile/vcard4.js';
import { readKeyFields } from '../../../src/mapping/protection-form.js';
import { asksForReceipt, receiptIn } from '../../../src/mapping/receipts.js';
import { readRegistrationQuery } from '../../../src/mapping/registration.js';
import { adminItems, listedJids } from '../../../src/mapping/room-admin.js';
import { avatarCard, decodePhotos, encodePhotos, photosOf } from '../../../src/mapping/room-avatar.js';
import { readSettingsForm } from '../../../src/mapping/room-form.js';
import { readRegistration } from '../../../src/mapping/room-registration.js';
import { silcFormOf } from '../../../src/mapping/silc-form.js';
import { nodeOf } from '../../../src/mapping/stored-element.js';
import { decodeStoredLine, encodeStoredLine } from '../../../src/mapping/stored-line.js';
import { requestedSubject } from '../../../src/mapping/subject.js';
import { vcard } from '../../../src/mapping/vcard.js';
import { voiceFormOf } from '../../../src/mapping/voice-request.js';
import { decodeWaiting, encodeWaiting } from '../../../src/mapping/waiting-message.js';
import { splitWords } from '../../../src/mapping/words.js';
import { Text } from '../../../src/text/text.js';
import { testKeyPair } from '../../support/keys.js';
import { idOf } from '../../support/scripted-server.js';
import { readStrictly } from '../../support/xmpp/strict.js';
import { Choices } from '../support/choices.js';
import { SeededRandom } from '../support/random.js';
import { samples } from '../support/samples.js';
import { outcomeOf, type Target } from '../support/target.js';
import { elementsOf, Stanzas } from '../support/trees.js';

/** A reader of the mapping, and the export that is meant: what the search of exports is compared with. */
interface Reader<Input> {
  readonly what: string;
  readonly of: unknown;
  readonly read: (input: Input) => unknown;
}

const reader = <Input>(
  of: (input: Input) => unknown,
  read: (input: Input) => unknown = of,
): Reader<Input> => ({ what: of.name, of, read });

const channel = { name: 'channel1', mode: 0, userLimit: undefined };
const keys = { founderKey: undefined, joinKeys: [], hasPrivateKey: true };
const kept = { mostDays: 30, kept: {}, keys, admins: ['bob@jabber.test'], owners: [] };
const fields = [
  ...(['text-single', 'text-private', 'text-multi', 'boolean', 'jid-single', 'jid-multi'] as const).map(
    (type) => ({ name: type, type, label: type }),
  ),
  { name: 'nick', type: 'text-single', label: 'nick', isRequired: true, max: 10 },
  { name: 'list', type: 'list-single', label: 'list', options: [{ value: 'a', label: 'a' }] },
] as const;

/** Whatever elements they are asked about: every one of a stanza. */
const plainReaders: readonly Reader<Element>[] = [
  ...[readCommand, blockItems, bookmarksIn, capsHash, readSearch, roomEndOf, promptText, historyBounds],
  ...[mediatedInvites, declineOf, directInvite, readMamQuery, contentOf, roomStanzaId, endToEndMime],
  ...[readSlot, maxFileSize, readModeration, isRoomsRetraction, readPageRequest, grantsPubsub, rosterRights],
  ...[readGeoloc, readVcardTemp, pictureOfCard, photoOctets, asksForReceipt, receiptIn, readMood],
  ...[readRegistrationQuery, adminItems, listedJids, readRegistration, silcFormOf, requestedSubject],
  ...[voiceFormOf, toldByServer, fieldValues, repeatedField, withoutAddress, withVerifiedHat],
].map((one) => reader<Element>(one));

const ofElements: readonly Reader<Element>[] = [
  ...plainReaders,
  { what: 'readForm', of: readForm, read: (form) => readForm(form, fields) },
  { what: 'readSettingsForm', of: readSettingsForm, read: (form) => readSettingsForm(form, channel) },
  {
    what: 'readConfigurationForm',
    of: readConfigurationForm,
    read: (form) => readConfigurationForm(form, { ...channel, ...kept }),
  },
  { what: 'readKeyFields', of: readKeyFields, read: (form) => readKeyFields(fieldValues(form), 0, keys) },
  reader(photosOf, (card) => {
    const photos = photosOf(card);
    if (!Array.isArray(photos)) return undefined;
    strict(avatarCard(photos));
    return decodePhotos(encodePhotos(photos));
  }),
  {
    what: 'own profile',
    of: attributesOf,
    read: (card) => {
      const own = { card: readVcardTemp(card), picture: pictureOfCard(card), place: readGeoloc(card) };
      return attributesOf({ ...own, mood: readMood(card), status: card.getText() }, 'nick');
    },
  },
];

/** Those that are asked about a whole stanza. */
const ofStanzas: readonly Reader<Element>[] = [
  reader(availabilityOf, (presence) => userModeOf(availabilityOf(presence))),
  reader(privilegedAnswer, (result) => bookmarksIn(privilegedAnswer(result))),
  { what: 'keptItem', of: keptItem, read: (roster) => keptItem(roster, 'other!@gw.test') },
  {
    what: 'reflectedPayload',
    of: reflectedPayload,
    read: (stanza) => strict(xml('message', {}, reflectedPayload(stanza, 'gw.test'))),
  },
  { what: 'linkedFile', of: linkedFile, read: (stanza) => linkedFile(stanza.getChildElements()) },
  {
    what: 'nodeOf',
    of: nodeOf,
    read: (stanza) => {
      const payload = stanza.getChildElements();
      const line = encodeStoredLine({ id: 'x', occupantId: undefined, origin: 'silc', payload });
      strict(xml('message', {}, decodeStoredLine(line)?.payload));
      strict(xml('message', {}, decodeWaiting(encodeWaiting({ from: 'a@b', id: 'x', payload }))?.payload));
    },
  },
];

const text = new TextDecoder();

/** What is made of what somebody else has said has to be XML. */
function strict(element: Element): Element {
  readStrictly(element.toString());
  return element;
}

const messages = new MessageReader();
messages.use(
  [cpimHandler, ...endToEndHandlers],
  [{ publish: ({ name }) => ({ url: `https://x/${encodeURIComponent(name ?? '')}` }) }],
);
const sender = {
  ...{ clientId: idOf('other'), nickname: 'other', server: undefined, username: undefined, mode: 0 },
  ...{ hostname: undefined, realName: 'Real', fingerprint: undefined, idleSeconds: undefined },
};

const namesIn = (element: Element): Readonly<Record<string, true>> =>
  Object.fromEntries(element.getChildElements().map(({ name }) => [name, true]));

/** A MIME message from SILC as Jabber clients are shown it. */
function shown(octets: Uint8Array): unknown {
  const mime = parsed(octets);
  const message: Message = {
    ...{
      flags: 0x80,
      kind: 'mime',
      text: undefined,
      data: octets,
      signature: 'verified',
      digest: '0'.repeat(64),
    },
    ...(mime && { mime }),
  };
  const about = { network: 'net', room: undefined, sender, message, protection: 'session' as const };
  return messages.read({ ...about, audience: () => [] }).map((one) => {
    if (one instanceof Promise) throw new Error('a file that is in no hurry');
    return namesIn(strict(xml('message', {}, one)));
  });
}

function parsed(octets: Uint8Array): ReturnType<typeof parseMime> | undefined {
  try {
    return parseMime(octets);
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}

/** What a SILC user tells of itself, as Jabber users are shown it. */
function told(octets: Uint8Array): unknown {
  const judge = { backend: nodeBackend, serverKey: testKeyPair('k1024v1').publicKey, fingerprint: undefined };
  const profile = profileOf(readAnswer(octets, judge));
  if (profile === undefined) return undefined;
  for (const node of TOLD_NODES) strict(itemsAnswer(node, [toldItem(node, profile)]));
  strict(vcard4(sender, 'other!@gw.test', ['a note'], profile));
  strict(vcard(sender, 'other!@gw.test', undefined, { profile, standing: 'signed' }));
  return profile;
}

const CARD = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A B\r\nN:B;A;C;Dr.;x\r\nNICKNAME:ab\r\nBDAY:2000-01-01\r\nADR;TYPE=home,work:box;ext;street;town;region;code;country\r\nTEL;TYPE=cell:+1\r\nEMAIL:a@b\r\nORG:o\\;x;u\r\nTITLE:t\r\nROLE:r\r\nURL:http://x\r\nNOTE:a\\nb\r\n c\r\nEND:VCARD\r\n`;
const HTML = `<html><head><style>x</style></head><body><p style="color: red">a <b>b</b><br/>&amp;&#x1F600;</p><ul><li>one</li></ul><a href="javascript:x">l</a><a href="https://x">m</a><img src="cid:p" alt="q"><pre>\n x</pre><script>no</script><table><tr><td>c</td></tr></table></body></html>`;
const mimeOf = (type: string, body: string): Uint8Array => utf8(`Content-Type: ${type}\r\n\r\n${body}`);
const part = (type: string, body: string, head = ''): string =>
  `--b\r\nContent-Type: ${type}\r\n${head}\r\n${body}\r\n`;
const CPIM = `From: <im:a@b>\r\nTo: <im:c@d>\r\nDateTime: 2026-01-01T00:00:00Z\r\nSubject: s\r\n\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello`;
const attributes = (...all: readonly (readonly [number, AttributeValue])[]): Uint8Array =>
  encodePayload(
    attributeList,
    all.map(([type, value]) => encodeAttribute(type, value)),
  );

interface OctetsReader extends Reader<Uint8Array> {
  readonly seeds: readonly Uint8Array[];
}
const octetsReader = (
  of: unknown,
  what: string,
  seeds: readonly (Uint8Array | string)[],
  read: (octets: Uint8Array) => unknown,
): OctetsReader => ({
  ...{ of, what, read },
  seeds: seeds.map((seed) => (typeof seed === 'string' ? utf8(seed) : seed)),
});

const ofOctets: readonly OctetsReader[] = [
  octetsReader(splitWords, 'words', [`nick "a b" 'c d' e\\ f`, '"'], (octets) =>
    splitWords(text.decode(octets)),
  ),
  octetsReader(readVcard3, 'vCard 3', [CARD], (octets) => readVcard3(text.decode(octets))),
  octetsReader(readHtml, 'HTML', [HTML], (octets) => {
    const html = xhtmlIm(readHtml(text.decode(octets)), new Map([['p', { url: 'https://x' }]]));
    return html && strict(xml('message', {}, html));
  }),
  octetsReader(
    decodeSettings,
    'kept settings',
    ['{"name":"n","historyDays":3,"avatarHashes":["a"]}'],
    decodeSettings,
  ),
  octetsReader(
    decodeStoredLine,
    'stored line',
    ['{"id":"x","payload":[["body",{"xmlns":"y"},"z"],"w"]}'],
    (octets) => strict(xml('message', {}, decodeStoredLine(octets)?.payload)),
  ),
  octetsReader(
    decodeWaiting,
    'waiting message',
    ['{"from":"a","id":"x","payload":[["body",{},"z"]]}'],
    (octets) => strict(xml('message', {}, decodeWaiting(octets)?.payload)),
  ),
  octetsReader(decodePhotos, 'photos', ['[{"type":"image/png","data":"AAAA"}]'], (octets) =>
    strict(avatarCard(decodePhotos(octets))),
  ),
  octetsReader(pictureType, 'picture type', [Uint8Array.of(0x89, 0x50, 0x4e, 0x47)], pictureType),
  octetsReader(
    pictureOf,
    'picture',
    [
      Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64'),
      Buffer.from('GIF89a\u0001\u0000\u0001\u0000', 'latin1'),
      Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108000100010301220002', 'hex'),
      Buffer.from('RIFF\u0000\u0000\u0000\u0000WEBPVP8X\u0000\u0000\u0000\u0000', 'latin1'),
    ],
    pictureOf,
  ),
  octetsReader(
    MessageReader,
    'MIME message, shown',
    [
      mimeOf('text/plain; charset=utf-8', 'hello'),
      mimeOf('text/html', HTML),
      mimeOf(
        'multipart/alternative; boundary=b',
        `${part('text/plain', 'x')}${part('text/html', HTML)}--b--\r\n`,
      ),
      mimeOf(
        'multipart/related; boundary=b; start="<s>"',
        `${part('text/html', HTML, 'Content-ID: <s>\r\n')}${part('image/png', 'AAAA', 'Content-ID: <p>\r\nContent-Transfer-Encoding: base64\r\n')}--b--\r\n`,
      ),
      mimeOf(
        'multipart/mixed; boundary=b',
        `${part('text/plain', 'x')}${part('application/x', 'y', `Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.txt\r\n`)}--b--\r\n`,
      ),
      mimeOf('message/cpim', CPIM),
      mimeOf(
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        `${part('application/pgp-encrypted', 'Version: 1')}${part('application/octet-stream', '-----BEGIN PGP MESSAGE-----\r\n\r\nAAAA\r\n-----END PGP MESSAGE-----')}--b--\r\n`,
      ),
      mimeOf('application/pkcs7-mime; smime-type=enveloped-data', 'AAAA'),
      mimeOf(
        'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha1; boundary=b',
        `${part('message/cpim', CPIM)}${part('application/pkcs7-signature', 'AAAA')}--b--\r\n`,
      ),
    ],
    shown,
  ),
  octetsReader(
    profileOf,
    'attributes, shown',
    [
      attributes(
        [AttributeType.userInfo, { kind: 'vcard', text: CARD }],
        [AttributeType.statusMood, { kind: 'mask', mask: 5 }],
        [AttributeType.preferredContact, { kind: 'mask', mask: 0x7f }],
      ),
      attributes(
        [AttributeType.preferredLanguage, { kind: 'string', text: 'de' }],
        [AttributeType.statusFreetext, { kind: 'string', text: 'here' }],
        [AttributeType.timezone, { kind: 'string', text: '2026-01-01T00:00:00+02:00' }],
        [AttributeType.phoneNumber, { kind: 'phone-number', format: 0, number: '+1 2' }],
      ),
      attributes([
        AttributeType.geolocation,
        {
          kind: 'geolocation',
          longitude: '11.5 E',
          latitude: '48.1',
          altitude: '5 m',
          accuracy: '9 m',
        },
      ]),
      attributes([
        AttributeType.deviceInfo,
        { kind: 'device', type: 1, manufacturer: 'm', version: '1', model: 'x', language: 'en' },
      ]),
      attributes([
        AttributeType.service,
        { kind: 'service', port: 706, address: 'h', online: true, signon: '', idle: 1 },
      ]),
      attributes([
        AttributeType.userIcon,
        { kind: 'mime', entity: mimeOf('image/gif', 'GIF89a\u0001\u0000\u0001\u0000') },
      ]),
      attributes([AttributeType.statusMessage, { kind: 'mime', entity: mimeOf('text/plain', 'away') }]),
    ],
    told,
  ),
];

const everyReader = [...ofElements, ...ofStanzas];
/** Elements of one stanza that readers are asked about. */
const MOST_ELEMENTS = 12;

const seedsOf = (of: unknown): readonly Uint8Array[] => ofOctets.find((one) => one.of === of)?.seeds ?? [];
/** Good MIME messages, and attributes that somebody tells. */
export const mimeSeeds = seedsOf(MessageReader);
export const attributeSeeds = seedsOf(profileOf);

const stanzas = new Stanzas(samples);
const random = new SeededRandom(11);
/** Each sample as it is, and some changed. */
const stanzaSeeds: readonly Uint8Array[] = [
  ...Array.from({ length: stanzas.count }, (_, n) => Uint8Array.of(n >> 8, n & 0xff)),
  ...Array.from({ length: 40 }, () => random.octets(30)),
];

/** Every element of a stanza. */
const all = (element: Element): readonly Element[] => [element, ...element.getChildElements().flatMap(all)];

/** What a value is told apart by: which of its parts there are. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.slice(0, 3).map(shapeOf).join()}]`;
  if (value instanceof Uint8Array || value instanceof URL || value instanceof Text) return 'value';
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value)
    .filter(([, part]) => part !== undefined && !(Array.isArray(part) && part.length === 0))
    .map(([key, part]) => (key === 'kind' ? String(part) : key))
    .join();
}

function outcome(read: () => unknown): string {
  try {
    return shapeOf(read()).slice(0, 200);
  } catch (error) {
    if (error instanceof StanzaError || error instanceof SilcError) return outcomeOf(error);
    throw error;
  }
}

const seen = new Set<string>();

/** An outcome of one reader that there was not before. */
function isNew(found: string): boolean {
  const isKnown = seen.has(found);
  seen.add(found);
  return !isKnown;
}

/** Everything that is read from Jabber clients and servers, by each reader that there is. */
const elementTarget: Target = {
  name: 'mapping: elements',
  seeds: stanzaSeeds,
  // As many readers as there are, each for every element of a stanza.
  cost: 10,
  run: (octets) => {
    let outcomeOfAll = 'known';
    for (const stanza of elementsOf(stanzas.made(new Choices(octets)))) {
      for (const element of all(stanza).slice(0, MOST_ELEMENTS)) {
        for (const { what, read } of element === stanza ? everyReader : ofElements) {
          const found = outcome(() => read(element));
          if (isNew(`${what} ${found}`)) outcomeOfAll = `${what} ${found}`;
        }
      }
    }
    return outcomeOfAll;
  },
};

/** Readers of the mapping that have a target. */
export const mappingReaders: readonly unknown[] = [...ofElements, ...ofStanzas, ...ofOctets].map(
  ({ of }) => of,
);

export const mappingTargets: readonly Target[] = [
  elementTarget,
  ...ofOctets.map(({ what, read, seeds }) => ({
    ...{ name: `mapping: ${what}`, seeds, cost: 2 },
    // Whatever octets say, they are read, or told to be none.
    run: (octets: Uint8Array) => shapeOf(read(octets)).slice(0, 200),
  })),
];
