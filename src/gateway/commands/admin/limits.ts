import { StanzaError } from '../../../component/stanza.js';
import type { FormValues } from '../../../mapping/data-form.js';
import { type Text, text } from '../../../text/text.js';
import { reconfigure } from '../../reconfigure.js';
import { ask, value } from '../ask.js';
import { type Command, type CommandStep, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

const LARGEST = 1_000_000;
const labels = {
  sessions: text((words) => words.admin.limitSessions),
  sessions_per_domain: text((words) => words.admin.limitDomain),
  rooms_per_user: text((words) => words.admin.limitRooms),
  resources_per_user: text((words) => words.admin.limitResources),
  new_users_per_hour: text((words) => words.admin.limitNewcomers),
};
type Limit = keyof typeof labels;
const names = Object.keys(labels).filter((name): name is Limit => Object.hasOwn(labels, name));

/** An administrator sees and changes the limits. */
export function limits(parts: AdminParts): Command {
  const { context, sessions } = parts;

  function set(values: FormValues): CommandStep {
    const read = (name: Limit): number => {
      const typed = value(values, name);
      const number = /^\d{1,7}$/.test(typed) ? Number(typed) : NaN;
      const least = name === 'sessions_per_domain' ? 0 : 1;
      if (number >= least && number <= LARGEST) return number;
      const label: Text = labels[name];
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text((words, language) => words.admin.badNumber(label.in(language))),
      );
    };
    const ofDomain = read('sessions_per_domain');
    reconfigure(context, {
      limits: {
        ...context.config.limits,
        sessions: read('sessions'),
        sessions_per_domain: ofDomain === 0 ? undefined : ofDomain,
        rooms_per_user: read('rooms_per_user'),
        resources_per_user: read('resources_per_user'),
        new_users_per_hour: read('new_users_per_hour'),
      },
    });
    const used = String([...sessions.all()].length);
    return done(text((words) => words.admin.limitsSet(used, String(context.config.limits.sessions))));
  }

  return {
    ...forAdmins(parts),
    name: 'limits',
    title: text((words) => words.admin.limitsTitle),
    details: text((words) => words.admin.limitsDetails),
    begin: () =>
      ask(
        {
          title: text((words) => words.admin.limitsForm),
          fields: names.map((name) => ({
            ...({ name, type: 'text-single', isRequired: true } as const),
            label: labels[name],
            value: String(context.config.limits[name] ?? 0),
          })),
        },
        (values) => set(values),
      ),
  };
}
