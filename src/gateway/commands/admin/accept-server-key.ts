import { StanzaError } from '../../../component/stanza.js';
import { babbleText, keyText } from '../../../mapping/contact-key.js';
import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, type CommandStep, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

/** An administrator accepts exactly the key that a server was met with. */
export function acceptServerKey(parts: AdminParts): Command {
  async function choose(): Promise<CommandStep> {
    const networks = [...parts.sessions.networks.values()];
    const keys = await Promise.all(
      networks.map(async (network) => (await network.serverKeys()).map((server) => ({ network, ...server }))),
    );
    const changed = keys
      .flat()
      .flatMap(({ refused, ...server }) => (refused === undefined ? [] : [{ ...server, refused }]));
    if (changed.length === 0) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text((words) => words.admin.acceptNothing),
      );
    }
    const options = changed.map(({ network, address, refused }) => ({
      value: `${network.name} ${address} ${refused}`,
      label: `${network.name} ${address}: ${keyText(refused)} (${babbleText(refused)})`,
    }));
    const field = {
      ...({ name: 'key', type: 'list-single', isRequired: true, options } as const),
      label: text((words) => words.admin.acceptWhich),
    };
    return ask({ title: text((words) => words.admin.acceptForm), fields: [field] }, async (values) => {
      const chosen = value(values, 'key');
      const server = changed[options.findIndex((option) => option.value === chosen)];
      if (server === undefined) throw new StanzaError('cancel', 'item-not-found');
      const { network, address, refused, isConfigured } = server;
      if (isConfigured) {
        throw new StanzaError(
          'cancel',
          'not-allowed',
          text((words) => words.admin.acceptConfigured(address)),
        );
      }
      await network.acceptKey(address, refused);
      return done(text((words) => words.admin.accepted(address, keyText(refused))));
    });
  }

  return {
    ...forAdmins(parts),
    name: 'accept-server-key',
    title: text((words) => words.admin.acceptTitle),
    details: text((words) => words.admin.acceptDetails),
    begin: choose,
  };
}
