import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** Form of requests for voice and of the answers to them (XEP-0045, 7.13 and 8.6). */
const FORM_TYPE = 'http://jabber.org/protocol/muc#request';

/** What a message with the form asks for. */
export type VoiceForm =
  /** The sender asks for this role. */
  | { readonly kind: 'request'; readonly role: string }
  /** A moderator answers somebody's request. */
  | { readonly kind: 'answer'; readonly nick: string; readonly role: string; readonly allowed: boolean };

/** Reads the form in a message; undefined where there is none of the kind. */
export function voiceFormOf(stanza: Element): VoiceForm | undefined {
  const form = stanza.getChild('x', Namespace.dataForm);
  const fields = form?.getChildren('field') ?? [];
  const values = new Map(fields.map((field) => [field.attrs.var ?? '', field.getChildText('value') ?? '']));
  if (values.get('FORM_TYPE') !== FORM_TYPE) return undefined;
  const role = values.get('muc#role')?.trim() ?? '';
  const allow = values.get('muc#request_allow')?.trim();
  if (allow === undefined) return { kind: 'request', role };
  const isSubmitted = form?.attrs.type !== 'cancel';
  const allowed = isSubmitted && ['1', 'true'].includes(allow);
  return { kind: 'answer', nick: values.get('muc#roomnick') ?? '', role, allowed };
}

/** A request as a room passes it on to its moderators. `address` is the one that the room shows of who asks. */
export function voiceApprovalForm(fields: {
  readonly room: string;
  readonly id: string;
  readonly nick: string;
  readonly address: string | undefined;
}): Element {
  const field = (name: string, type: string, label: string | undefined, value: string): Element =>
    xml('field', { var: name, type, label }, xml('value', {}, value));
  return xml(
    'message',
    { from: fields.room, id: fields.id },
    xml(
      'x',
      { xmlns: Namespace.dataForm, type: 'form' },
      xml('title', {}, 'Voice request'),
      xml('instructions', {}, 'To let this user talk, select the box and submit the form.'),
      field('FORM_TYPE', 'hidden', undefined, FORM_TYPE),
      xml(
        'field',
        { var: 'muc#role', type: 'list-single', label: 'Requested role' },
        xml('value', {}, 'participant'),
        xml('option', { label: 'Participant' }, xml('value', {}, 'participant')),
      ),
      fields.address === undefined
        ? undefined
        : field('muc#jid', 'jid-single', 'Address of the user', fields.address),
      field('muc#roomnick', 'text-single', 'Nickname in the room', fields.nick),
      field('muc#request_allow', 'boolean', 'Let this user talk?', 'false'),
    ),
  );
}

/** The same for operators of the channel without a form. */
export const voiceRequestText = (nick: string, channel: string): string =>
  `${nick} asks to be allowed to talk on channel ${channel} (/cumode ${channel} -q ${nick})`;
