import { StanzaError } from '../../../component/stanza.js';
import { babbleText, keyText, typedKey } from '../../../mapping/contact-key.js';
import { text } from '../../../text/text.js';
import { contactName } from '../../trust/conversation-keys.js';
import { ask, contactField, userAddress, value } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import type { TrustParts } from './parts.js';

/** A user compares the key of a contact with what the contact has told in another way. */
export function verify({ context, changed }: TrustParts): Command {
  async function compare(contact: string, typed: string, { from }: CommandCall): Promise<CommandStep> {
    const address = userAddress(context.addressing, contact);
    const { jid } = address;
    const isTold = typedKey(typed);
    if (isTold === undefined) {
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text((words) => words.trust.noPrint),
      );
    }
    const name = contactName(from.bare, address);
    const known = await context.trust.find(name);
    if (known === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text((words) => words.trust.noneKnown(jid)),
      );
    }
    // The key that has been met last is the one that the person has now.
    const met = [known.pending, known.fingerprint].find((key) => key !== undefined && isTold(key));
    if (met === undefined) {
      const [key, babble] = [keyText(known.fingerprint), babbleText(known.fingerprint)];
      return done(
        text((words) => words.trust.isOther(jid, key, babble)),
        'error',
      );
    }
    await context.trust.set(name, met, 'verified');
    changed(from.bare, address.network);
    return done(text((words) => words.trust.isVerified(jid, keyText(met))));
  }

  return {
    name: 'verify',
    title: text((words) => words.trust.verifyTitle),
    details: text((words) => words.trust.verifyDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.trust.verifyForm),
          instructions: text((words) => words.trust.verifyHint),
          fields: [
            contactField,
            {
              ...({ name: 'key', type: 'text-single', isRequired: true } as const),
              label: text((words) => words.trust.print),
            },
          ],
        },
        (values, call) => compare(value(values, 'contact'), value(values, 'key'), call),
      ),
  };
}
