import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, done } from '../command.js';
import type { Operator } from '../../operator.js';
import { type AdminParts, forAdmins } from './parts.js';

/** An administrator says how much is logged. */
export function logLevel(parts: AdminParts, operator: Operator): Command {
  const title = text((words) => words.admin.logTitle);
  return {
    ...forAdmins(parts),
    name: 'log-level',
    title,
    begin: () =>
      ask(
        {
          title,
          fields: [
            {
              ...({ name: 'level', type: 'list-single', isRequired: true } as const),
              label: text((words) => words.admin.logLevel),
              value: operator.logLevel(),
              options: operator.logLevels.map((level) => ({ value: level, label: level })),
            },
          ],
        },
        (values) => {
          operator.setLogLevel(value(values, 'level'));
          return done(text((words) => words.admin.logSet(operator.logLevel())));
        },
      ),
  };
}
