import { babbleText, keyText } from '../../../mapping/contact-key.js';
import { text } from '../../../text/text.js';
import { contactName } from '../../trust/conversation-keys.js';
import { ask, contactField, userAddress, value } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import { changeOf, type TrustParts } from './parts.js';

/** A user accepts the key that a contact has now. */
export function trust({ context, changed }: TrustParts): Command {
  async function choose(typed: string, { from }: CommandCall): Promise<CommandStep> {
    const address = userAddress(context.addressing, typed);
    const name = contactName(from.bare, address);
    const { known, pending } = await changeOf(context, name, address.jid);
    const [kept, offered] = [keyText(known.fingerprint), keyText(pending)];
    const babble = babbleText(pending);
    const form = {
      title: text((words) => words.trust.keyOf(address.jid)),
      instructions: text((words) => words.trust.keepsOld),
      fields: [
        {
          ...({ name: 'key', type: 'list-single', value: known.fingerprint, isRequired: true } as const),
          label: text((words) => words.trust.key),
          options: [
            { value: pending, label: text((words) => words.trust.accept(offered, babble)) },
            { value: known.fingerprint, label: text((words) => words.trust.keep(kept)) },
          ],
        },
      ],
    };
    return ask(form, async (chosen) => {
      const key = value(chosen, 'key');
      const isAccepted = key === pending;
      await context.trust.set(name, key, isAccepted ? 'written' : known.standing);
      changed(from.bare, address.network);
      return done(
        text((words) =>
          isAccepted ? words.trust.accepted(address.jid, offered) : words.trust.kept(address.jid, kept),
        ),
      );
    });
  }

  return {
    name: 'trust',
    title: text((words) => words.trust.trustTitle),
    details: text((words) => words.trust.trustDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        { title: text((words) => words.trust.trustForm), fields: [contactField] },
        (values, call) => choose(value(values, 'contact'), call),
        { hasMore: true },
      ),
  };
}
