import { describe, expect, it } from 'vitest';
import { iqResult, xml } from '../../src/component/stanza.js';
import { groupMessage, reflectedPayload } from '../../src/mapping/message.js';
import {
  moderationPayload,
  moderationTombstone,
  readModeration,
  retractedBy,
  retractionTombstone,
} from '../../src/mapping/moderation.js';
import { canonical } from '../support/xmpp/canonical.js';
import { expectGolden, parseStanza } from './golden.js';

const by = { jid: 'lounge@gw/alice', occupantId: 'o1' };
const at = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));

describe('a moderator', () => {
  it('takes a message away, and everybody is told', () => {
    expectGolden('moderation', (iq) => {
      const request = readModeration(iq.getChild('moderate') ?? iq);
      return (
        request &&
        groupMessage({
          ...{ room: 'lounge@gw', from: 'lounge@gw', id: 'm1', stanzaId: 's9', occupantId: undefined },
          payload: [moderationPayload(request, by)],
        })
      );
    });
    expectGolden('moderation-result', (iq) => iqResult(iq));
  });

  it('leaves a tombstone', () => {
    const tombstone = moderationTombstone({ stanzaId: 's1', reason: 'spam' }, by, at);
    expect(canonical(tombstone)).toBe(
      canonical(
        `<retracted xmlns='urn:xmpp:message-retract:1' stamp='2026-01-02T03:04:05Z'>
          <moderated xmlns='urn:xmpp:message-moderate:1' by='lounge@gw/alice'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/></moderated>
          <reason>spam</reason></retracted>`,
      ),
    );
    expect(retractionTombstone('r1', at).attrs).toMatchObject({ id: 'r1', stamp: '2026-01-02T03:04:05Z' });
  });

  it.each([
    "<moderate xmlns='urn:xmpp:message-moderate:1'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>",
    "<moderate xmlns='urn:xmpp:message-moderate:1' id='x'/>",
    "<moderate xmlns='urn:xmpp:message-moderate:1' id='x'><retract/></moderate>",
  ])('is not understood by %s', (text) => {
    expect(readModeration(parseStanza(text))).toBeUndefined();
  });
});

describe('an author', () => {
  it('takes back by the id that the room has given', () => {
    const retract = xml('retract', { xmlns: 'urn:xmpp:message-retract:1', id: 's1' });
    expect(retractedBy([xml('body', {}, 'x'), retract])).toBe('s1');
    expect(retractedBy([xml('body', {}, 'x')])).toBeUndefined();
  });

  it('cannot say what only the room may say', () => {
    const stanza = parseStanza(
      `<message type='groupchat'><body>x</body><retract xmlns='urn:xmpp:message-retract:1' id='s1'><moderated xmlns='urn:xmpp:message-moderate:1'/></retract>
       <retracted xmlns='urn:xmpp:message-retract:1'/><retract xmlns='urn:xmpp:message-retract:1' id='s2'/></message>`,
    );
    const passed = reflectedPayload(stanza, 'gw');
    expect(passed.map((part) => `${part.getName()} ${part.attrs.id ?? ''}`)).toEqual(['body ', 'retract s2']);
  });
});
