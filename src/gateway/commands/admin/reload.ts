import { joinTexts, text } from '../../../text/text.js';
import type { Reloaded } from '../../operator.js';
import { confirm } from '../ask.js';
import { type Command, type CommandStep, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

/** An administrator has the configuration read again. */
export function reload(parts: AdminParts, read: () => Promise<Reloaded>): Command {
  async function deed(): Promise<CommandStep> {
    let result: Reloaded;
    try {
      result = await read();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return done(
        text((words) => words.admin.badFile(why)),
        'error',
      );
    }
    const [applied, restart] = [result.applied.join(', '), result.restart.join(', ')];
    const lines = [
      text((words) => (applied === '' ? words.admin.reloaded : words.admin.reloadApplied(applied))),
      ...(restart === '' ? [] : [text((words) => words.admin.needsRestart(restart))]),
    ];
    return done(joinTexts(lines, '\n'), restart === '' ? undefined : 'warn');
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
