import { randomUUID } from 'node:crypto';
import { type Element, StanzaError } from '../../component/stanza.js';
import { badAction, commandAnswer, NS_COMMANDS, readCommand } from '../../mapping/commands.js';
import { readStay, stayForm } from '../../mapping/stay-form.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** Node of the command. */
export const STAY_COMMAND = { node: 'stay', name: 'Stay in this room without a client' } as const;

/** By this command of a room a user says whether to stay there. */
export function stayCommand({ context, sessions }: FeatureParts): Feature {
  async function command({ from, to }: Request<'channel'>, child: Element): Promise<Element> {
    const { node } = STAY_COMMAND;
    if (!child.is('command') || child.attrs.node !== node) {
      throw new StanzaError('cancel', 'item-not-found', 'There is no such command.');
    }
    const session = child.attrs.sessionid ?? randomUUID();
    const stay = { user: from.bare, network: to.network, channel: to.name };
    const request = readCommand(child);
    switch (request.kind) {
      case 'cancel':
        return commandAnswer(node, session, { status: 'canceled' });
      case 'bad-action':
        throw new StanzaError('modify', 'bad-request', 'There is no such action.', {
          appElement: badAction(),
        });
      case 'execute':
        return commandAnswer(node, session, { form: stayForm(to.jid, context.stays.wants(stay)) });
      case 'submit': {
        const wanted = readStay(request.fields);
        if (wanted === undefined) throw new StanzaError('modify', 'bad-request', 'The form does not say it.');
        await context.stays.choose(stay, wanted);
        sessions.findRoom(from, to.network, to.jid)?.reconsider();
        const note = wanted ? 'You stay in this room.' : 'You leave this room with your last client.';
        return commandAnswer(node, session, { status: 'completed', note });
      }
    }
  }

  return {
    name: 'staying in a room',
    specs: [
      {
        xep: 50,
        title: 'Ad-Hoc Commands',
        version: '1.3.0',
        date: '2020-06-09',
        status: 'partial',
        part: 'the command by which a user stays in a room',
        leftOut: 'commands of several steps',
        namespaces: [NS_COMMANDS],
      },
    ],
    disco: { channel: [NS_COMMANDS] },
    iq: [{ type: 'set', xmlns: NS_COMMANDS, ...addressedTo(['channel'], command) }],
  };
}
