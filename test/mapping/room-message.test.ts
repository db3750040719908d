import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invitation } from '../../src/mapping/invite.js';
import { contentOf, groupMessage, payloadOf, reflectedPayload } from '../../src/mapping/message.js';
import { requestedSubject, subjectMessage, topicOf } from '../../src/mapping/subject.js';
import type { Message } from '../../src/silc/client/types.js';
import { canonical, parseStanza } from '../support/xmpp/canonical.js';

const message = (fields: Partial<Message>): Message => ({
  flags: 0,
  kind: 'text',
  text: 'x',
  data: new Uint8Array(),
  signature: 'none',
  digest: '00',
  ...fields,
});
const said = (inner: string) => contentOf(parseStanza(`<message>${inner}</message>`));
const show = (fields: Partial<Message>) => payloadOf(message(fields)).map((element) => canonical(element));

describe('the text of a message', () => {
  it.each([
    ['<body>Hello</body>', { kind: 'text', text: 'Hello' }],
    ['<body>  two  </body>', { kind: 'text', text: '  two  ' }],
    ['<body>/me waves</body>', { kind: 'action', text: 'waves' }],
    ['<body>/meow</body>', { kind: 'text', text: '/meow' }],
    ['<body>/me </body>', { kind: 'text', text: '/me ' }],
    ['<body/>', undefined],
    ["<composing xmlns='http://jabber.org/protocol/chatstates'/>", undefined],
  ])('of %s', (inner, expected) => {
    expect(said(inner)).toEqual(expected);
  });

  it('comes through both ways as it was, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('text' as const, 'action' as const, 'notice' as const),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        (kind, text) => {
          // A text that looks like an action is one for every Jabber client: it gets a blank.
          fc.pre(kind !== 'text' || !text.startsWith('/me '));
          const body = payloadOf(message({ kind, text }));
          const stanza = parseStanza(`<message>${body.map(String).join('')}</message>`);
          // XML has one line end and lacks some characters; text of those is told by the other tests.
          fc.pre(stanza.getChildText('body')?.endsWith(text) === true);
          expect(contentOf(stanza)).toEqual({ kind, text });
        },
      ),
    );
  });

  it('is no action where a text of SILC only looks like one', () => {
    const bodyOf = (kind: 'text' | 'action' | 'notice', text: string) =>
      payloadOf(message({ kind, text }))[0]?.getText();
    expect(bodyOf('text', '/me is not')).toBe(' /me is not');
    expect(bodyOf('text', '/meow')).toBe('/meow');
    expect(bodyOf('text', '/me')).toBe('/me');
    expect(bodyOf('action', '/me is')).toBe('/me /me is');
  });

  it('shows a signature', () => {
    expect(show({ signature: 'failed' })).toEqual([
      canonical('<body>x</body>'),
      canonical("<silc xmlns='urn:silc-xmpp-gateway:message:0' signature='failed'/>"),
    ]);
  });
});

describe('stanzas of a room', () => {
  it('carry message, occupant id and stanza id', () => {
    const fields = {
      from: 'r@gw/a',
      room: 'r@gw',
      id: '1',
      stanzaId: 's',
      payload: payloadOf(message({})),
      occupantId: 'o',
    };
    expect(canonical(groupMessage(fields, 'u@j/x'))).toBe(
      canonical(`<message from='r@gw/a' to='u@j/x' id='1' type='groupchat'><body>x</body>
        <occupant-id xmlns='urn:xmpp:occupant-id:0' id='o'/>
        <stanza-id xmlns='urn:xmpp:sid:0' by='r@gw' id='s'/></message>`),
    );
  });

  it('show an empty subject as an empty element, never without one', () => {
    expect(subjectMessage('r@gw', 'u@j/x', '').toString()).toContain('<subject/>');
    expect(subjectMessage('r@gw', 'u@j/x', 'A & B').toString()).toContain('<subject>A &amp; B</subject>');
  });

  it.each([
    ['<subject>S</subject>', 'S'],
    ['<subject/>', ''],
    ['<subject>S</subject><body>b</body>', undefined],
    ['<subject>S</subject><thread>t</thread>', undefined],
    ['<body>b</body>', undefined],
    ['<body></body><subject>S</subject>', 'S'],
    ['<body/><subject>S</subject><thread>t</thread>', undefined],
  ])('want a subject: %s', (inner, expected) => {
    expect(requestedSubject(parseStanza(`<message>${inner}</message>`))).toBe(expected);
  });

  it('keep the lines of a subject, and make a blank topic of none', () => {
    expect(topicOf('a\nb \n c')).toBe('a\nb \n c');
    expect(topicOf('  as it is  ')).toBe('  as it is  ');
    expect(topicOf(' \n ')).toBe(' ');
  });

  it('reflect everything but what only the room may say', () => {
    const kept = reflectedPayload(
      parseStanza(`<message><body>x</body>
        <stanza-id xmlns='urn:xmpp:sid:0' by='ROOM@GW.test/x' id='f'/><stanza-id xmlns='urn:xmpp:sid:0' by='u@j' id='k'/>
        <delay xmlns='urn:xmpp:delay' stamp='x'/><x xmlns='http://jabber.org/protocol/muc#user'/>
        <silc xmlns='urn:silc-xmpp-gateway:message:0' kind='notice' signature='verified'/></message>`),
      'gw.test',
    );
    expect(kept.map((element) => canonical(element))).toEqual([
      canonical('<body>x</body>'),
      canonical("<stanza-id xmlns='urn:xmpp:sid:0' by='u@j' id='k'/>"),
      canonical("<silc xmlns='urn:silc-xmpp-gateway:message:0' kind='notice'/>"),
    ]);
  });

  it('reflect what has prefixes so that it stands by itself', () => {
    const kept = reflectedPayload(
      parseStanza(`<message xmlns='jabber:client' xmlns:a='urn:a' xmlns:s='urn:xmpp:sid:0'><body xml:lang='en'>x</body>
        <a:b a:c='1' d='2'><e/><x:f xmlns:x='urn:x'/><g xmlns=''/></a:b><s:stanza-id by='room@gw.test' id='f'/></message>`),
      'gw.test',
    );
    expect(kept.map(String)).toEqual([
      '<body xml:lang="en">x</body>',
      '<b d="2" xmlns="urn:a"><e xmlns="jabber:client"/><f xmlns="urn:x"/><g xmlns=""/></b>',
    ]);
  });

  it('invite with reason and password in both forms', () => {
    expect(
      canonical(invitation({ room: 'r@gw', to: 'u@j', inviter: 'r@gw/a', reason: 'Come', password: 'p' })),
    ).toBe(
      canonical(`<message from='r@gw' to='u@j'>
        <x xmlns='http://jabber.org/protocol/muc#user'><invite from='r@gw/a'><reason>Come</reason></invite>
          <password>p</password></x>
        <x xmlns='jabber:x:conference' jid='r@gw' reason='Come' password='p'/></message>`),
    );
  });
});
