import { keyText } from '../../../mapping/contact-key.js';
import { type AnyText, joinTexts, text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

/** The networks with their servers, how many sessions they have, and by which keys they are known. */
export function serverKeys(parts: AdminParts): Command {
  const title = text((words) => words.admin.networksTitle);
  return {
    ...forAdmins(parts),
    name: 'servers',
    title,
    begin: async () => {
      const all = [...parts.sessions.all()];
      const rows: (readonly AnyText[])[] = [];
      for (const network of parts.sessions.networks.values()) {
        const count = all.filter((session) => session.network === network).length;
        for (const { address, known, isConfigured, refused } of await network.serverKeys()) {
          const key = known === undefined ? '' : keyText(known);
          const isOf = isConfigured ? text((words) => words.admin.configured(key)) : key;
          rows.push([
            network.name,
            address,
            String(count),
            isOf,
            refused === undefined ? '' : keyText(refused),
          ]);
        }
      }
      return {
        ...done(
          joinTexts(
            rows.map((row) => joinTexts(row, ' – ')),
            '\n',
          ),
        ),
        result: {
          title,
          columns: [
            { name: 'network', label: text((words) => words.asking.network) },
            { name: 'server', label: text((words) => words.admin.server) },
            { name: 'sessions', label: text((words) => words.admin.sessions) },
            { name: 'known', label: text((words) => words.admin.knownKey) },
            { name: 'refused', label: text((words) => words.admin.refusedKey) },
          ],
          rows,
        },
      };
    },
  };
}
