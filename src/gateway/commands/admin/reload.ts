import { text } from '../../../text/text.js';
import { confirm } from '../ask.js';
import { type Command, type CommandStep, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

/** An administrator has the configuration read again. */
export function reload(parts: AdminParts, read: () => readonly string[]): Command {
  function deed(): CommandStep {
    let others: readonly string[];
    try {
      others = read();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return done(
        text((words) => words.admin.badFile(why)),
        'error',
      );
    }
    if (others.length === 0) return done(text((words) => words.admin.reloaded));
    return done(
      text((words) => words.admin.needsRestart(others.join(', '))),
      'warn',
    );
  }

  const title = text((words) => words.admin.reloadTitle);
  const details = text((words) => words.admin.reloadDetails);
  return {
    ...forAdmins(parts),
    name: 'reload',
    title,
    details,
    begin: () =>
      confirm(
        title,
        details,
        text((words) => words.admin.reloadSure),
        deed,
      ),
  };
}
