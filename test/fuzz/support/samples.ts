import { readdirSync, readFileSync } from 'node:fs';
import type { Element } from '../../../src/component/types.js';
import { parseStanza } from '../../support/xmpp/canonical.js';

const golden = new URL('../../golden/', import.meta.url);

/** The addresses of the golden files as those that there are where stanzas are tried. */
const moved = (text: string): string =>
  text
    .replaceAll(/([@"'])gw(?=["'/<\s])/g, '$1gw.test')
    .replaceAll(/\b(?:room|lounge|channel)@gw\.test/g, 'channel1@gw.test')
    .replaceAll(/\b(?:alice|bob|eve)!@gw\.test/g, 'other!@gw.test')
    .replaceAll(/\b(?:a|alice)@example(?:\.org)?(?:\/\w+)?/g, 'alice@jabber.test/desk')
    .replaceAll(/\bbob@example(?:\.org)?(?:\/\w+)?/g, 'bob@jabber.test/x')
    .replaceAll("'example.org'", "'jabber.test'");

/** Stanzas of every kind that the gateway takes or sends; some files hold several of them. */
const goldenStanzas: readonly Element[] = readdirSync(golden)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => moved(readFileSync(new URL(name, golden), 'utf8').trim()))
  .filter((text) => text !== '')
  .map((text) => parseStanza(text))
  .flatMap((element) =>
    ['iq', 'message', 'presence'].includes(element.name) ? [element] : element.getChildElements(),
  );

const ROOM = 'channel1@gw.test';
const MUC = 'http://jabber.org/protocol/muc';
const GATEWAY = 'gw.test';
const iq = (to: string, type: string, child: string): string =>
  `<iq type='${type}' id='s' to='${to}'>${child}</iq>`;
const form = (type: string, of: string, fields: Readonly<Record<string, string>>): string =>
  `<x xmlns='jabber:x:data' type='${type}'><field var='FORM_TYPE'><value>${of}</value></field>${Object.entries(
    fields,
  )
    .map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`)
    .join('')}</x>`;
const admin = (items: string): string => `<query xmlns='${MUC}#admin'>${items}</query>`;
const pep = (node: string, item: string): string =>
  `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${node}'><item id='current'>${item}</item></publish></pubsub>`;
const event = (node: string, item: string): string =>
  `<message type='headline' to='${GATEWAY}' from='alice@jabber.test'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'><item id='current'>${item}</item></items></event></message>`;
const said = (to: string, type: string, rest: string): string =>
  `<message type='${type}' id='m' to='${to}'>${rest}</message>`;

/** Commands by name, with what their forms ask for. */
const COMMANDS: readonly (readonly [name: string, fields: Readonly<Record<string, string>>])[] = [
  ['accept-server-key', { network: 'net', key: 'ab'.repeat(20) }],
  ['http://jabber.org/protocol/admin#announce', { announcement: 'hello' }],
  ['http://jabber.org/protocol/admin#edit-blacklist', { blacklistjids: 'evil.test' }],
  ['http://jabber.org/protocol/admin#end-user-session', { accountjids: 'bob@jabber.test' }],
  ['http://jabber.org/protocol/admin#get-online-users-list', { max_items: '25' }],
  ['http://jabber.org/protocol/admin#get-online-users-num', {}],
  ['away', { text: 'gone' }],
  ['channel-key-clear', { channel: 'channel1' }],
  ['channel-key-set', { channel: 'channel1', name: 'k', passphrase: 'a passphrase of the channel' }],
  ['connect', { network: 'net' }],
  ['contacts', { action: 'list', address: 'other!@gw.test' }],
  ['disconnect', { network: 'net' }],
  ['identity', { network: 'net' }],
  ['identity-export', { network: 'net', passphrase: 'a passphrase of the key' }],
  ['identity-import', { network: 'net', key: 'AAAA', passphrase: 'a passphrase of the key' }],
  ['identity-new', { network: 'net' }],
  ['key-clear', { user: 'other' }],
  ['key-set', { user: 'other', passphrase: 'a passphrase of the two' }],
  ['keys', { network: 'net' }],
  ['limits', { user: 'alice@jabber.test' }],
  ['log-level', { level: 'debug', part: 'gateway' }],
  ['metrics', {}],
  ['networks', {}],
  ['nick', { nick: 'another', network: 'net' }],
  ['register', { nick: 'alice', network: 'net' }],
  ['unregister', { network: 'net' }],
  ['servers', {}],
  ['sessions', {}],
  ['settings', { sign: '1', encrypt: '1', profile: '1', language: 'de', stay: '1' }],
  ['trust', { address: 'other!@gw.test', fingerprint: 'ab'.repeat(20) }],
  ['trusted-keys', { network: 'net' }],
  ['verify', { address: 'other!@gw.test', fingerprint: 'ab'.repeat(20) }],
];

const commands = COMMANDS.flatMap(([node, fields]) => [
  iq(
    GATEWAY,
    'set',
    `<command xmlns='http://jabber.org/protocol/commands' node='${node}' action='execute'/>`,
  ),
  iq(
    GATEWAY,
    'set',
    `<command xmlns='http://jabber.org/protocol/commands' node='${node}' sessionid='SESSION' action='complete'>${form('submit', '', fields)}</command>`,
  ),
  said(GATEWAY, 'chat', `<body>${[node, ...Object.values(fields)].join(' ')}</body>`),
]);

/** Settings that a room's owner sends, by field. */
const SETTINGS: readonly Readonly<Record<string, string>>[] = [
  {
    'muc#roomconfig_publicroom': '0',
    'muc#roomconfig_membersonly': '1',
    'muc#roomconfig_moderatedroom': '1',
  },
  { 'muc#roomconfig_passwordprotectedroom': '1', 'muc#roomconfig_roomsecret': 'a passphrase of the room' },
  { 'muc#roomconfig_passwordprotectedroom': '0', 'muc#roomconfig_maxusers': '30' },
  { 'muc#roomconfig_roomname': 'Name', 'muc#roomconfig_roomdesc': 'Words', 'muc#roomconfig_lang': 'de' },
  { 'muc#roomconfig_whois': 'moderators', 'muc#maxhistoryfetch': '5', 'silc#roomconfig_historydays': '1' },
  {
    'muc#roomconfig_persistentroom': '1',
    'silc#roomconfig_cipher': 'aes-256-ctr',
    'silc#roomconfig_hmac': 'hmac-sha1-96',
  },
  { 'muc#roomconfig_roomadmins': 'bob@jabber.test', 'muc#roomconfig_roomowners': 'alice@jabber.test' },
  {
    'silc#roomconfig_joinkeys': 'bob@jabber.test',
    'silc#roomconfig_founderkey': '1',
    'silc#roomconfig_privatekey': '1',
  },
];

const inRooms: readonly string[] = [
  `<presence to='${ROOM}/me'><x xmlns='${MUC}'><history maxstanzas='5' since='2026-01-01T00:00:00Z'/></x></presence>`,
  `<presence to='${ROOM}/me'><x xmlns='${MUC}'><password>a passphrase of the room</password></x></presence>`,
  `<presence to='channel2@${GATEWAY}/me'><x xmlns='${MUC}'/></presence>`,
  `<presence to='${ROOM}/another'/>`,
  `<presence to='${ROOM}/me'><show>dnd</show><status>busy</status><idle xmlns='urn:xmpp:idle:1' since='2026-01-01T00:00:00Z'/></presence>`,
  `<presence to='${ROOM}/me' type='unavailable'><status>bye</status></presence>`,
  said(ROOM, 'groupchat', '<body>hello</body>'),
  said(ROOM, 'groupchat', '<body>/me waves</body>'),
  said(ROOM, 'groupchat', '<subject>a topic</subject>'),
  said(ROOM, 'groupchat', `<body>x</body><replace xmlns='urn:xmpp:message-correct:0' id='m'/>`),
  said(ROOM, 'groupchat', `<body>x</body><reply xmlns='urn:xmpp:reply:0' id='m' to='${ROOM}/other'/>`),
  said(
    ROOM,
    'groupchat',
    `<apply-to xmlns='urn:xmpp:fasten:0' id='m'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>`,
  ),
  said(
    ROOM,
    'groupchat',
    `<body>https://127.0.0.1:1/a.png</body><x xmlns='jabber:x:oob'><url>https://127.0.0.1:1/a.png</url></x>`,
  ),
  said(
    ROOM,
    'groupchat',
    `<body>x</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p style='color:red'>x</p></body></html>`,
  ),
  said(
    ROOM,
    'normal',
    `<x xmlns='${MUC}#user'><invite to='carol@jabber.test'><reason>come</reason></invite></x>`,
  ),
  said(ROOM, 'normal', `<x xmlns='${MUC}#user'><invite to='other!@${GATEWAY}'/></x>`),
  said(
    ROOM,
    'normal',
    `<x xmlns='${MUC}#user'><decline to='bob@jabber.test'><reason>no</reason></decline></x>`,
  ),
  said(ROOM, 'normal', form('submit', `${MUC}#request`, { 'muc#role': 'participant' })),
  said(
    ROOM,
    'normal',
    form('submit', `${MUC}#request`, {
      'muc#role': 'participant',
      'muc#roomnick': 'other',
      'muc#request_allow': 'true',
    }),
  ),
  said(`${ROOM}/other`, 'chat', `<body>psst</body><x xmlns='${MUC}#user'/>`),
  iq(ROOM, 'get', admin(`<item affiliation='outcast'/>`)),
  iq(ROOM, 'get', admin(`<item role='moderator'/>`)),
  ...['none', 'participant', 'moderator', 'visitor'].map((role) =>
    iq(ROOM, 'set', admin(`<item nick='other' role='${role}'><reason>why</reason></item>`)),
  ),
  ...['outcast', 'none', 'member', 'admin', 'owner'].map((one) =>
    iq(
      ROOM,
      'set',
      admin(
        `<item jid='other!@${GATEWAY}' affiliation='${one}'/><item jid='bob@jabber.test' affiliation='${one}'/>`,
      ),
    ),
  ),
  iq(ROOM, 'get', `<query xmlns='${MUC}#owner'/>`),
  iq(
    ROOM,
    'set',
    `<query xmlns='${MUC}#owner'><destroy jid='channel2@${GATEWAY}'><reason>over</reason></destroy></query>`,
  ),
  ...SETTINGS.map((fields) =>
    iq(ROOM, 'set', `<query xmlns='${MUC}#owner'>${form('submit', `${MUC}#roomconfig`, fields)}</query>`),
  ),
  iq(
    ROOM,
    'set',
    `<moderate xmlns='urn:xmpp:message-moderate:1' id='m'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>`,
  ),
  iq(
    ROOM,
    'set',
    `<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>iVBORw0KGgo=</BINVAL></PHOTO></vCard>`,
  ),
  iq(ROOM, 'get', `<vCard xmlns='vcard-temp'/>`),
  iq(
    ROOM,
    'set',
    `<query xmlns='urn:xmpp:mam:2' queryid='q'>${form('submit', 'urn:xmpp:mam:2', { with: 'other!@gw.test', start: '2026-01-01T00:00:00Z', end: '2036-01-01T00:00:00Z', 'before-id': 'x', 'after-id': 'y', ids: 'z' })}<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>x</after></set></query>`,
  ),
  iq(
    ROOM,
    'set',
    `<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>1</max><before/></set><flip-page/></query>`,
  ),
  iq(ROOM, 'get', `<metadata xmlns='urn:xmpp:mam:2'/>`),
  iq(
    ROOM,
    'set',
    `<query xmlns='jabber:iq:register'>${form('submit', `${MUC}#register`, { 'muc#register_roomnick': 'me' })}</query>`,
  ),
  iq(ROOM, 'set', `<query xmlns='jabber:iq:register'><remove/></query>`),
  iq(
    ROOM,
    'get',
    `<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><max>1</max><index>0</index></set></query>`,
  ),
  iq(ROOM, 'get', `<query xmlns='http://jabber.org/protocol/disco#info' node='muc#traffic'/>`),
  iq(`${ROOM}/other`, 'get', `<ping xmlns='urn:xmpp:ping'/>`),
  iq(`${ROOM}/other`, 'get', `<time xmlns='urn:xmpp:time'/>`),
  iq(`${ROOM}/other`, 'get', `<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>`),
  iq(`${ROOM}/other`, 'get', `<query xmlns='jabber:iq:last'/>`),
];

const ofPeople: readonly string[] = [
  `<presence to='other!@${GATEWAY}' type='subscribe'/>`,
  `<presence to='other!@${GATEWAY}' type='subscribed'/>`,
  `<presence to='other!@${GATEWAY}' type='unsubscribe'/>`,
  `<presence to='other!@${GATEWAY}' type='probe'/>`,
  `<presence to='other!@${GATEWAY}'><show>away</show><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v'/></presence>`,
  `<presence to='${GATEWAY}'><status>here</status><priority>5</priority></presence>`,
  `<presence to='${GATEWAY}' type='unavailable'/>`,
  said(
    `other!@${GATEWAY}`,
    'chat',
    `<body>hello</body><request xmlns='urn:xmpp:receipts'/><active xmlns='http://jabber.org/protocol/chatstates'/>`,
  ),
  said(`other!@${GATEWAY}`, 'chat', `<received xmlns='urn:xmpp:receipts' id='m'/>`),
  said(`other!@${GATEWAY}`, 'normal', `<x xmlns='jabber:x:conference' jid='${ROOM}' reason='come'/>`),
  said(`other!@${GATEWAY}`, 'chat', `<body>?</body><x xmlns='jabber:x:encrypted'>AAAA</x>`),
  said(
    `other!@${GATEWAY}`,
    'chat',
    `<e2e xmlns='urn:ietf:params:xml:ns:xmpp-e2e'>Content-type: Message/CPIM</e2e>`,
  ),
  said(`other!@${GATEWAY}`, 'chat', `<body>?OTRv23?</body>`),
  said(
    `other!@${GATEWAY}`,
    'error',
    `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
  ),
  iq(
    `other!@${GATEWAY}`,
    'get',
    `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:data'><item id='x'/></items></pubsub>`,
  ),
  iq(
    `other!@${GATEWAY}`,
    'set',
    `<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='j'><content creator='initiator' name='f'><description xmlns='urn:xmpp:jingle:apps:file-transfer:5'><file><name>a</name></file></description></content></jingle>`,
  ),
  iq(GATEWAY, 'set', `<block xmlns='urn:xmpp:blocking'><item jid='other!@${GATEWAY}'/></block>`),
  iq(GATEWAY, 'set', `<unblock xmlns='urn:xmpp:blocking'/>`),
  iq(GATEWAY, 'get', `<blocklist xmlns='urn:xmpp:blocking'/>`),
  iq(
    GATEWAY,
    'set',
    `<query xmlns='jabber:iq:register'>${form('submit', 'jabber:iq:register', { nick: 'alice', network: 'net' })}</query>`,
  ),
  iq(
    GATEWAY,
    'set',
    `<query xmlns='jabber:iq:register'><nick>alice</nick><password>a password of the network</password></query>`,
  ),
  iq(GATEWAY, 'set', `<query xmlns='jabber:iq:register'><remove/></query>`),
  iq(GATEWAY, 'set', `<query xmlns='jabber:iq:gateway'><prompt>other</prompt></query>`),
  iq(
    GATEWAY,
    'set',
    `<query xmlns='urn:xmpp:channel-search:0:search'>${form('submit', 'urn:xmpp:channel-search:0:search-params', { q: 'chan', sinname: '1', key: '{urn:xmpp:channel-search:0:order}nusers' })}<set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set></query>`,
  ),
  iq(GATEWAY, 'set', `<query xmlns='jabber:iq:search'><nick>other</nick></query>`),
];

/** What the servers of users send by themselves, or answer. */
const ofServers: readonly string[] = [
  `<message to='${GATEWAY}' from='jabber.test'><privilege xmlns='urn:xmpp:privilege:2'><perm access='roster' type='both'/><perm access='message' type='outgoing'/><perm access='presence' type='roster'/><perm access='iq'><namespace ns='http://jabber.org/protocol/pubsub' type='both'/></perm></privilege></message>`,
  event('http://jabber.org/protocol/mood', `<mood xmlns='http://jabber.org/protocol/mood'><happy/></mood>`),
  event(
    'http://jabber.org/protocol/geoloc',
    `<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>48.1</lat><lon>-11.5</lon><alt>500</alt><accuracy>10</accuracy><country>x</country></geoloc>`,
  ),
  event(
    'urn:xmpp:avatar:metadata',
    `<metadata xmlns='urn:xmpp:avatar:metadata'><info id='ab' bytes='8' type='image/png' width='1' height='1'/></metadata>`,
  ),
  event(
    'urn:xmpp:bookmarks:1',
    `<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'><nick>me</nick></conference>`,
  ),
  iq(
    GATEWAY,
    'set',
    pep('http://jabber.org/protocol/geoloc', `<geoloc xmlns='http://jabber.org/protocol/geoloc'/>`),
  ),
  iq(
    GATEWAY,
    'result',
    `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' name='x'/><feature var='urn:xmpp:http:upload:0'/><feature var='http://jabber.org/protocol/mood+notify'/>${form('result', 'urn:xmpp:http:upload:0', { 'max-file-size': '1000' })}</query>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<query xmlns='http://jabber.org/protocol/disco#items'><item jid='upload.jabber.test'/></query>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<query xmlns='jabber:iq:roster'><item jid='other!@${GATEWAY}' name='x' subscription='both'><group>g</group></item></query>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<query xmlns='jabber:iq:version'><name>client</name><version>1</version><os>x</os></query>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<slot xmlns='urn:xmpp:http:upload:0'><put url='https://127.0.0.1:1/p'><header name='Authorization'>Basic of-the-slot</header></put><get url='https://127.0.0.1:1/g'/></slot>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<vCard xmlns='vcard-temp'><FN>A B</FN><N><FAMILY>B</FAMILY><GIVEN>A</GIVEN></N><NICKNAME>ab</NICKNAME><BDAY>2000-01-01</BDAY><EMAIL><INTERNET/><USERID>a@b</USERID></EMAIL><TEL><VOICE/><NUMBER>1</NUMBER></TEL><ADR><HOME/><LOCALITY>x</LOCALITY></ADR><ORG><ORGNAME>o</ORGNAME><ORGUNIT>u</ORGUNIT></ORG><URL>http://x</URL><DESC>d</DESC><PHOTO><TYPE>image/png</TYPE><BINVAL>iVBORw0KGgo=</BINVAL></PHOTO></vCard>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:avatar:data'><item id='ab'><data xmlns='urn:xmpp:avatar:data'>iVBORw0KGgo=</data></item></items></pubsub>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='http://jabber.org/protocol/mood'><item id='x'><mood xmlns='http://jabber.org/protocol/mood'><sad/></mood></item></items></pubsub>`,
  ),
  iq(
    GATEWAY,
    'result',
    `<privilege xmlns='urn:xmpp:privilege:2'><forwarded xmlns='urn:xmpp:forward:0'><iq xmlns='jabber:client' type='result' from='alice@jabber.test' to='alice@jabber.test' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'><item id='${ROOM}'><conference xmlns='urn:xmpp:bookmarks:1' name='c' autojoin='1'><nick>me</nick><password>a passphrase of the room</password><extensions><x xmlns='urn:x'/></extensions></conference></item></items></pubsub></iq></forwarded></privilege>`,
  ),
  `<iq type='error' id='s' to='${GATEWAY}'><error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
];

/** Stanzas of every kind: those of the golden files, and requests for every state that a room or a user can be in. */
export const samples: readonly Element[] = [
  ...goldenStanzas,
  ...[...inRooms, ...ofPeople, ...ofServers, ...commands].map(parseStanza),
];

/** What a server or a client may answer a request of the gateway with. */
export const answers: readonly Element[] = ofServers.map(parseStanza).filter(({ name }) => name === 'iq');
