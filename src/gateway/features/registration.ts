import { randomUUID } from 'node:crypto';
import { type Element, StanzaError, xml } from '../../component/stanza.js';
import { checkValues } from '../../mapping/data-form.js';
import { readRegistrationQuery, registrationQuery } from '../../mapping/registration.js';
import { NS_REGISTER } from '../../mapping/room-registration.js';
import { text } from '../../text/text.js';
import { registerCommand } from '../commands/registration/register.js';
import { register, registrationForm, unregister } from '../commands/registration/registering.js';
import { unregisterCommand } from '../commands/registration/unregister.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** Registering with the gateway: not needed, but who has is connected by being online. */
export function registration(parts: FeatureParts): Feature {
  const { context } = parts;

  async function get({ from }: Request<'gateway'>): Promise<Element> {
    const known = await context.registrations.find(from.bare);
    const instructions = text((words) => words.registration.instructions);
    return registrationQuery(instructions, registrationForm(parts, known), known !== undefined);
  }

  async function set({ from, to }: Request<'gateway'>, query: Element): Promise<undefined> {
    const wish = readRegistrationQuery(query);
    if (wish.kind === 'cancel') return;
    if (wish.kind === 'remove') {
      await unregister(parts, from);
      // What is kept all the same is said, and how it is deleted.
      const body = xml(
        'body',
        {},
        text((words) => words.registration.removed),
      );
      context.send(xml('message', { from: to.jid, to: from.full, type: 'chat', id: randomUUID() }, body));
      return;
    }
    const checked = checkValues(wish.values, registrationForm(parts, undefined).fields);
    if (checked.kind === 'bad') throw new StanzaError('modify', 'not-acceptable', checked.reason);
    if (checked.kind === 'values') await register(parts, from, checked.values);
  }

  return {
    name: 'registration',
    specs: [
      {
        xep: 77,
        title: 'In-Band Registration',
        version: '2.4',
        date: '2012-01-25',
        status: 'partial',
        part: 'with the gateway, by form and by plain fields',
        leftOut: 'redirection to the web (6); changing a password alone (3.3)',
        namespaces: [NS_REGISTER],
      },
    ],
    disco: { gateway: [NS_REGISTER] },
    iq: [
      { type: 'get', xmlns: NS_REGISTER, ...addressedTo(['gateway'], get) },
      { type: 'set', xmlns: NS_REGISTER, ...addressedTo(['gateway'], set) },
    ],
    commands: [registerCommand(parts), unregisterCommand(parts)],
  };
}
