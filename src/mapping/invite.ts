import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** An invitation that a Jabber user sends. Addresses as they came. */
export interface InviteRequest {
  readonly to: string;
  readonly reason: string | undefined;
}

/** Mediated invitations in a message to a room (XEP-0045, 7.8.2). */
export function mediatedInvites(stanza: Element): readonly InviteRequest[] {
  const x = stanza.getChild('x', Namespace.mucUser);
  if (x === undefined) return [];
  return x.getChildren('invite').flatMap((invite) => {
    const to = invite.attrs.to;
    return to === undefined ? [] : [{ to, reason: textOf(invite, 'reason') }];
  });
}

/** By a message to a room an invitation of somebody is turned down (XEP-0045, 7.8.2). Addresses as they came. */
export function declineOf(stanza: Element): InviteRequest | undefined {
  const declined = stanza.getChild('x', Namespace.mucUser)?.getChild('decline');
  return declined && { to: declined.attrs.to ?? '', reason: textOf(declined, 'reason') };
}

/** What a room tells the one who invited. Without `to` it is for every client in the room. */
export function decline(fields: {
  readonly room: string;
  /** Bare address of who declines. */
  readonly from: string;
  readonly reason: string | undefined;
}): Element {
  const { room, from, reason } = fields;
  const text = reason === undefined ? undefined : xml('reason', {}, reason);
  return xml(
    'message',
    { from: room },
    xml('x', { xmlns: Namespace.mucUser }, xml('decline', { from }, text)),
  );
}

/** A direct invitation (XEP-0249) to the user the message is addressed to. */
export function directInvite(stanza: Element): { room: string; reason: string | undefined } | undefined {
  const x = stanza.getChild('x', Namespace.conference);
  const room = x?.attrs.jid;
  return room === undefined ? undefined : { room, reason: x?.attrs.reason };
}

/** An invitation as the room sends it on, with the older direct form beside it for clients that know only that. */
export function invitation(fields: {
  readonly room: string;
  readonly to: string;
  readonly inviter: string | undefined;
  readonly reason?: string | undefined;
  readonly password?: string | undefined;
}): Element {
  const reason = fields.reason === undefined || fields.reason === '' ? undefined : fields.reason;
  return xml(
    'message',
    { from: fields.room, to: fields.to },
    xml(
      'x',
      { xmlns: Namespace.mucUser },
      xml('invite', { from: fields.inviter }, reason === undefined ? undefined : xml('reason', {}, reason)),
      fields.password === undefined ? undefined : xml('password', {}, fields.password),
    ),
    xml('x', { xmlns: Namespace.conference, jid: fields.room, reason, password: fields.password }),
  );
}

function textOf(parent: Element, name: string): string | undefined {
  const text = parent.getChild(name)?.getText();
  return text === undefined || text === '' ? undefined : text;
}
