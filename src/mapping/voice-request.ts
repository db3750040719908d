import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';
import { type AnyText, text } from '../text/text.js';

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
  const field = (name: string, type: string, label: AnyText | undefined, value: string): Element =>
    xml('field', { var: name, type, label }, xml('value', {}, value));
  return xml(
    'message',
    { from: fields.room, id: fields.id },
    xml(
      'x',
      { xmlns: Namespace.dataForm, type: 'form' },
      xml(
        'title',
        {},
        text(({ forms }) => forms.voiceRequest),
      ),
      xml(
        'instructions',
        {},
        text(({ forms }) => forms.voiceHow),
      ),
      field('FORM_TYPE', 'hidden', undefined, FORM_TYPE),
      xml(
        'field',
        { var: 'muc#role', type: 'list-single', label: text(({ forms }) => forms.requestedRole) },
        xml('value', {}, 'participant'),
        xml('option', { label: text(({ forms }) => forms.participant) }, xml('value', {}, 'participant')),
      ),
      fields.address === undefined
        ? undefined
        : field(
            'muc#jid',
            'jid-single',
            text(({ forms }) => forms.userAddress),
            fields.address,
          ),
      field(
        'muc#roomnick',
        'text-single',
        text(({ forms }) => forms.userNickname),
        fields.nick,
      ),
      field(
        'muc#request_allow',
        'boolean',
        text(({ forms }) => forms.letTalk),
        'false',
      ),
    ),
  );
}
