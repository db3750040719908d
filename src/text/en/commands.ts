/** The frame around commands: what they have in common. Texts of one command stand with its area. */
export const commands = {
  noSuchCommand: 'There is no such command for you here.',
  badBegin: 'A command begins with “execute”.',
  noWayBack: 'This is the first form of the command.',
  formMissing: 'The form of this command is missing.',
  badAction: 'No such action.',
  expired: 'This command is not under way, or has been for too long. Begin it anew.',
  tooManyUnderWay: 'Too many commands are under way.',
  tooMuchWritten: 'You write too much to the gateway.',
  unknownWord: (name: string, help: string): string =>
    `There is no command “${name}”. Write “${help}” to see what there is.`,
  needsForm: 'This command needs a form; use a client that has them.',
  usage: (reason: string, words: string): string => `${reason} Write: ${words}`.trim(),
  helpHead: 'This is a gateway to SILC. Join a room to be on a channel, or write to a SILC user. Commands:',
  helpItem: (name: string, title: string): string => `${name} – ${title}`,
  helpTitle: 'this list',

  // Values of forms
  notSubmitted: 'The form is not a submission.',
  tooLong: (label: string): string => `The value of “${label}” is too long.`,
  missing: (label: string): string => `“${label}” is missing.`,
  yesOrNo: (label: string): string => `“${label}” is yes or no.`,
  noneOffered: (label: string): string => `“${label}” is none of the values that were offered.`,
};
