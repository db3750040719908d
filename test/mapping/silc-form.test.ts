import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silcFormOf } from '../../src/mapping/silc-form.js';
import { parseStanza } from '../support/xmpp/canonical.js';

const formOf = (inner: string) => silcFormOf(parseStanza(`<message>${inner}</message>`));
const text = (said: string) => ({ kind: 'content', content: { kind: 'text', text: said } });
const action = (said: string) => ({ kind: 'content', content: { kind: 'action', text: said } });

const OMEMO = (payload: string) =>
  `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><key rid='2'>eA==</key></header>${payload}</encrypted>`;
const hint = (namespace: string) => `<encryption xmlns='urn:xmpp:eme:0' namespace='${namespace}'/>`;

describe('what SILC users get of a message', () => {
  it.each([
    ['<body>plain</body>', text('plain')],
    ['<body>/me waves</body>', action('waves')],
    ["<body>helo</body><active xmlns='http://jabber.org/protocol/chatstates'/>", text('helo')],
    // XEP-0308: marked as what it is.
    ["<body>hello</body><replace id='1' xmlns='urn:xmpp:message-correct:0'/>", text('[correction] hello')],
    [
      "<body>/me nods</body><replace id='1' xmlns='urn:xmpp:message-correct:0'/>",
      action('[correction] nods'),
    ],
    // RFC 6121, 5.2.4: the subject of a message stands above it; what programs read is exact.
    ['<subject>Lunch</subject><body>at noon?</body>', text('Subject: Lunch\nat noon?')],
    ['<subject>Lunch</subject><body>/me is hungry</body>', text('Subject: Lunch\n/me is hungry')],
    ['<subject> Lunch </subject>', text('Subject: Lunch')],
    ['<subject> </subject><body>at noon?</body>', text('at noon?')],
    ['<subject>Secret</subject><body>?OTR:AAMC</body>', text('?OTR:AAMC')],
    // XEP-0461: with the quotation of its fallback, or the name of the one who is answered.
    [
      "<body>&gt; when?\nnow</body><reply to='r@gw/Bob' id='1' xmlns='urn:xmpp:reply:0'/><fallback for='urn:xmpp:reply:0' xmlns='urn:xmpp:fallback:0'><body start='0' end='8'/></fallback>",
      text('> when?\nnow'),
    ],
    ["<body>now</body><reply to='r@gw/Bob' id='1' xmlns='urn:xmpp:reply:0'/>", text('Bob: now')],
    ["<body>Bob, now</body><reply to='r@gw/Bob' id='1' xmlns='urn:xmpp:reply:0'/>", text('Bob, now')],
    ["<body>now</body><reply id='1' xmlns='urn:xmpp:reply:0'/>", text('now')],
    // XEP-0444
    [
      "<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👍</reaction><reaction>🎉</reaction><reaction>👍</reaction></reactions>",
      action('reacts with 👍 🎉'),
    ],
    ["<reactions id='1' xmlns='urn:xmpp:reactions:0'/>", { kind: 'passing' }],
    // XEP-0424: whatever its fallback says.
    [
      "<retract id='1' xmlns='urn:xmpp:message-retract:1'/><body>/me retracted a message</body>",
      action('takes back a message from before'),
    ],
    // XEP-0066, XEP-0447
    [
      "<x xmlns='jabber:x:oob'><url>https://a.test/x</url><desc>a cat</desc></x>",
      text('a cat https://a.test/x'),
    ],
    [
      "<body>https://a.test/x</body><x xmlns='jabber:x:oob'><url>https://a.test/x</url></x>",
      text('https://a.test/x'),
    ],
    [
      "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>c.png</name></file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='https://a.test/c'/></sources></file-sharing>",
      text('c.png https://a.test/c'),
    ],
  ])('of %s', (inner, expected) => {
    expect(formOf(inner)).toEqual(expected);
  });

  it.each([
    [OMEMO('<payload>eA==</payload>') + '<body>I sent you an OMEMO message</body>'],
    [`<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/><payload>eA==</payload></encrypted>`],
    ["<x xmlns='jabber:x:encrypted'>eA==</x><body>This message is encrypted.</body>"],
    ["<openpgp xmlns='urn:xmpp:openpgp:0'>eA==</openpgp>"],
    ["<e2e xmlns='urn:ietf:params:xml:ns:xmpp-e2e'>eA==</e2e>"],
    [`${hint('urn:example:new')}<body>placeholder</body>`],
    [
      `${OMEMO('<payload>eA==</payload>')}<replace id='1' xmlns='urn:xmpp:message-correct:0'/><body>placeholder</body>`,
    ],
  ])('is nothing of an encrypted one, not even the placeholder: %s', (inner) => {
    expect(formOf(inner)).toEqual({ kind: 'unseen', what: 'encrypted' });
  });

  it('is nothing of the subject of a room, but of a subject with a thread', () => {
    const said = (inner: string) =>
      silcFormOf(parseStanza(`<message type='groupchat'><subject>Lunch</subject>${inner}</message>`));
    expect(said('')).toEqual({ kind: 'empty' });
    expect(said('<body/>')).toEqual({ kind: 'empty' });
    expect(said('<thread>t</thread>')).toEqual(text('Subject: Lunch'));
    expect(said('<body>at noon?</body>')).toEqual(text('Subject: Lunch\nat noon?'));
  });

  it('is the text of OTR, which is the message itself', () => {
    expect(formOf(`<body>?OTR:AAMC</body>${hint('urn:xmpp:otr:0')}`)).toEqual(text('?OTR:AAMC'));
  });

  it.each([
    ["<composing xmlns='http://jabber.org/protocol/chatstates'/>"],
    ["<received xmlns='urn:xmpp:receipts' id='1'/><store xmlns='urn:xmpp:hints'/>"],
    ["<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>"],
    [OMEMO('')],
  ])('is nothing that is missed: %s', (inner) => {
    expect(formOf(inner)).toEqual({ kind: 'passing' });
  });

  it.each([[''], ['<body/>'], ['<thread>t</thread><body/>']])('is nothing at all: %s', (inner) => {
    expect(formOf(inner)).toEqual({ kind: 'empty' });
  });

  it.each([
    ["<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>1</lat></geoloc>"],
    ["<x xmlns='jabber:x:data' type='form'/>"],
    ["<propose xmlns='urn:xmpp:jingle-message:0' id='1'/>"],
    ["<x xmlns='jabber:x:oob'><desc>no link</desc></x>"],
  ])('is nothing, and that is to be told: %s', (inner) => {
    expect(formOf(inner)).toEqual({ kind: 'unseen', what: 'other' });
  });

  it('never has the placeholder of an encrypted message, whatever stands beside it', () => {
    const besides = [
      '<body>placeholder</body>',
      "<replace id='1' xmlns='urn:xmpp:message-correct:0'/>",
      "<reply to='r@gw/Bob' id='1' xmlns='urn:xmpp:reply:0'/>",
      "<x xmlns='jabber:x:oob'><url>https://a.test/placeholder</url></x>",
      "<retract id='1' xmlns='urn:xmpp:message-retract:1'/>",
      "<store xmlns='urn:xmpp:hints'/>",
    ];
    const encrypted = fc.constantFrom(
      OMEMO('<payload>eA==</payload>'),
      "<x xmlns='jabber:x:encrypted'>eA==</x>",
      hint('eu.siacs.conversations.axolotl'),
    );
    fc.assert(
      fc.property(encrypted, fc.subarray(besides), fc.nat(), (secret, others, at) => {
        const parts = [...others];
        parts.splice(at % (parts.length + 1), 0, secret);
        expect(formOf(parts.join(''))).toEqual({ kind: 'unseen', what: 'encrypted' });
      }),
    );
  });
});
