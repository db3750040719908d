import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** Message Delivery Receipts (XEP-0184). */
export const NS_RECEIPTS = 'urn:xmpp:receipts';

/** Whether the author of a message to one person wants to know that it has arrived. */
export const asksForReceipt = (stanza: Element): boolean =>
  (stanza.attrs.id ?? '') !== '' && stanza.getChild('request', NS_RECEIPTS) !== undefined;

/** The message that a receipt is about; undefined where the stanza is none. */
export const receiptIn = (stanza: Element): string | undefined =>
  stanza.getChild('received', NS_RECEIPTS)?.attrs.id;

/** What asks a client for a receipt. */
export const receiptRequest = (): Element => xml('request', { xmlns: NS_RECEIPTS });

/** Tells the author of a message that it has arrived. */
export function receipt(fields: {
  readonly from: string;
  readonly to: string;
  readonly id: string;
  /** `id` of the message. */
  readonly of: string;
  readonly viaRoom: boolean;
}): Element {
  const { from, to, id, of, viaRoom } = fields;
  return xml(
    'message',
    { from, to, id, type: 'chat' },
    xml('received', { xmlns: NS_RECEIPTS, id: of }),
    viaRoom ? xml('x', { xmlns: Namespace.mucUser }) : undefined,
  );
}
