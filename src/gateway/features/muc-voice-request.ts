import { type Element, StanzaError } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { type Feature, inRoom } from '../feature.js';
import { multiUserChat } from '../spec.js';

const FORM_TYPE = 'http://jabber.org/protocol/muc#request';

function isVoiceRequest(stanza: Element): boolean {
  const fields = stanza.getChild('x', Namespace.dataForm)?.getChildren('field') ?? [];
  return fields.some((field) => field.attrs.var === 'FORM_TYPE' && field.getChildText('value') === FORM_TYPE);
}

/** Asking for voice: SILC has no such request, and who asks is told so. */
export const mucVoiceRequest = (): Feature => ({
  name: 'voice requests',
  specs: [multiUserChat('7.13: requesting voice', [Namespace.dataForm], 'requests for voice are refused, SILC has none')],
  message: [
    {
      xmlns: Namespace.dataForm,
      matches: ({ stanza }) => isVoiceRequest(stanza),
      ...inRoom('channel', 'not-acceptable', () => {
        const text = 'SILC has no requests for voice. Write to an operator of the channel instead.';
        throw new StanzaError('cancel', 'feature-not-implemented', text);
      }),
    },
  ],
});
