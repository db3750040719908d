import { expect, it } from 'vitest';
import { type Element, iqResult } from '../../src/component/stanza.js';
import { blockList } from '../../src/mapping/blocking.js';
import { capsElement } from '../../src/mapping/caps.js';
import { contactPresence } from '../../src/mapping/contact-presence.js';
import { bookmarkSet, bookmarksIn } from '../../src/mapping/bookmarks.js';
import { grantsPubsub, privilegedAnswer, privilegedIq } from '../../src/mapping/privileged-iq.js';
import { rosterExchange } from '../../src/mapping/roster-exchange.js';
import { rosterRights, rosterSet } from '../../src/mapping/privileged-roster.js';
import { UserMode } from '../../src/silc/modes.js';
import { expectGolden, parseStanza } from './golden.js';

it('lists whom a user has blocked', () => {
  expectGolden('block-list', (iq) => iqResult(iq, blockList(['bob!@gw', 'carol*1f3a!net@gw'])));
});

it('shows a contact as SILC does', () => {
  const caps = capsElement('oo97XWjLF/K5A8fgQhh8GwuES/M=');
  const person = {
    nickname: 'Bob',
    mode: UserMode.busy | UserMode.blockPrivateMessages,
    idleSince: new Date('2026-01-02T03:04:05.678Z'),
  };
  expectGolden('contact-presence', ({ attrs }) =>
    contactPresence(attrs.to ?? '', attrs.from ?? '', person, caps),
  );
});

it('writes a contact into a list where the server lets it', () => {
  expectGolden('privileged-list', (message) => {
    expect(rosterRights(message)).toEqual({ mayGet: true, maySet: true });
    return rosterSet('gw', 'a@example.org', 'bob!@gw', { name: 'Bob', groups: ['Friends'] });
  });
});

it('writes a bookmark where the server lets it, and keeps what other clients have put into it', () => {
  expectGolden('privileged-bookmark', (result) => {
    const [bookmark, ...others] = bookmarksIn(privilegedAnswer(result));
    expect(others).toEqual([]);
    expect(bookmark).toMatchObject({ isAutojoined: true, nickname: 'alice', passphrase: 'sesame' });
    if (bookmark === undefined) return undefined;
    return privilegedIq('gw', 'a@example.org', 'set', bookmarkSet({ ...bookmark, isAutojoined: false }));
  });
});

it('hears that nodes may be written, also as Prosody says it: each namespace inside the one before', () => {
  const granted = (inner: string): boolean =>
    grantsPubsub(
      parseStanza(
        `<message><privilege xmlns='urn:xmpp:privilege:2'><perm access='iq'>${inner}</perm></privilege></message>`,
      ),
    );
  const pubsub = (type: string): string =>
    `<namespace ns='http://jabber.org/protocol/pubsub' type='${type}'/>`;
  expect(granted(pubsub('both'))).toBe(true);
  expect(granted(pubsub('get') + pubsub('set'))).toBe(true);
  expect(granted(`<namespace ns='urn:other' type='get'>${pubsub('both')}</namespace>`)).toBe(true);
  expect(granted(pubsub('get'))).toBe(false);
  expect(granted(`<namespace ns='urn:other' type='both'/>`)).toBe(false);
});

it('offers contacts to a client', () => {
  expectGolden('roster-exchange', ({ attrs }) =>
    rosterExchange(attrs.to ?? '', attrs.from ?? '', 'x1', [
      { jid: 'bob!@gw', name: 'bob' },
      { jid: 'carol*1f3a!net@gw', name: 'carol' },
    ]),
  );
});

it('takes an error of the account as an error, and no answer for none', () => {
  const result = (inner: string): Element => parseStanza(`<iq type='result'>${inner}</iq>`);
  const error = `<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
  const forwarded = `<privilege xmlns='urn:xmpp:privilege:2'><forwarded xmlns='urn:xmpp:forward:0'><iq xmlns='jabber:client' type='error'>${error}</iq></forwarded></privilege>`;
  expect(() => privilegedAnswer(result(forwarded))).toThrow(
    expect.objectContaining({ condition: 'item-not-found' }),
  );
  expect(() => privilegedAnswer(result(''))).toThrow(
    expect.objectContaining({ condition: 'undefined-condition' }),
  );
});
