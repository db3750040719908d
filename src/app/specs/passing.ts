import type { XepSpec } from '../../gateway/spec.js';

const row = (
  xep: number,
  title: string,
  version: string,
  date: string,
  namespaces: readonly string[],
  [part, leftOut]: readonly [part: string, leftOut: string],
): XepSpec => ({ xep, title, version, date, status: 'partial', namespaces, part, leftOut });

const WHOLE = 'arrives whole between Jabber users, in rooms and in conversations of two';
const MOMENT = [WHOLE, 'SILC has no such thing: its users see nothing of it'] as const;
const ENCRYPTED = [
  WHOLE,
  'SILC users see nothing of it, and the author is told so; the placeholder never goes to SILC',
] as const;

/** What travels inside messages (`mapping/silc-form.ts`): Jabber users get all of it, SILC users what there are words for. */
export const passingSpecs: readonly XepSpec[] = [
  row(22, 'Message Events', '1.4', '2009-05-27', ['jabber:x:event'], MOMENT),
  row(
    66,
    'Out of Band Data',
    '1.5',
    '2006-08-16',
    ['jabber:x:oob'],
    [`${WHOLE}; SILC users get description and address as text`, 'the iq form (2)'],
  ),
  row(85, 'Chat State Notifications', '2.1', '2009-09-23', ['http://jabber.org/protocol/chatstates'], MOMENT),
  row(
    308,
    'Last Message Correction',
    '1.2.1',
    '2022-05-17',
    ['urn:xmpp:message-correct:0'],
    [
      `${WHOLE}; SILC users get the new text, marked as a correction`,
      'corrections by SILC users, who have none',
    ],
  ),
  row(333, 'Displayed Markers', '1.0.0', '2024-04-17', ['urn:xmpp:chat-markers:0'], MOMENT),
  row(334, 'Message Processing Hints', '1.0.0', '2024-04-17', ['urn:xmpp:hints'], MOMENT),
  row(
    364,
    'Current Off-the-Record Messaging Usage',
    '0.3.2',
    '2019-08-20',
    ['urn:xmpp:otr:0'],
    ['its text is the message: it goes to SILC and back as it is', 'whitespace tags are nothing special'],
  ),
  row(373, 'OpenPGP for XMPP', '0.7.0', '2021-05-04', ['urn:xmpp:openpgp:0'], ENCRYPTED),
  row(
    384,
    'OMEMO Encryption',
    '0.9.1',
    '2026-04-06',
    ['urn:xmpp:omemo:2', 'eu.siacs.conversations.axolotl'],
    ENCRYPTED,
  ),
  row(
    444,
    'Message Reactions',
    '0.2.1',
    '2024-04-15',
    ['urn:xmpp:reactions:0'],
    [
      `${WHOLE}; SILC users read what somebody reacts with`,
      'reactions by SILC users, and the restrictions of 4',
    ],
  ),
  row(
    447,
    'Stateless file sharing',
    '0.3.1',
    '2024-01-01',
    ['urn:xmpp:sfs:0'],
    [`${WHOLE}; SILC users get name and address as text`, 'sources other than an address'],
  ),
  row(
    461,
    'Message Replies',
    '0.2.1',
    '2026-02-25',
    ['urn:xmpp:reply:0'],
    [
      `${WHOLE}; SILC users get the quotation, or the name of whom it answers`,
      'replies by SILC users, who have none',
    ],
  ),
  row(490, 'Message Displayed Synchronization', '1.0.1', '2024-11-20', ['urn:xmpp:mds:displayed:0'], MOMENT),
];
