import { describe, it } from 'vitest';
import { iqResult, xml } from '../../src/component/stanza.js';
import type { Element } from '../../src/component/types.js';
import { unprotectedNotice } from '../../src/mapping/channel-notice.js';
import { crashNotice, gapNotice } from '../../src/mapping/gap.js';
import { historyBounds } from '../../src/mapping/history.js';
import { directInvite, invitation, mediatedInvites } from '../../src/mapping/invite.js';
import { mamFin, mamForm, mamMetadata, mamResult, readMamQuery } from '../../src/mapping/mam.js';
import { groupMessage, privateMessage, reflectedPayload } from '../../src/mapping/message.js';
import {
  type LeaveReason,
  leavePresence,
  occupantPresence,
  type OccupantView,
  renamePresence,
} from '../../src/mapping/presence.js';
import { silcFormOf } from '../../src/mapping/silc-form.js';
import { StatusCode } from '../../src/mapping/status-codes.js';
import { requestedSubject, subjectMessage, topicOf } from '../../src/mapping/subject.js';
import { undecryptableNotice } from '../../src/mapping/undecryptable.js';
import { unseenNotice } from '../../src/mapping/unseen.js';
import { expectGolden } from './golden.js';

const [ROOM, TO] = ['room@gw', 'a@example.org/r'];
const at = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
const later = new Date(at.getTime() + 60_000);
const alice: OccupantView = {
  jid: 'room@gw/alice',
  address: 'alice!@gw',
  occupantId: 'id-of-alice',
  affiliation: 'none',
  role: 'participant',
};
const reflected = (stanza: Element): Parameters<typeof groupMessage>[0] => ({
  ...{ room: ROOM, from: alice.jid, id: stanza.attrs.id ?? '', stanzaId: 's1', occupantId: 'id-of-alice' },
  payload: reflectedPayload(stanza, 'gw'),
});

/** What local users get of a line, and beside it what SILC users do. */
function line(stanza: Element): Element {
  const form = silcFormOf(stanza);
  const content = form.kind === 'content' && form.content.kind !== 'mime' ? form.content : undefined;
  const what = form.kind === 'unseen' ? form.what : undefined;
  const onSilc = xml('on-silc', { form: form.kind, what, kind: content?.kind }, content?.text);
  return xml('both', {}, groupMessage(reflected(stanza)), onSilc);
}

describe('lines of local users, there and on SILC', () => {
  it.each([
    'line-text',
    'line-action',
    'line-correction',
    'line-reply',
    'line-reply-quoted',
    'line-reaction',
    'line-retraction',
    'line-marker',
    'line-state',
    'line-link',
    'line-file',
    'line-omemo',
    'line-openpgp',
    'line-location',
    'line-forged',
  ])('%s', (name) => {
    expectGolden(name, line);
  });

  it('in private, through a room and by address', () => {
    const fields = (stanza: Element) => ({ id: 'p1', payload: reflectedPayload(stanza, 'gw') });
    expectGolden('room-private-message', (stanza) =>
      privateMessage({ ...fields(stanza), from: alice.jid, to: undefined, viaRoom: true }),
    );
    expectGolden('private-message', (stanza) =>
      privateMessage({ ...fields(stanza), from: 'alice!@gw', to: 'b@example.org', viaRoom: false }),
    );
  });

  it('as the subject', () => {
    const subject = (stanza: Element): Element =>
      subjectMessage(alice.jid, undefined, topicOf(requestedSubject(stanza) ?? 'none'), stanza.attrs.id);
    expectGolden('room-subject', subject);
    expectGolden('room-subject-empty', subject);
  });
});

describe('coming and going', () => {
  const shown = (codes: readonly StatusCode[]) => (stanza: Element) =>
    occupantPresence(TO, alice, codes, stanza.attrs.id);

  it('a join, answered', () => {
    expectGolden('room-joined', shown([StatusCode.self]));
    expectGolden('room-created', shown([StatusCode.self, StatusCode.created]));
    expectGolden('room-nick-changed', shown([StatusCode.self, StatusCode.nickAssigned]));
    expectGolden('room-newcomer', () => occupantPresence(undefined, alice));
  });

  it('the history that a join asks for', () => {
    expectGolden('room-join-history', (stanza) => xml('bounds', { ...historyBounds(stanza) }));
  });

  it('another nickname', () => {
    expectGolden('room-renamed', () =>
      renamePresence(undefined, alice, 'queen', [StatusCode.self, StatusCode.nickAssigned]),
    );
  });

  it.each<[string, LeaveReason]>([
    ['room-left', { status: 'tea time' }],
    ['room-kicked', { codes: [StatusCode.kicked, StatusCode.self], actor: 'bob', reason: 'enough' }],
    ['room-banned', { codes: [StatusCode.banned], affiliation: 'outcast', actor: 'bob', reason: 'enough' }],
    ['room-made-members-only', { codes: [StatusCode.membersOnly], actor: 'bob' }],
    ['room-shut-down', { codes: [StatusCode.shutdown, StatusCode.self], status: 'Back soon.' }],
  ])('%s', (name, why) => {
    expectGolden(name, () => leavePresence(undefined, alice, why));
  });

  it('by invitation', () => {
    expectGolden('room-invitation', (stanza) => {
      const [invite] = mediatedInvites(stanza);
      const { to = '', reason } = invite ?? {};
      return invitation({ room: ROOM, to, inviter: alice.jid, reason, password: 'sesame' });
    });
    expectGolden('room-invitation-direct', (stanza) => {
      const { room = '', reason } = directInvite(stanza) ?? {};
      return invitation({ room, to: 'c@example.org', inviter: 'alice!@gw', reason });
    });
  });
});

describe('the history of a room', () => {
  it('is asked for by a form', () => {
    expectGolden('mam-form', (iq) => iqResult(iq, mamForm()));
  });

  it('comes in pages', () => {
    expectGolden('mam-page', (iq) => {
      const query = iq.getChild('query');
      const request = query && readMamQuery(query);
      if (request?.kind !== 'query') return undefined;
      const { queryId, start, max, last, flip } = request.query;
      const payload = [xml('body', {}, 'hello')];
      const told = { ...reflected(iq), id: 'm1', payload, at };
      return xml(
        'all',
        { start, max, last, flip },
        mamResult(TO, queryId, told),
        iqResult(iq, mamFin(['s1'], true)),
      );
    });
  });

  it('has a beginning and an end, or none', () => {
    expectGolden('mam-metadata', (iq) =>
      iqResult(iq, mamMetadata({ first: { id: 's1', at }, last: { id: 's9', at: later } })),
    );
    expectGolden('mam-metadata-empty', (iq) => iqResult(iq, mamMetadata(undefined)));
  });
});

describe('what a room says itself', () => {
  it('of what nobody has heard', () => {
    expectGolden('notice-gap', () => gapNotice(ROOM, 'g1', at, later));
    expectGolden('notice-crash', () => crashNotice(ROOM, 'g1', at, later));
  });

  it('of what SILC users do not see', () => {
    expectGolden('notice-unseen', () => unseenNotice(ROOM, TO, 'n1', 'other'));
    expectGolden('notice-encrypted', () => unseenNotice(ROOM, TO, 'n1', 'encrypted'));
  });

  it('of what cannot be read, and of protections that are gone', () => {
    expectGolden('notice-undecryptable', () => undecryptableNotice(ROOM, TO, 'n1', 'no-private-key'));
    expectGolden('notice-unprotected', () => unprotectedNotice(ROOM, 'n1', ['the passphrase', 'the limit']));
  });
});
