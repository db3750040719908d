import { NS_RECEIPTS, receiptIn } from '../../mapping/receipts.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { DirectMessages } from '../sessions/direct-messages.js';
import { isMissed } from './message-rules.js';
import type { FeatureParts } from './parts.js';

/**
 * XEP-0184 1.4.0 (2018-08-02): receipts of messages to SILC users and from them, as acknowledgements of SILC (draft flags-payloads-04, 3.5).
 * Left out: advertising it for SILC users. Only a message under a key of the two can be acknowledged, and no client of the SILC toolkit
 * does; without an acknowledgement there is no receipt. Between Jabber users receipts pass like all else.
 */
export function receipts({ sessions }: FeatureParts): Feature {
  const receiptsOf = ({ from, to }: Request): DirectMessages['receipts'] | undefined =>
    'network' in to ? sessions.find(from, to.network)?.direct.receipts : undefined;

  return {
    name: 'receipts',
    specs: [
      {
        xep: 184,
        title: 'Message Delivery Receipts',
        version: '1.4.0',
        date: '2018-08-02',
        status: 'partial',
        part: 'whole between Jabber users; with a SILC user by acknowledgements of SILC, where the two have a key and that client answers',
        leftOut: 'advertising it for SILC users: most of their clients never answer',
        namespaces: [NS_RECEIPTS],
      },
    ],
    message: [
      {
        types: ['normal', 'chat'],
        matches: (request) => {
          const id = receiptIn(request.stanza);
          return id !== undefined && !isMissed(request) && receiptsOf(request)?.isAwaited(id) === true;
        },
        ...addressedTo(['user', 'occupant'], (request) => {
          receiptsOf(request)?.confirm(receiptIn(request.stanza) ?? '');
        }),
      },
    ],
  };
}
