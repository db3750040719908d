import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, done } from '../command.js';
import type { Operator } from '../../operator.js';
import { type AdminParts, forAdmins } from './parts.js';

/** What no area is called. */
const EVERYTHING = 'all';

/** An administrator says how much is logged, in all or of one area. */
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
            {
              ...({ name: 'area', type: 'list-single' } as const),
              label: text((words) => words.admin.logArea),
              value: EVERYTHING,
              options: [
                { value: EVERYTHING, label: text((words) => words.admin.logEverything) },
                ...operator.logAreas.map((area) => ({ value: area, label: area })),
              ],
            },
          ],
        },
        (values) => {
          const area = operator.logAreas.find((one) => one === value(values, 'area'));
          operator.setLogLevel(value(values, 'level'), area);
          const level = operator.logLevel(area);
          return done(
            text(({ admin }) => (area === undefined ? admin.logSet(level) : admin.logAreaSet(area, level))),
          );
        },
      ),
  };
}
