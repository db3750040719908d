import { type Element, StanzaError } from '../../component/stanza.js';
import {
  NS_GATEWAY_PROMPT,
  promptAnswer,
  promptQuery,
  promptText,
  typedAddress,
} from '../../mapping/gateway-prompt.js';
import { addressedTo, type Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

const xmlns = NS_GATEWAY_PROMPT;

/** Turns a SILC name that somebody typed into its address (section 6.3): of a user, or with a `#` of a channel. */
export const gatewayPrompt = ({ context: { addressing } }: FeatureParts): Feature => ({
  name: 'gateway prompt',
  specs: [
    {
      xep: 100,
      title: 'Gateway Interaction',
      version: '1.0',
      date: '2005-10-05',
      status: 'partial',
      part: '6.3: the address of what somebody types',
      leftOut: 'registration and log in (5.1 to 5.6): rooms are joined without; contacts with presence',
      namespaces: [xmlns],
    },
  ],
  disco: { gateway: [xmlns] },
  iq: [
    { type: 'get', xmlns, to: ['gateway'], handle: () => promptQuery(addressing) },
    {
      type: 'set',
      xmlns,
      ...addressedTo(['gateway'], (_, query: Element) => {
        const address = typedAddress(promptText(query) ?? '', addressing);
        if (address.kind !== 'invalid') return promptAnswer(address);
        throw new StanzaError(address.error.type, address.error.condition, address.error.text);
      }),
    },
  ],
});
