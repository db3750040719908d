import type { Log } from '../../log-types.js';
import type { Command, CommandCall, CommandStep } from '../command.js';

/** The same command, and the log tells who has carried it out. What was typed is not in it: that may be anything. */
export function logged(command: Command, log: Log): Command {
  const watched = (step: CommandStep, { from }: CommandCall): CommandStep => {
    if (step.kind === 'form') {
      return { ...step, next: async (values, call) => watched(await step.next(values, call), call) };
    }
    log.info({ admin: from.bare, command: command.name }, 'an administrator has used a command');
    return step;
  };
  return {
    ...command,
    begin: async (call) => watched(await command.begin(call), call),
    ...(command.inWords && {
      inWords: async (call, words) =>
        watched((await command.inWords?.(call, words)) ?? (await command.begin(call)), call),
    }),
  };
}
