import { text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

type Figures = readonly (readonly [name: string, value: number])[];

/** An administrator sees the figures of the gateway. */
export function metrics(parts: AdminParts, figures: () => Promise<Figures>): Command {
  const title = text((words) => words.admin.metricsTitle);
  return {
    ...forAdmins(parts),
    name: 'metrics',
    title,
    begin: async () => {
      const rows = (await figures()).map(([name, number]) => [name, String(number)]);
      return {
        ...done(rows.map((row) => row.join(' ')).join('\n')),
        result: {
          title,
          columns: [
            { name: 'name', label: text((words) => words.admin.figure) },
            { name: 'value', label: text((words) => words.admin.value) },
          ],
          rows,
        },
      };
    },
  };
}
